import ControlProtocol
import Records
import Rendering

/// Writes the bytes of each message that is shown below its row, hidden values as asterisks.
final class MessageByteWriter {
  private let bytes: MessageBytes
  private let anonymizer: Anonymizer?
  private let write: ((inout OutputBuffer) -> Void) -> Void
  private var secrets: Secrets
  /// Whether any byte was hidden.
  private(set) var hidesBytes = false

  /// - Parameter write: lets its argument write lines behind the row.
  init(
    _ bytes: MessageBytes, secrets: Secrets, anonymizer: Anonymizer?,
    write: @escaping ((inout OutputBuffer) -> Void) -> Void
  ) {
    self.bytes = bytes
    self.secrets = secrets
    self.anonymizer = anonymizer
    self.write = write
  }

  /// Forgets the bytes of a message, shown or not.
  func pass(_ record: borrowing MessageRecord) { bytes.forget(record) }

  /// Writes the bytes of a message that was just told.
  func write(_ record: borrowing MessageRecord) {
    let held = bytes.bytes(of: record)
    let offset = record.offset
    let lacking = record.length - UInt64(held.count)
    let dump = HexDump(hidden: hidden(in: held, record.kind))
    if !dump.hidden.isEmpty { hidesBytes = true }
    write { buffer in
      unsafe dump.append(held.span.bytes, from: offset, to: &buffer)
      if lacking > 0 { buffer.append("    \(Units.bytes(lacking)) are not held any more\n") }
    }
  }

  private func hidden(in held: [UInt8], _ kind: MessageKind) -> [Range<Int>] {
    var places = unsafe HiddenBytes.places(in: held.span.bytes, kind: kind, secrets: &secrets)
    if let anonymizer {
      places += unsafe anonymizer.places(in: held.span.bytes)
      places.sort { $0.lowerBound < $1.lowerBound }
      places = places.reduce(into: []) { merged, place in
        if let last = merged.last, last.upperBound >= place.lowerBound {
          merged[merged.count - 1] =
            last.lowerBound..<max(last.upperBound, place.upperBound)
        } else {
          merged.append(place)
        }
      }
    }
    return places
  }
}
