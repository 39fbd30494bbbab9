import Foundation
import Savefile
import TestSupport
import Testing
import Wire

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

  /// What is told of a ring is what is left of it.
  @Test(arguments: [
    ("-C 1000B -W 3", ", of which the last 3 are kept", 3),
    ("-G 1", ", each in place of the one before", 1), ("-C 1000B", " files, ", 0),
  ])
  func aRingSaysWhatItKeeps(options: String, words: String, left: Int) throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.souptap(
      "transactions Fixtures/recorded/stall-client.pcap -w \(scratch.path)/ring.pcap \(options)")
    #expect(run.status == 0)
    let count = try #require(run.errors.firstMatch(of: /in (\d+) files/).flatMap { Int($0.1) })
    #expect(count > 3)
    #expect(run.errors.contains(words), "\(run.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(names.count == (left == 0 ? count : left))
  }

  /// Packets in a file, as they are read again.
  private func count(_ file: String) throws -> Int {
    let run = try ProgramRun.souptap("report --format ndjson \(file)")
    #expect(run.status == 0, "\(run.errors)")
    let health = OracleProgram.records(run.output).last?["health"] as? [String: Any]
    return try #require(health?.int("packets"))
  }

  /// The number that standard error says of a file.
  private func told(_ run: ProgramRun) throws -> Int {
    let line = try #require(run.errors.split(separator: "\n").first { $0.contains(" in /") })
    return try #require(Int(line.split(separator: " ")[1].filter { $0 != "," }))
  }

  /// Packets of Ethernet, and then one without it.
  @Test func packetsBeforeAnotherLinkTypeAreKept() throws {
    let capture = ConversationCapture(
      .exchange(
        client: Array("Request A\r\n1\r\n\r\n".utf8),
        server: Array("Response A\r\n1 OK\r\n\r\n".utf8)))
    let scratch = try ScratchDirectory()
    let first = "\(scratch.path)/first.pcap"
    try Data(capture.pcap()).write(to: URL(fileURLWithPath: first))
    var bare: [UInt8] = []
    SavefileEncoder.appendPcapHeader(linkType: LinkType(rawValue: 101), to: &bare)
    for packet in capture.packets {
      let bytes = Array(packet.bytes.dropFirst(14))
      unsafe SavefileEncoder.appendPcapRecord(
        bytes.span.bytes, time: CaptureTime(nanoseconds: packet.time + 60_000_000_000),
        originalLength: UInt32(bytes.count), to: &bare)
    }
    let second = "\(scratch.path)/second.pcap"
    try Data(bare).write(to: URL(fileURLWithPath: second))
    let file = "\(scratch.path)/out.pcap"
    let run = try ProgramRun.souptap("report \(first) \(second) -w \(file)")
    #expect(run.status == 2)
    #expect(run.errors.contains("one link type"), "\(run.errors)")
    #expect(try told(run) == capture.packets.count)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(capture.pcap()))
  }

  /// A file that may not grow any more ends with a whole packet, and that many are told.
  @Test(arguments: ["out.pcap", "out.pcapng"], [1, 3])
  func onlyPacketsInTheFileAreCounted(name: String, blocks: Int) throws {
    let scratch = try ScratchDirectory()
    let file = "\(scratch.path)/\(name)"
    let run = try ProgramRun.script(
      "ulimit -f \(blocks); souptap report Fixtures/recorded/stall-client.pcap -w \(file)"
        + " > /dev/null")
    #expect(run.status == 2)
    #expect(run.errors.contains("no longer kept"), "\(run.errors)")
    let kept = try count(file)
    #expect(kept > 0)
    #expect(try told(run) == kept)
    let full = try ProgramRun.souptap("report \(Self.capture) -w /dev/full")
    #expect(full.status == 2)
    #expect(full.errors.contains("the disk is full"), "\(full.errors)")
    #expect(try told(full) == 0)
  }

  /// What was in the file before is not cut off with what does not fit.
  @Test func whatIsAppendedToStays() throws {
    let scratch = try ScratchDirectory()
    let file = "\(scratch.path)/out.pcap"
    let run = try ProgramRun.script(
      "head -c 700 /dev/zero > \(file); ulimit -f 1; souptap report \(Self.capture) -o /dev/null"
        + " -w - --write-format pcap >> \(file)")
    #expect(run.status == 2)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(bytes.count > 700 && bytes.count < 1_024)
    #expect(bytes.prefix(700) == Data(repeating: 0, count: 700))
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
