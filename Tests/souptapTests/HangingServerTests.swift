import Foundation
import Glibc
import TestSupport
import Testing

/// A server that hangs, live: requests that pass their time are told while it hangs.
@Suite(.enabled(if: LiveNamespace.isPossible, "needs root and iproute2"), .serialized)
struct HangingServerTests {
  private static let scenario = """
    client 0 request room.create 1
    client 200 requests 4 100 stats.get 10
    server 150 freeze 2000
    """

  /// The server stops for two seconds: with a timeout of 500 ms each request is told as unanswered
  /// half a second after it came, before the server goes on, and once more when it is answered.
  @Test func timeoutsAreToldWhenTheyAreDue() throws {
    var latest = Int64.max
    // Other tests keep the processors busy: a run that they held up is made again.
    for _ in 1...4 where latest > 300_000_000 { latest = try slowestTimeout() }
    #expect(latest <= 300_000_000)
  }

  /// How long after a timeout was due its line came, nanoseconds.
  private func slowestTimeout() throws -> Int64 {
    let namespace = try LiveNamespace()
    let program = try LiveProgram(
      [
        OracleProgram.souptapPath, "transactions", "-i", "lo", "--timeout", "500ms", "--format",
        "ndjson",
      ], in: namespace)
    try program.waitForLine(containing: "\"record\":\"meta\"", seconds: 10)
    let scenario = try TrafficScenario(Self.scenario)
    let log = LiveLog<TrafficEvent>()
    let threads = [TrafficScenario.Side.server, .client].map { side in
      namespace.run {
        try TrafficEndpoint(side: side, scenario: scenario, address: "127.0.0.1", port: 4080) {
          log.append($0)
        }.run()
      }
    }
    for thread in threads { try thread.wait(seconds: 20) }
    usleep(300_000)
    #expect(try program.interrupt(seconds: 10) == 0)

    let told = program.lines.all.flatMap { line in
      OracleProgram.records(line.element).map { (time: line.time, record: $0) }
    }.filter { $0.record.string("record") == "transaction" }
    var slowest: Int64 = 0
    for uuid in 10...13 {
      let history = told.filter { $0.record.int("uuid") == uuid }
      #expect(history.map { $0.record.string("outcome") } == ["unanswered", "ok"])
      guard history.count == 2 else { continue }
      #expect(history[0].record.string("unanswered") == "timeout")
      #expect(history[0].record.int64("waited_ns") == 500_000_000)
      #expect(history[1].record["late"] as? Bool == true)
      let due = try #require(history[0].record.time("ts_end"))
      #expect(history[0].time >= due)
      slowest = max(slowest, history[0].time - due)
      // The first of them waited for the server, the others behind it.
      let hints = history[1].record["hints"] as? [String] ?? []
      #expect(hints == [uuid == 10 ? "stall" : "queued"], "\(uuid)")
    }
    return slowest
  }
}
