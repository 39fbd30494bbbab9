import Testing

/// What a capture told, held against what the client saw.
enum LiveAgreement {
  /// Expects one transaction for each request, answered with OK, with times and a latency that lie
  /// within what the client saw.
  static func check(
    _ records: [[String: Any]], _ seen: [Int: LiveTalk.Seen], _ what: String
  ) throws {
    let transactions = records.filter { $0.string("record") == "transaction" }
    #expect(transactions.count == seen.count, "\(what)")
    var told: [Int: [String: Any]] = [:]
    for transaction in transactions { told[transaction.int("uuid") ?? -1] = transaction }
    var faults = 0
    for (number, times) in seen {
      guard let transaction = told[number], let answered = times.answered,
        transaction.string("outcome") == "ok", let latency = transaction.int64("latency_ns"),
        latency <= answered - times.sent, transaction.time("ts") ?? 0 >= times.sent,
        transaction.time("ts_end") ?? .max <= answered
      else {
        faults += 1
        continue
      }
    }
    #expect(faults == 0, "\(what): requests that were told otherwise than they were")
    #expect(records.last?.string("record") == "summary", "\(what)")
  }

  /// Records without what may differ between a live capture and its file: `meta`, the way it ended and
  /// what was dropped.
  static func comparable(_ records: [[String: Any]]) -> [String] {
    records.filter { $0.string("record") != "meta" }.map { record in
      var record = record
      if record.string("record") == "summary" {
        record["ended"] = nil
        var health = record["health"] as? [String: Any] ?? [:]
        health["dropped_kernel"] = nil
        health["dropped_interface"] = nil
        record["health"] = health
      }
      return text(record)
    }
  }

  private static func text(_ value: Any) -> String {
    if let object = value as? [String: Any] {
      return "{"
        + object.keys.sorted().map { "\($0):\(text(object[$0] ?? ""))" }.joined(
          separator: ",") + "}"
    }
    if let list = value as? [Any] { return "[" + list.map(text).joined(separator: ",") + "]" }
    return "\(value)"
  }
}
