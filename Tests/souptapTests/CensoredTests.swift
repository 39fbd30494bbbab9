import Foundation
import TestSupport
import Testing

/// `report --censored` against the Kaplan–Meier estimator of R's package survival.
@Suite struct CensoredTests {
  /// R with its package survival. Where tests must not be skipped, the answer is yes.
  private static let isAvailable: Bool = {
    if ProcessInfo.processInfo.environment["CI"] != nil { return true }
    let run = try? OracleProgram.run(["Rscript", "-e", "library(survival)"])
    return run?.status == 0
  }()

  private static let names = ["p50_ns", "p90_ns", "p95_ns", "p99_ns", "p999_ns"]

  /// A line of a sample for R: the latency or the wait; nil where neither is known.
  private func observation(_ record: [String: Any]) -> String? {
    if record.string("outcome") == "unanswered" {
      return record.int("waited_ns").map { "\($0) 0" }
    }
    return record.int("latency_ns").map { "\($0) 1" }
  }

  /// What R makes of samples.
  private func estimates(_ samples: [[String]]) throws -> [[Int?]] {
    let input = samples.enumerated().map { "s\($0.offset)\n" + $0.element.joined(separator: "\n") }
      .joined(separator: "\n")
    let script = ProgramRun.packageRoot.appendingPathComponent("Tests/kaplan-meier.R").path
    let run = try OracleProgram.run(["Rscript", script], input: input + "\n")
    #expect(run.status == 0, "\(run.errors)")
    return run.output.split(separator: "\n").map { line in
      line.split(separator: " ").dropFirst().map { Int($0) }
    }
  }

  @Test(
    .enabled(if: isAvailable, "R's package survival is not installed"),
    arguments: [(1, 3, 30, "30s"), (2, 8, 60, "30s"), (3, 8, 60, "10ms"), (4, 12, 120, "300ms")]
      as [(UInt64, Int, Int, String)])
  func percentilesAreThoseOfSurvival(
    seed: UInt64, connections: Int, requests: Int, timeout: String
  ) throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/varied.pcap"
    let capture = VariedTraffic.make(connections: connections, requests: requests, seed: seed)
    try Data(capture.pcap()).write(to: URL(fileURLWithPath: path))
    let oracle = try ReportOracle(capture: path, options: ["--timeout", timeout])
    let run = try OracleProgram.run(
      [
        OracleProgram.souptapPath, "report", "--format", "ndjson", "--censored", "--timeout",
        timeout, "--by", "type,param.room", path,
      ])
    let summary = try #require(run.records.last)
    let groups = oracle.groups(by: ["type", "param.room"])
    var figures = [summary["totals"] as? [String: Any] ?? [:]]
    var rows = [oracle.rows]
    for group in summary["groups"] as? [[String: Any]] ?? [] {
      figures.append(group)
      rows.append(groups[ReportOracle.group(group, by: ["type", "param.room"])] ?? [])
    }
    let samples = rows.map { $0.compactMap { observation($0.record) } }
    #expect(samples.count > 10 && samples[0].contains { $0.hasSuffix(" 0") })
    let truth = try estimates(samples)
    #expect(truth.count == samples.count)
    for (index, told) in figures.enumerated() {
      let censored = try #require(told["latency_censored"] as? [String: Any])
      #expect(censored.int("count") == samples[index].count { $0.hasSuffix(" 1") })
      #expect(censored.int("censored") == samples[index].count { $0.hasSuffix(" 0") })
      for (name, expected) in zip(Self.names, truth[index]) {
        let value = censored.int(name)
        guard let expected, let value else {
          #expect(value == expected, "\(name) of sample \(index), seed \(seed)")
          continue
        }
        #expect(
          abs(value - expected) <= max(1_000, expected / 1_000),
          "\(name) of sample \(index), seed \(seed): \(value), not \(expected)")
      }
    }
  }

  /// Without it the report names the percentiles that would be others, and only those.
  @Test(arguments: ["30s", "10ms", "300ms"])
  func whatWouldChangeIsTold(timeout: String) throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/varied.pcap"
    let capture = VariedTraffic.make(connections: 6, requests: 50, seed: 6)
    try Data(capture.pcap()).write(to: URL(fileURLWithPath: path))
    func totals(_ option: String) throws -> [String: Any] {
      let run = try OracleProgram.run(
        [
          OracleProgram.souptapPath, "report", "--format", "ndjson", "--timeout", timeout, path,
        ] + (option.isEmpty ? [] : [option]))
      return run.records.last?["totals"] as? [String: Any] ?? [:]
    }
    let plain = try totals("")
    let censored = try #require(try totals("--censored")["latency_censored"] as? [String: Any])
    let latency = try #require(plain["latency"] as? [String: Any])
    let expected = Self.names.filter { name in
      guard let value = censored.int(name), let told = latency.int(name) else { return true }
      return abs(value - told) > max(1_000, told / 500)
    }
    let told = plain["censored_changes"] as? [String] ?? []
    #expect(told == expected.map { String($0.dropLast(3)) })
    #expect(!told.isEmpty)
    let text = try ProgramRun.souptap("report --timeout \(timeout) \(path)").output
    #expect(text.contains("(--censored)"))
    let shown = try ProgramRun.souptap("report --censored --timeout \(timeout) \(path)").output
    #expect(!shown.contains("(--censored)") && shown.contains("Kaplan–Meier"))
  }
}
