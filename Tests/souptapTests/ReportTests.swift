import Foundation
import TestSupport
import Testing

/// Reports as a user gets them, held against the records of the same captures.
@Suite struct ReportTests {
  /// What is grouped by, and the interval.
  private static let plans: [(by: [String], interval: String?)] = [
    (["type"], nil), (["type", "direction"], "10ms"), (["client"], "1s"),
    (["server", "type"], "100ms"), (["connection"], "50ms"), (["param.room"], "250ms"),
    (["param.room", "param.name", "direction"], nil), (["connection", "param.id"], "7ms"),
    (["client", "server", "connection", "type", "direction", "param.room"], "1h"),
  ]

  private let scratch = try? ScratchDirectory()

  /// A generated capture.
  private func generated(_ seed: UInt64, connections: Int, requests: Int) throws -> String {
    let path = "\(try #require(scratch).path)/varied.pcap"
    let capture = VariedTraffic.make(connections: connections, requests: requests, seed: seed)
    try Data(capture.pcap()).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// - Parameter isJudged: whether the lines are held against the schema, which takes its time.
  private func report(
    _ options: [String], _ capture: String, isJudged: Bool = false
  ) throws -> [[String: Any]] {
    let run = try OracleProgram.run(
      [OracleProgram.souptapPath, "report", "--format", "ndjson"] + options + [capture])
    #expect(run.status == 0, "\(options) \(capture): \(run.errors)")
    if isJudged { ProgramRun.judge(run.output, of: "report \(options) \(capture)") }
    return run.records
  }

  /// What is wrong with a report of a capture.
  private func faults(
    _ capture: String, _ plan: (by: [String], interval: String?), _ options: [String],
    _ oracle: ReportOracle
  ) throws -> [String] {
    var arguments = options + ["--by", plan.by.joined(separator: ",")]
    if let interval = plan.interval { arguments += ["--interval", interval] }
    let records = try report(arguments, capture)
    let name = "\(capture) \(arguments.joined(separator: " "))"
    let summary = try #require(records.last)
    let totals = summary["totals"] as? [String: Any] ?? [:]
    var faults = ReportOracle.faults(in: totals, of: oracle.rows, name)
    let truth = oracle.groups(by: plan.by)
    let notifications = oracle.notifications(by: plan.by)
    let groups = summary["groups"] as? [[String: Any]] ?? []
    var unnamed = truth
    for row in groups where row["other"] == nil {
      let group = ReportOracle.group(row, by: plan.by)
      faults += ReportOracle.faults(in: row, of: truth[group] ?? [], "\(name): \(group)")
      if row.int("notifications") != notifications[group] ?? 0 {
        faults.append("\(name): \(group): notifications")
      }
      // Each once.
      if unnamed.removeValue(forKey: group) == nil, notifications[group] == nil {
        faults.append("\(name): \(group) is no group")
      }
    }
    let rest = groups.filter { $0["other"] != nil }
    if rest.count != (unnamed.isEmpty ? 0 : 1) { faults.append("\(name): \(unnamed.keys)") }
    for row in rest {
      faults += ReportOracle.faults(in: row, of: unnamed.values.flatMap { $0 }, "\(name): other")
    }
    let intervals = records.filter { $0.string("record") == "interval" }
    if plan.interval != nil {
      faults += self.faults(in: intervals, plan.by, totals, oracle).map { "\(name): \($0)" }
    }
    return faults
  }

  /// Intervals follow on each other, and each counts what was told in it.
  private func faults(
    in intervals: [[String: Any]], _ by: [String], _ totals: [String: Any], _ oracle: ReportOracle
  ) -> [String] {
    var faults: [String] = []
    func sum(_ name: String, _ rows: [[String: Any]]) -> Int {
      rows.reduce(0) { $0 + ($1.int(name) ?? 0) }
    }
    let whole = intervals.compactMap { $0["totals"] as? [String: Any] }
    let first = oracle.tellings.filter { $0.int("revision") == 0 }
    let late = oracle.tellings.count - first.count
    if sum("requests", whole) != first.count { faults.append("requests of the intervals") }
    if sum("late", whole) != late { faults.append("late of the intervals") }
    if sum("notifications", whole) != totals.int("notifications") {
      faults.append("notifications of the intervals")
    }
    let unanswered = first.count { $0.string("outcome") == "unanswered" }
    if sum("answered", whole) != first.count - unanswered { faults.append("answered") }
    for interval in intervals {
      let groups = interval["groups"] as? [[String: Any]] ?? []
      let totals = interval["totals"] as? [String: Any] ?? [:]
      for name in ["requests", "answered", "errors", "late", "notifications"]
      where sum(name, groups) != totals.int(name) {
        faults.append("\(name) of the groups of an interval")
      }
    }
    for (before, after) in zip(intervals, intervals.dropFirst())
    where before.string("to") != after.string("from") {
      faults.append("intervals do not follow on each other")
    }
    // Empty ones are told as one, so two never stand side by side.
    let empty = whole.map { sum("requests", [$0]) + sum("late", [$0]) == 0 }
    let isTold = intervals.map {
      !(($0["messages"] as? [String: Int])?.values.contains { $0 > 0 } ?? false)
    }
    let odd = intervals.map { ($0["diagnostics"] as? [String: Int] ?? [:]).isEmpty }
    let quiet = zip(zip(empty, isTold), odd).map { $0.0 && $0.1 && $1 }
    for (a, b) in zip(quiet, quiet.dropFirst()) where a && b {
      faults.append("two runs of empty intervals side by side")
    }
    return faults
  }

  @Test func figuresAreThoseOfTheRecordsOfEveryFixture() throws {
    // Those of single streams have a transaction or two each.
    // Intervals do not follow on each other where the clock was set back.
    let captures = OracleFixtures.captures.filter {
      !$0.hasPrefix("generated/streams/") && $0 != "generated/trust/clock-step.pcap"
    }
    #expect(captures.count > 40)
    for (index, capture) in captures.enumerated() {
      let path = OracleFixtures.path(capture)
      let options = index % 2 == 0 ? [] : ["--timeout", "50ms"]
      let oracle = try ReportOracle(capture: path, options: options)
      let plan = Self.plans[index % Self.plans.count]
      let found = try faults(path, plan, options, oracle)
      #expect(found.isEmpty, "\(found.prefix(3))")
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func figuresAreThoseOfTheRecordsOfVariedTraffic(seed: UInt64) throws {
    let path = try generated(seed, connections: 9, requests: 40)
    for (turn, options) in [[], ["--timeout", "20ms"], ["--timeout", "200ms"]].enumerated() {
      let oracle = try ReportOracle(capture: path, options: options)
      if !options.isEmpty { #expect(oracle.rows.contains { $0.wasLate }) }
      #expect(oracle.rows.contains { $0.record.string("outcome") == "unanswered" })
      // Over the seeds every plan has its turn with every timeout.
      for (index, plan) in Self.plans.enumerated() where (index + turn + Int(seed)) % 3 == 0 {
        let found = try faults(path, plan, options, oracle)
        #expect(found.isEmpty, "\(found.prefix(3))")
      }
    }
  }

  /// A row for each interval counts the transactions that ended in it.
  @Test func intervalsCountWhatEndedInThem() throws {
    let path = try generated(4, connections: 6, requests: 50)
    let oracle = try ReportOracle(capture: path, options: ["--timeout", "100ms"])
    let intervals = try report(["--timeout", "100ms", "--interval", "200ms"], path)
      .filter { $0.string("record") == "interval" }
    #expect(intervals.count > 5)
    for interval in intervals {
      let from = try #require(interval.string("from"))
      let to = try #require(interval.string("to"))
      #expect(from.hasSuffix("00000000Z"), "a multiple of 200 ms: \(from)")
      // Equally long texts of digits sort as their times do.
      let told = oracle.tellings.filter {
        ($0.string("ts_end") ?? "") >= from && ($0.string("ts_end") ?? "") < to
      }
      let totals = try #require(interval["totals"] as? [String: Any])
      #expect(totals.int("late") == told.count { $0.int("revision") == 1 })
      #expect(totals.int("requests") == told.count { $0.int("revision") == 0 })
      let latencies = told.filter { $0.int("revision") == 0 }.compactMap { $0.int("latency_ns") }
      #expect((totals["latency"] as? [String: Any])?.int("max_ns") == latencies.max())
    }
  }

  @Test func rowsAreSortedAndCutAndStillAddUp() throws {
    let path = try generated(5, connections: 6, requests: 30)
    for (sort, figure) in [
      ("p99", { ($0["latency"] as? [String: Any])?.int("p99_ns") ?? -1 }),
      ("errors", { $0.int("errors") ?? -1 }), ("requests", { $0.int("requests") ?? -1 }),
    ] as [(String, ([String: Any]) -> Int)] {
      let records = try report(
        ["--by", "connection,type", "--sort", sort, "--top", "7", "--interval", "500ms"], path,
        isJudged: true)
      for record in records.dropFirst() {
        let groups = try #require(record["groups"] as? [[String: Any]])
        let totals = try #require(record["totals"] as? [String: Any])
        let named = groups.filter { $0["other"] == nil }
        #expect(named.count <= 7)
        #expect(named.map(figure) == named.map(figure).sorted(by: >), "\(sort)")
        for name in ["requests", "answered", "ok", "errors", "late", "notifications"] {
          #expect(
            groups.reduce(0) { $0 + ($1.int(name) ?? 0) } == totals.int(name), "\(sort), \(name)")
        }
      }
      let summary = try #require(records.last)
      #expect((summary["groups"] as? [[String: Any]])?.last?["other"] as? Bool == true)
    }
  }

  @Test func secretsAreHiddenAmongTheGroups() throws {
    let secret = try secretCapture()
    let run = try ProgramRun.script(
      """
      souptap report --format ndjson --by param.password,param.user \(secret); \
      souptap report --by param.password --interval 1s --histogram-by-row \(secret)
      """)
    #expect(run.status == 0 && run.errors == "")
    #expect(!run.output.contains("s3cret"))
    #expect(run.output.contains("<hidden:") && run.output.contains("\"hidden\":true"))
    #expect(run.output.contains("\"value\":\"alice\""))
    let shown = try ProgramRun.script(
      "souptap report --show-secrets --by param.password \(secret)")
    #expect(shown.output.contains("s3cret"))
  }

  private func secretCapture() throws -> String {
    let directory = try #require(scratch)
    var conversation = Conversation()
    conversation.open()
    conversation.send(
      .client, "Request login\r\n1\r\npassword: s3cret\r\nuser: alice\r\n\r\n")
    conversation.advance(milliseconds: 2)
    conversation.send(.server, "Response login\r\n1 OK\r\n\r\n")
    conversation.close()
    let path = "\(directory.path)/secret.pcap"
    try Data(ConversationCapture([conversation]).pcap()).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func mistakesAreExplained() throws {
    for (options, words) in [
      ("--by colour", "--by colour: is none of type"), ("--by param.", "--by param."),
      ("--by type,", "--by : is none of"), ("--sort speed", "--sort speed: is none of"),
      ("--interval 10", "has no unit"), ("--interval 1us", "the shortest is 1ms"),
      ("--top -1", "--top"),
      ("--by type,direction,client,server,connection,param.a,param.b,param.c,param.d", "at most 8"),
    ] {
      let run = try ProgramRun.souptap("report \(options) \(InputTests.capture)")
      #expect(run.status == 2 && run.output == "", "\(options)")
      #expect(run.errors.contains(words), "\(options): \(run.errors)")
    }
  }

  /// The server stops for two seconds: in the columns in which it did every row that has requests is
  /// among the hottest, and no other column is.
  @Test(arguments: ["client", "server"])
  func aStallFillsItsColumnOfTheHeatMap(side: String) throws {
    let path = OracleFixtures.path("recorded/stall-\(side).pcap")
    // When the server read and when it answered, by its own log: the stall is the longest pause
    // between two answers that it wrote.
    let log = try ProgramRun.text(of: "Fixtures/recorded/stall.log.ndjson")
    let answers = OracleProgram.records(log).filter {
      $0.string("event") == "sent" && $0.string("side") == "server"
    }.compactMap { $0.int("ns") }.sorted()
    let pause = try #require(
      zip(answers, answers.dropFirst()).max { $0.1 - $0.0 < $1.1 - $1.0 })
    #expect(pause.1 - pause.0 > 1_900_000_000)

    let summary = try #require(try report(["--heatmap", "--timeline"], path, isJudged: true).last)
    let map = try #require(summary["heatmap"] as? [String: Any])
    let rows = try #require(map["rows"] as? [[String: Any]])
    let width = try #require(map.int("width_ns"))
    let start = try nanoseconds(try #require(map.string("from")))
    #expect(rows.count == 1)
    var stalled = 0
    for cell in try #require(rows[0]["cells"] as? [[String: Any]]) {
      let from = start + (cell.int("column") ?? 0) * width
      let slow = try #require(cell.int("p99_ns"))
      // Requests that came within the pause had to wait for its end.
      let wait = pause.1 - from
      if from > pause.0, wait > width {
        #expect(abs(slow - wait) < width + wait / 20 + 20_000_000)
        stalled += 1
      } else if from + width <= pause.0 || from >= pause.1 {
        #expect(slow < 50_000_000)
      }
    }
    #expect(stalled >= 15)

    // The same as a person sees it: the row is of one shade but for the stall's columns.
    let text = try ProgramRun.script("COLUMNS=100 souptap report --utc --heatmap \(path)").output
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let title = try #require(lines.firstIndex { $0.hasPrefix("p99 of types over time") })
    let row = lines[title + 1]
    #expect(row.hasPrefix("  stats.get "))
    let plot = row.dropFirst(26)
    let hottest = try #require(plot.firstIndex { $0 == "#" })
    let last = try #require(plot.lastIndex { $0 == "#" })
    // The whole plot is some three seconds, the hottest shade one of them or more.
    #expect(plot[hottest...last].allSatisfy { $0 == "#" })
    #expect(Double(plot[hottest...last].count) > 0.25 * Double(plot.count))
    #expect(plot.hasPrefix(".") && plot.hasSuffix("."))
  }

  /// Nanoseconds since the epoch of a time as records have it.
  private func nanoseconds(_ text: String) throws -> Int {
    let parts = text.dropLast().split(separator: ".")
    let date = try #require(ISO8601DateFormatter().date(from: "\(parts[0])Z"))
    return Int(date.timeIntervalSince1970) * 1_000_000_000 + (Int(parts[1]) ?? 0)
  }
}
