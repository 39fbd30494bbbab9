import Foundation
import TestSupport
import Testing

/// The captures that costs are measured with.
struct WorkloadTests {
  /// About so many packets have the captures in `Fixtures/workloads`.
  private static let packets = 6_000

  /// What is measured is the right answer: every message of every shape is found and paired.
  @Test(arguments: Workload.all, [1, 2] as [UInt64])
  func allThatIsInAWorkloadIsTold(_ workload: Workload, seed: UInt64) throws {
    let capture = workload.capture(packets: 4_000, seed: seed)
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/\(workload.name).pcap"
    try Data(capture.pcap).write(to: URL(fileURLWithPath: path))
    let run = try OracleProgram.souptap("report", "--format", "ndjson", path)
    #expect(run.status == 0, "\(run.errors)")
    let summary = try #require(
      OracleProgram.records(run.output).last { $0.string("record") == "summary" })
    let health = try #require(summary["health"] as? [String: Any])
    let totals = try #require(summary["totals"] as? [String: Any])
    #expect(health.int("packets") == capture.packets)
    #expect(health.int("missing_bytes") == 0)
    #expect(totals.int("requests") == capture.requests)
    #expect(totals.int("answered") == capture.requests)
    #expect(totals.int("errors") == capture.errors)
    #expect(totals.int("notifications") == capture.notifications)
  }

  /// The committed captures are those that the workloads make.
  @Test(
    .enabled(if: OracleProgram.has("xz"), "xz is not installed"), arguments: ["churn", "large"])
  func fixturesAreMadeByTheirWorkloads(_ name: String) throws {
    let workload = try #require(Workload.named(name))
    let scratch = try ScratchDirectory()
    let file = "\(scratch.path)/capture.pcap"
    let packed = OracleFixtures.path("workloads/\(name).pcap.xz")
    let run = try OracleProgram.run(["sh", "-c", "xz -dc '\(packed)' >'\(file)'"])
    #expect(run.status == 0, "\(run.errors)")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    #expect(
      bytes == workload.capture(packets: Self.packets).pcap, "made again with benchmarks --write")
  }
}
