import Foundation
import TestSupport
import Testing

/// Why a request of a real connection has no answer: one recording, or one cut by a tool that is not
/// ours, for each reason.
@Suite struct UnansweredReasonTests {
  /// The reasons told of a capture's unanswered requests, by uuid.
  private func reasons(_ capture: String, _ options: [String] = []) throws -> [Int: String] {
    let run = try OracleProgram.run(
      [OracleProgram.souptapPath, "transactions", "--format", "ndjson"] + options + [capture])
    var reasons: [Int: String] = [:]
    for record in OracleProgram.records(run.output)
    where record.string("record") == "transaction" && record.string("outcome") == "unanswered" {
      reasons[record.int("uuid") ?? -1] = record.string("unanswered")
    }
    return reasons
  }

  private func recorded(_ name: String) -> String { OracleFixtures.path("recorded/\(name).pcap") }

  @Test(arguments: ["client", "server"])
  func anEndOfTheWaitIsTold(end: String) throws {
    #expect(
      try reasons(recorded("unanswered-\(end)")) == [
        2: "connection-closed", 4: "connection-closed",
      ])
    #expect(try reasons(recorded("reset-\(end)")).values.contains("connection-reset"))
    #expect(try reasons(recorded("early-end-\(end)")) == [50: "capture-ended"])
    #expect(try reasons(recorded("superseded-\(end)")) == [2: "superseded"])
    let impatient = try reasons(recorded("unanswered-\(end)"), ["--timeout", "1ms"])
    #expect(impatient[2] == "timeout")
    let narrow = try reasons(recorded("pipelined-out-of-order-\(end)"), ["--max-pending", "1"])
    #expect(narrow.values.contains("evicted"))
  }

  @Test(arguments: ["client", "server"])
  func whatTheCaptureLacksComesFirst(end: String) throws {
    let oneSided = try reasons(recorded("unanswered-\(end)"), ["-f", "src host 192.0.2.1"])
    #expect(Set(oneSided.values) == ["one-sided"])
    #expect(oneSided.count == 4)
  }

  /// A response that is taken out of the recording was acknowledged: its bytes are missing.
  @Test(
    .enabled(if: OracleProgram.has("editcap"), "editcap is not installed"),
    arguments: ["client", "server"])
  func aMissingAnswerIsAGap(end: String) throws {
    let whole = try OracleProgram.records(
      of: "transactions", "recorded/unanswered-\(end).pcap")
    let answered = try #require(
      whole.first { $0.string("record") == "transaction" && $0.string("outcome") == "ok" })
    let uuid = try #require(answered.int("uuid"))
    let frame = try #require(answered.int("response_frame"))
    let cut = FileManager.default.temporaryDirectory
      .appendingPathComponent("souptap-\(UUID().uuidString).pcap").path
    defer { try? FileManager.default.removeItem(atPath: cut) }
    let run = try OracleProgram.run(
      ["editcap", recorded("unanswered-\(end)"), cut, String(frame)], input: "")
    #expect(run.status == 0)
    #expect(try reasons(cut)[uuid] == "gap")
  }
}
