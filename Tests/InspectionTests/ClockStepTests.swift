import Records
import TestSupport
import Testing

@testable import Inspection

/// Packet time that goes back by an hour in the middle of a capture.
@Suite struct ClockStepTests {
  static let captures: [(name: String, capture: ConversationCapture)] =
    StreamFixture.all.map { ($0.name, $0.capture) }
    + GeneratedFixture.all.map { ($0.name, $0.capture) }

  /// What the clock cannot change of a transaction that is not told to be concerned.
  private struct Figures: CustomStringConvertible {
    var outcome: String
    var latency: Int64?
    var transfers: [Int64?]

    init(_ record: TransactionRecord) {
      outcome =
        "\(record.revision) \(record.unanswered?.name ?? record.outcome.name)"
        + " \(record.quality?.name ?? "") \(record.causes.rawValue) \(record.hints.rawValue)"
      latency = record.latency
      transfers = [record.requestTransfer, record.responseTransfer]
    }

    var description: String { "\(outcome) \(latency ?? -1) \(transfers.map { $0 ?? -1 })" }

    /// Whether they are those of a capture whose clock stood still. How long it took to send a
    /// request without an answer may be unknown.
    func agree(with whole: Figures) -> Bool {
      outcome == whole.outcome && latency == whole.latency
        && zip(transfers, whole.transfers).allSatisfy { $0 == $1 || $0 == nil && latency == nil }
    }
  }

  private func inspect(_ packets: [ConversationCapture.Packet]) -> [TransactionRecord] {
    let sink = CollectingSink()
    let inspector = Inspector(configuration: InspectionConfiguration(), sink: sink)
    inspector.inspect(packets)
    #expect(inspector.brokenInvariants() == [])
    inspector.finish()
    return sink.transactions.map(\.record)
  }

  /// Every transaction that does not tell of the step is as it were if time had stood still there: nobody
  /// knows how long it was.
  private func expectNoFigureSpansAStep(
    in capture: [ConversationCapture.Packet], steps: Range<Int>, _ name: String
  ) {
    for step in steps {
      let latest = capture[..<step].map(\.time).max() ?? .min
      func moved(by distance: Int64) -> [TransactionRecord] {
        var packets = capture
        for later in step..<packets.count { packets[later].time += distance }
        return inspect(packets)
      }
      let still = Dictionary(
        grouping: moved(by: min(0, latest - capture[step].time)), by: \.requestFrame)
      for record in moved(by: -3_600_000_000_000) where !record.causes.contains(.clockStep) {
        let figures = Figures(record)
        let expected = still[record.requestFrame, default: []].map(Figures.init)
        #expect(
          expected.contains { figures.agree(with: $0) },
          "\(name), set back before packet \(step + 1): \(figures) for \(expected)")
      }
    }
  }

  @Test(arguments: captures.indices)
  func noFigureSpansAStep(index: Int) {
    let (name, capture) = Self.captures[index]
    expectNoFigureSpansAStep(in: capture.packets, steps: 1..<capture.packets.count, name)
  }

  /// Behind a loss, too: some steps after it.
  @Test(arguments: captures.indices)
  func noFigureSpansAStepBehindALoss(index: Int) {
    let (name, capture) = Self.captures[index]
    for lost in capture.packets.indices {
      var packets = capture.packets
      packets.remove(at: lost)
      expectNoFigureSpansAStep(
        in: packets, steps: max(lost, 1)..<max(lost, 1, min(lost + 5, packets.count)),
        "\(name) without packet \(lost + 1)")
    }
  }

  /// However often the clock was set back before, what comes later is as if it never had been.
  @Test(arguments: [1, 127, 130, 200, 255, 300])
  func earlierStepsChangeNothing(count: Int) {
    for (name, capture) in Self.captures {
      guard let first = capture.packets.first else { continue }
      var other = Conversation(clientPort: 50_001, serverPort: 5_000)
      other.open()
      guard let strange = ConversationCapture(other).packets.first else { continue }
      func told(step: Int64) -> [String] {
        let before = (0...count).map { number in
          var packet = strange
          packet.time = first.time - 1_000_000_000 + Int64(count - number) * step
          return packet
        }
        return inspect(before + capture.packets).map { "\(Figures($0))" }
      }
      #expect(told(step: 2_000_000_000) == told(step: 0), "\(name), \(count) steps before")
    }
  }
}
