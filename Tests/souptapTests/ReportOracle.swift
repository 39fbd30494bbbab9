import Foundation

/// What a report must say, counted by hand from the `transactions` and `messages` of the same run.
struct ReportOracle {
  /// The last that was told of a transaction, with what it can be grouped by.
  struct Row {
    var record: [String: Any]
    var parameters: [String: String]
    /// Whether it was told as unanswered first.
    var wasLate: Bool
  }

  let rows: [Row]
  /// Every telling, in its order.
  let tellings: [[String: Any]]
  private let notifications: [[String: Any]]

  init(capture: String, options: [String]) throws {
    func records(_ command: String) throws -> [[String: Any]] {
      let run = try OracleProgram.run(
        [OracleProgram.souptapPath, command, "--format", "ndjson", "--show-secrets"] + options
          + [capture])
      guard run.status == 0 else { throw LiveError("\(command) \(capture): \(run.errors)") }
      return run.records
    }
    tellings = try records("transactions").filter { $0.string("record") == "transaction" }
    let messages = try records("messages").filter { $0.string("record") == "message" }
    notifications = messages.filter { $0.string("kind") == "notification" }
    var parameters: [String: [String: String]] = [:]
    for message in messages where message.string("kind") == "request" {
      parameters[Self.place(message, "offset")] = Self.parameters(of: message)
    }
    var last: [Int: Row] = [:]
    for record in tellings {
      let number = record.int("transaction") ?? -1
      last[number] = Row(
        record: record, parameters: parameters[Self.place(record, "request_offset")] ?? [:],
        wasLate: record.int("revision") == 1)
    }
    rows = last.values.sorted {
      $0.record.int("transaction") ?? 0 < $1.record.int("transaction") ?? 0
    }
  }

  private static func place(_ record: [String: Any], _ offset: String) -> String {
    "\(record.int("connection") ?? -1) \(record.string("direction") ?? "") "
      + "\(record.int(offset) ?? -1)"
  }

  /// The first value of each key.
  private static func parameters(of message: [String: Any]) -> [String: String] {
    var result: [String: String] = [:]
    for item in message["params"] as? [[String: String]] ?? [] {
      if let key = item["key"], result[key] == nil { result[key] = item["value"] ?? "" }
    }
    return result
  }

  /// What a transaction belongs to, as a group row says it.
  static func group(
    _ record: [String: Any], _ parameters: [String: String], by names: [String]
  ) -> String {
    names.map { name in
      let isToServer = record.string("direction") == "client-to-server"
      switch name {
      case "type": return "type=\(record.string("type") ?? "-")"
      case "direction": return "direction=\(record.string("direction") ?? "-")"
      case "client": return "client=\(record.string(isToServer ? "src" : "dst") ?? "-")"
      case "server":
        let address = record.string(isToServer ? "dst" : "src") ?? "-"
        return "server=\(address) \(record.int(isToServer ? "dst_port" : "src_port") ?? -1)"
      case "connection": return "connection=\(record.int("connection") ?? -1)"
      default: return "\(name)=\(parameters[String(name.dropFirst(6))] ?? "-")"
      }
    }.joined(separator: "; ")
  }

  /// The same of a row of a report.
  static func group(_ row: [String: Any], by names: [String]) -> String {
    let parameters = row["params"] as? [[String: Any]] ?? []
    return names.map { name in
      switch name {
      case "type": return "type=\(row.string("type") ?? "-")"
      case "direction": return "direction=\(row.string("direction") ?? "-")"
      case "client": return "client=\(row.string("client") ?? "-")"
      case "server":
        return "server=\(row.string("server") ?? "-") \(row.int("server_port") ?? -1)"
      case "connection": return "connection=\(row.int("connection") ?? -1)"
      default:
        let key = String(name.dropFirst(6))
        let value = parameters.first { $0["key"] as? String == key }?["value"] as? String
        return "\(name)=\(value ?? "-")"
      }
    }.joined(separator: "; ")
  }

  /// The transactions of each group.
  func groups(by names: [String]) -> [String: [Row]] {
    Dictionary(grouping: rows) { Self.group($0.record, $0.parameters, by: names) }
  }

