import Foundation
import TestSupport
import Testing

/// Expressions that select an answer which came after the timeout, and not that its request was told as
/// unanswered before: the transaction is counted once, as answered.
struct LateSelectionTests {
  private typealias Record = [String: Any]

  /// Why a request can be told as unanswered and be answered later.
  enum Reason: String, CaseIterable, Sendable {
    case timeout, gap
    case kernelDrop = "kernel-drop"
    case oneSided = "one-sided"
  }

  private static let options = "--timeout 250ms"
  static let expressions = [
    "late", "outcome == ok and latency > 300ms", "outcome != unanswered", "latency > 350ms",
  ]

  /// A request that is answered after 400 ms.
  private func capture(_ reason: Reason) throws -> SpokenCapture {
    var conversation = Conversation(start: 1_700_000_000)
    conversation.open()
    conversation.advance(milliseconds: 5)
    conversation.send(.client, "Request A\r\n1\r\nuser: u\r\n\r\n")
    conversation.advance(milliseconds: 5)
    if reason == .gap {
      for index in conversation.send(.server, "Notification lost\r\n\r\n") {
        conversation.drop(index)
      }
    }
    if reason == .oneSided { conversation.drop(allOf: .server) }
    conversation.advance(milliseconds: 195)
    let place = conversation.segments.count
    conversation.acknowledge(.client)
    conversation.advance(milliseconds: 200)
    conversation.send(.server, "Response A\r\n1 OK\r\n\r\n")
    conversation.advance(milliseconds: 5)
    conversation.close()
    guard reason == .kernelDrop else { return try SpokenCapture(conversation) }
    let capture = ConversationCapture(conversation)
    return try SpokenCapture(file: TrustFixture.pcapng(capture, drops: [place: 7]))
  }

  @Test(arguments: Reason.allCases)
  func theRequestIsToldAsUnansweredFirst(reason: Reason) throws {
    let told = try capture(reason).records("transactions", Self.options)
      .filter { $0.string("record") == "transaction" }
    #expect(told.map { $0.string("outcome") } == ["unanswered", "ok"])
    #expect(told.first?.string("unanswered") == reason.rawValue)
    #expect(told.last?.int("revision") == 1)
  }

  private func expectOneAnswer(_ counts: Record?, _ words: String) throws {
    let counts = try #require(counts, "\(words)")
    for (name, expected) in [
      ("requests", 1), ("answered", 1), ("ok", 1), ("late", 1), ("errors", 0), ("failure_rate", 0),
      ("in_flight_max", 1),
    ] {
      #expect(counts.int(name) == expected, "\(words): \(name)")
    }
    #expect(counts["unanswered"] as? [String: Int] == [:], "\(words)")
    #expect((counts["latency"] as? Record)?.int("count") == 1, "\(words)")
  }

  @Test(arguments: Reason.allCases, expressions)
  func itIsCountedOnce(reason: Reason, expression: String) throws {
    let capture = try capture(reason)
    let choice = "\(Self.options) --where '\(expression)'"
    for (command, more) in [
      ("transactions", ""), ("report", ""), ("report", "--by param.user"),
      ("report", "--by client"), ("report", "--timeline --heatmap"), ("report", "--censored"),
    ] {
      let records = try capture.records(command, "\(choice) \(more)")
      let words = "\(reason.rawValue) \(expression) \(command) \(more)"
      let summary = try #require(records.last)
      try expectOneAnswer(summary["totals"] as? Record, words)
      try expectOneAnswer((summary["by_type"] as? [Record])?.first, words)
      if let groups = summary["groups"] as? [Record] {
        #expect(groups.count == 1)
        try expectOneAnswer(groups.first, words)
        #expect(groups.first?["other"] == nil, "\(words)")
      }
      guard let bins = (summary["timeline"] as? Record)?["bins"] as? [Record] else { continue }
      func sum(_ name: String) -> Int { bins.compactMap { $0.int(name) }.reduce(0, +) }
      #expect(sum("requests") == 1 && sum("answered") == 1 && sum("late") == 1, "\(words)")
      #expect(sum("failures") == 0 && sum("artefacts") == 0, "\(words)")
    }
    let text = try ProgramRun.souptap("report \(choice) \(capture.path)")
    #expect(text.output.contains("no failure in 1 request · 1 late"), "\(text.output)")
    #expect(!text.output.contains("Unanswered"))
    let rows = try ProgramRun.souptap("transactions \(choice) \(capture.path)")
    #expect(rows.errors.contains("souptap: 1 request: 1 ok; latency p50"), "\(rows.errors)")
  }

  /// An interval has it as late, and none has it as unanswered.
  @Test(arguments: Reason.allCases, expressions)
  func intervalsCountItAsLate(reason: Reason, expression: String) throws {
    let records = try capture(reason).records(
      "report", "\(Self.options) --where '\(expression)' --interval 100ms --by param.user")
    let intervals = records.filter { $0.string("record") == "interval" }
    let rows =
      intervals.compactMap { $0["totals"] as? Record }
      + intervals.flatMap { $0["groups"] as? [Record] ?? [] }
    #expect(rows.count > intervals.count)
    for row in rows {
      #expect(row["unanswered"] as? [String: Int] == [:])
      #expect(row.int("requests") == 0)
    }
    #expect(rows.prefix(intervals.count).compactMap { $0.int("late") }.reduce(0, +) == 1)
    try expectOneAnswer(records.last?["totals"] as? Record, expression)
  }

  /// Of three requests that were all told as unanswered two are selected twice, one with its answer.
  @Test func whatWasSelectedBeforeIsCorrected() throws {
    var conversation = Conversation(start: 1_700_000_000)
    conversation.open()
    for uuid in 1...3 {
      conversation.send(.client, "Request A\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 300)
      conversation.send(.server, "Response A\r\n\(uuid) OK\r\n\r\n")
      conversation.advance(milliseconds: 5)
    }
    conversation.close()
    let capture = try SpokenCapture(conversation)
    let options = "\(Self.options) --where 'late or uuid != 2'"
    let told = try capture.records("transactions", options)
    #expect(told.count { $0.string("record") == "transaction" } == 5)
    let summary = try #require(try capture.records("report", options).last)
    let totals = try #require(summary["totals"] as? Record)
    #expect(totals.int("requests") == 3 && totals.int("ok") == 3 && totals.int("late") == 3)
    #expect(totals["unanswered"] as? [String: Int] == [:])
  }
}
