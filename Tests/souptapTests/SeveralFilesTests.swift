import Foundation
import TestSupport
import Testing

/// Many files as one capture.
struct SeveralFilesTests {
  private static let capture = BusyCapture.make(connections: 56)

  /// Records without what counts packets within files.
  private func unplaced(_ run: ProgramRun) -> [NSDictionary] {
    OracleProgram.records(run.output).filter { $0.string("record") != "meta" }.map { record in
      NSDictionary(
        dictionary: record.filter { !$0.key.contains("frame") && !$0.key.contains("input") })
    }
  }

  /// Writes a file for each share of the packets, and one with all of them; runs a command on both.
  ///
  /// - Parameter prefix: comes before the program, as a shell has it.
  private func compare(
    _ shares: [[Int]], command: String, prefix: String = "", name: (Int) -> String
  ) throws -> (whole: ProgramRun, parts: ProgramRun) {
    let scratch = try ScratchDirectory()
    for (index, share) in shares.enumerated() {
      try Data(Self.capture.pcap(packets: share))
        .write(to: URL(fileURLWithPath: "\(scratch.path)/ring\(name(index))"))
    }
    try Data(Self.capture.pcap()).write(to: URL(fileURLWithPath: "\(scratch.path)/whole"))
    let whole = try ProgramRun.souptap("\(command) --format ndjson \(scratch.path)/whole")
    let parts = try ProgramRun.script(
      "\(prefix) souptap \(command) --format ndjson \(scratch.path)/ring*")
    return (whole, parts)
  }

  /// A ring of a thousand files gives the records of their concatenation; the shell lists
  /// `ring10` before `ring2`.
  @Test(arguments: ["messages", "transactions", "report"])
  func aThousandFilesOfARingAreOneCapture(command: String) throws {
    let count = Self.capture.packets.count
    #expect(count >= 1_000)
    let shares = (0..<1_000).map { Array(count * $0 / 1_000..<count * ($0 + 1) / 1_000) }
    let (whole, parts) = try compare(shares, command: command, prefix: "ulimit -n 256;") { "\($0)" }
    #expect(parts.status == 0, "\(parts.errors)")
    #expect(unplaced(whole) == unplaced(parts))
  }

  /// So do a thousand that all overlap, in bounded memory.
  @Test func aThousandOverlappingFilesAreOneCapture() throws {
    let count = Self.capture.packets.count
    let shares = (0..<1_000).map { Array(stride(from: $0, to: count, by: 1_000)) }
    let (whole, parts) = try compare(
      shares, command: "messages", prefix: "ulimit -n 64; ulimit -v 1000000;"
    ) { String(format: "%04d", $0) }
    #expect(parts.status == 0, "\(parts.errors)")
    #expect(unplaced(whole) == unplaced(parts))
  }

  /// Frames are numbered in their file, and each is named.
  @Test func recordsNameTheFilesOfTheirPackets() throws {
    let count = Self.capture.packets.count
    let shares = (0..<40).map { Array(count * $0 / 40..<count * ($0 + 1) / 40) }
    var differences = 0
    for command in ["messages", "transactions"] {
      let (whole, parts) = try compare(shares, command: command) { String(format: "%04d", $0) }
      let records = zip(
        OracleProgram.records(whole.output).dropFirst(),
        OracleProgram.records(parts.output).dropFirst())
      for (expected, record) in records where record.int("input") != nil {
        let places = [
          ("frame", "input"), ("frame_end", "input_end"), ("request_frame", "input"),
          ("request_frame_end", "request_input_end"), ("response_frame", "response_input"),
          ("response_frame_end", "response_input_end"),
        ]
        for (frame, input) in places where expected.int(frame) != nil {
          let file = try #require(record.int(input) ?? record.int("input"))
          #expect(shares[file][(record.int(frame) ?? 0) - 1] + 1 == expected.int(frame))
          if input != "input", record.int(input) != nil { differences += 1 }
        }
      }
    }
    #expect(differences > 10, "hardly a record lies in two files")
  }

  /// Two captures that overlap are one when asked for; a packet that one of them shows twice stays
  /// two.
  @Test func identicalPacketsOfTwoFilesAreOneOnRequest() throws {
    let count = Self.capture.packets.count
    let shares = [Array(0..<count * 2 / 3), Array(count / 3..<count)]
    let (whole, parts) = try compare(shares, command: "messages --dedup") { "\($0)" }
    #expect(parts.status == 0)
    let records = unplaced(parts)
    #expect(unplaced(whole).dropLast() == records.dropLast())
    let health = try #require(records.last?["health"] as? [String: Any])
    #expect(health.int("duplicate_packets") == shares[0].count + shares[1].count - count)
    #expect(health.int("packets") == shares[0].count + shares[1].count)
    let meta = OracleProgram.records(parts.output).first
    #expect(meta?["dedup"] as? Bool == true)

    let twice = try ProgramRun.script(
      "editcap -F pcap \(InputTests.capture) /dev/stdout | souptap report --dedup --format ndjson"
        + " \(InputTests.capture) -")
    #expect(twice.output.contains("\"packets\":56,"))
    #expect(twice.output.contains("\"duplicate_packets\":28,"))
    #expect(try ProgramRun.souptap("report --dedup -i lo").status == 2)
  }
}
