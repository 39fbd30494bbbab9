import ControlProtocol
import Records
import Selection
import Wire

/// Hands on the bytes of the connections that an expression selects, under other addresses where
/// those are wanted.
final class ChosenStreams: StreamSink {
  private let next: any StreamSink
  private var selector: RecordSelector?
  private let anonymizer: Anonymizer?
  /// Connections that began and were selected.
  private var chosen: Set<UInt64> = []

  init(_ next: any StreamSink, expression: RecordExpression?, anonymizer: Anonymizer?) {
    self.next = next
    self.anonymizer = anonymizer
    selector = expression.map(RecordSelector.init)
  }

  func begin(_ identity: ConnectionIdentity) {
    guard selector?.selects(streamsOf: identity) ?? true else { return }
    chosen.insert(identity.connection)
    next.begin(anonymizer?.changed(identity) ?? identity)
  }

  func take(_ bytes: RawSpan, connection: UInt64, direction: Direction) {
    guard chosen.contains(connection) else { return }
    next.take(bytes, connection: connection, direction: direction)
  }

  func skip(_ range: Range<UInt64>, reason: String, connection: UInt64, direction: Direction) {
    guard chosen.contains(connection) else { return }
    next.skip(range, reason: reason, connection: connection, direction: direction)
  }

  func conflict(_ range: Range<UInt64>, connection: UInt64, direction: Direction) {
    guard chosen.contains(connection) else { return }
    next.conflict(range, connection: connection, direction: direction)
  }

  func giveUp(connection: UInt64) {
    guard chosen.remove(connection) != nil else { return }
    next.giveUp(connection: connection)
  }

  func end(_ record: borrowing ConnectionRecord) {
    guard chosen.remove(record.identity.connection) != nil else { return }
    guard let anonymizer else { return next.end(record) }
    anonymizer.change(record) { next.end($0) }
  }
}
