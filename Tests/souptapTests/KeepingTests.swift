import Foundation
import TestSupport
import Testing

/// `--write` while files are read: what passes the filter, as tcpdump writes it.
struct KeepingTests {
  private static let capture = InputTests.capture

  /// Time, length and bytes of each packet, as tcpdump prints them.
  private func packets(_ file: String, _ filter: String = "") throws -> String {
    let run = try ProgramRun.script(
      "tcpdump --time-stamp-precision=nano -tt -xx -n -r \(file) \(filter)")
    #expect(run.status == 0)
    return run.output
  }

  @Test(
    .enabled(if: OracleProgram.has("tcpdump"), "tcpdump is not installed"),
    arguments: ["out.pcap", "out.pcapng", "out"])
  func whatPassesTheFilterIsKept(name: String) throws {
    let scratch = try ScratchDirectory()
    let file = "\(scratch.path)/\(name)"
    for filter in ["", "src port 4080"] {
      let run = try ProgramRun.souptap(
        "transactions \(Self.capture) -w \(file)" + (filter.isEmpty ? "" : " -f '\(filter)'"))
      #expect(run.status == 0)
      #expect(run.errors.contains("secrets are not hidden"))
      let expected = try packets(Self.capture, filter)
      #expect(!expected.isEmpty)
      #expect(try packets(file) == expected)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file)).prefix(4)
      #expect(
        Array(bytes) == (name.hasSuffix(".pcap") ? [0x4d, 0x3c, 0xb2, 0xa1] : [10, 13, 13, 10]))
    }
    let read = try ProgramRun.souptap("transactions --format ndjson \(file)")
    #expect(read.status == 0)
  }

  @Test func standardOutputTakesPacketsWhenRecordsGoElsewhere() throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      "souptap messages \(Self.capture) -o \(scratch.path)/records --format ndjson -w -"
        + " | souptap messages --format ndjson - > \(scratch.path)/again")
    #expect(run.status == 0)
    func comparable(_ name: String) throws -> [String] {
      LiveAgreement.comparable(
        OracleProgram.records(
          try String(contentsOfFile: "\(scratch.path)/\(name)", encoding: .utf8)))
    }
    #expect(try comparable("records") == comparable("again"))
    let closed = try ProgramRun.script(
      "souptap messages \(Self.capture) -o \(scratch.path)/records -w - | true")
    #expect(closed.status == 0)
  }

  @Test func mistakesAreToldBeforeAnythingIsWritten() throws {
    let scratch = try ScratchDirectory()
    let copy = "\(scratch.path)/copy.pcap"
    try FileManager.default.copyItem(
      atPath: ProgramRun.packageRoot.appendingPathComponent(Self.capture).path, toPath: copy)
    let before = try Data(contentsOf: URL(fileURLWithPath: copy))
    let cases = [
      ("report \(copy) -w \(copy)", "one of the inputs"),
      ("report \(copy) -w -", "--output"),
      ("report \(copy) -w \(scratch.path)/a -o \(scratch.path)/a", "--write"),
      ("report \(copy) -C 5", "--write"),
      ("report \(copy) -w \(scratch.path)/a -W 5", "-C or -G"),
      ("report \(copy) -w \(scratch.path)/a -G 0", "-G 0"),
      ("report \(copy) -w /nowhere/a", "/nowhere/a"),
      ("report \(copy) --duration 5s", "--interface"),
      ("report \(copy) --promiscuous", "--interface"),
      ("report -i lo --filter-exact", "--filter"),
      ("report -i lo -f 'vlan 7'", "--filter-exact"),
      ("report -i lo -f 'mpls'", "--filter-exact"),
      ("report -i lo -p --promiscuous", "contradict"),
      ("report -i lo -s -1", "-s"),
      ("report -i lo -B 1", "64KiB"),
      ("report -i lo --netns nobody-has-this", "no such network namespace"),
      ("report -i no-such-device", "lo"),
      ("report -i lo -Z no-such-user", "no-such-user"),
      ("report -i lo -y NONSENSE", "EN10MB"),
      ("report -i lo -j nonsense", "--time-stamp-type"),
    ]
    for (arguments, words) in cases {
      // Whoever may not capture is told that first.
      if arguments.contains("-i "), !LiveNamespace.isPossible { continue }
      let run = try ProgramRun.souptap(arguments)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
      #expect(run.output.isEmpty, "\(arguments)")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: copy)) == before)
  }
}