  /// The notifications of each group.
  func notifications(by names: [String]) -> [String: Int] {
    Dictionary(grouping: notifications) {
      Self.group($0, Self.parameters(of: $0), by: names)
    }.mapValues(\.count)
  }

  /// What is wrong with the figures that a report tells of some transactions; empty when nothing is.
  static func faults(in figures: [String: Any], of rows: [Row], _ context: String) -> [String] {
    var faults: [String] = []
    func check(_ name: String, _ told: Int?, _ truth: Int) {
      if told != truth { faults.append("\(context): \(name) \(told ?? -1), not \(truth)") }
    }
    func count(_ outcome: String) -> Int { rows.count { $0.record.string("outcome") == outcome } }
    check("requests", figures.int("requests"), rows.count)
    check("answered", figures.int("answered"), rows.count - count("unanswered"))
    check("ok", figures.int("ok"), count("ok"))
    check("errors", figures.int("errors"), count("error"))
    check("unknown_status", figures.int("unknown_status"), count("unknown-status"))
    check("late", figures.int("late"), rows.count { $0.wasLate })
    let unanswered = Dictionary(grouping: rows.compactMap { $0.record.string("unanswered") }) { $0 }
    if figures["unanswered"] as? [String: Int] ?? [:] != unanswered.mapValues(\.count) {
      faults.append("\(context): unanswered \(figures["unanswered"] ?? "-"), not \(unanswered)")
    }
    let waits = rows.filter { $0.record.string("outcome") == "unanswered" }
      .compactMap { $0.record.int("waited_ns") }
    if figures.int("oldest_waited_ns") != waits.max() {
      faults.append("\(context): oldest \(figures.int("oldest_waited_ns") ?? -1) of \(waits)")
    }
    let codes = Dictionary(
      grouping: rows.filter { $0.record.string("outcome") == "error" }
        .compactMap { $0.record.string("code") }
    ) { $0 }.mapValues(\.count)
    if figures["errors_by_code"] as? [String: Int] ?? [:] != codes {
      faults.append("\(context): codes \(figures["errors_by_code"] ?? "-"), not \(codes)")
    }
    let latencies = rows.compactMap { $0.record.int("latency_ns") }
    faults += Self.faults(in: figures["latency"], of: latencies, "\(context), latency")
    let exact = rows.filter { $0.record.string("quality") == "exact" }
      .compactMap { $0.record.int("latency_ns") }
    if exact.count != latencies.count {
      faults += Self.faults(in: figures["latency_exact"], of: exact, "\(context), exact")
    }
    return faults
  }

  /// What is wrong with a distribution: percentiles by their definition, within 0.1 % or 1 µs.
  private static func faults(in told: Any?, of latencies: [Int], _ context: String) -> [String] {
    let told = told as? [String: Any] ?? [:]
    guard !latencies.isEmpty else { return told.isEmpty ? [] : ["\(context): of nothing"] }
    let sorted = latencies.sorted()
    var faults: [String] = []
    for (name, truth) in [
      ("count", sorted.count), ("min_ns", sorted[0]), ("max_ns", sorted[sorted.count - 1]),
    ] where told.int(name) != truth {
      faults.append("\(context): \(name) \(told.int(name) ?? -1), not \(truth)")
    }
    let mean = Double(sorted.reduce(0, +)) / Double(sorted.count)
    if abs(Double(told.int("mean_ns") ?? -1) - mean) > 0.501 { faults.append("\(context): mean") }
    for (name, share) in [
      ("p50_ns", 5_000), ("p90_ns", 9_000), ("p95_ns", 9_500), ("p99_ns", 9_900),
      ("p999_ns", 9_990),
    ] {
      let truth = sorted[max(1, (share * sorted.count + 9_999) / 10_000) - 1]
      let value = told.int(name) ?? -1
      if abs(value - truth) > max(1_000, truth / 1_000) {
        faults.append("\(context): \(name) \(value), not \(truth)")
      }
    }
    return faults
  }
}
