import Foundation
import Savefile
import TestSupport
import Testing
import Wire

/// What pcapng files have beside packets, through the program.
struct PcapngInputTests {
  private static let capture = BusyCapture.make(connections: 6, seed: 4)

  /// A pcapng file whose packets come in turn from interfaces with other link types and clocks, all of
  /// them with their Ethernet header replaced where it has to be.
  private func manyInterfaces() -> [UInt8] {
    var file = FileBuilder(.big)
    file.section()
    file.interface(linkType: 1, snapshotLength: 2_000, options: [(9, [9])])
    file.interface(linkType: 101, options: [(9, [9]), (2, Array("raw".utf8))])
    file.interface(linkType: 276, snapshotLength: 65_535, options: [(9, [9])])
    // Nanoseconds since a later origin.
    file.interface(linkType: 1, options: [(9, [9]), (14, file.number(1_700_000_000 as UInt64))])
    for (index, packet) in Self.capture.packets.enumerated() {
      let datagram = Array(packet.bytes.dropFirst(14))
      switch index % 4 {
      case 0: file.enhanced(packet.bytes, units: UInt64(packet.time))
      case 1: file.enhanced(datagram, interface: 1, units: UInt64(packet.time))
      case 2:
        file.enhanced(
          PacketBuilder.linuxSLL2(datagram), interface: 2, units: UInt64(packet.time))
      default:
        file.enhanced(
          packet.bytes, interface: 3,
          units: UInt64(packet.time - 1_700_000_000_000_000_000))
      }
    }
    return file.bytes
  }

  private func write(_ bytes: [UInt8], _ scratch: ScratchDirectory, _ name: String) throws -> String
  {
    let path = "\(scratch.path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func records(_ run: ProgramRun) -> [NSDictionary] {
    OracleProgram.records(run.output)
      .filter { $0.string("record") != "meta" && $0.string("record") != "summary" }
      .map { NSDictionary(dictionary: $0) }
  }

  /// Interfaces that differ make one capture: the records are those of the same packets in a pcap.
  @Test(arguments: ["messages", "transactions"])
  func interfacesMayDiffer(command: String) throws {
    let scratch = try ScratchDirectory()
    let mixed = try write(manyInterfaces(), scratch, "mixed.pcapng")
    let plain = try write(Self.capture.pcap(), scratch, "plain.pcap")
    let expected = records(try ProgramRun.souptap("\(command) --format ndjson \(plain)"))
    #expect(expected.count >= 18)
    let run = try ProgramRun.souptap("\(command) --format ndjson \(mixed)")
    #expect(records(run) == expected)
  }

  /// tshark and capinfos see the same packets, times and streams in it.
  @Test(.enabled(if: OracleProgram.has("tshark"), "tshark is not installed"))
  func tsharkAgreesAboutInterfaces() throws {
    let scratch = try ScratchDirectory()
    let path = try write(manyInterfaces(), scratch, "mixed.pcapng")
    let packets = try OracleStreams(path: path).packets
    #expect(packets.count == Self.capture.packets.count)
    let run = try ProgramRun.souptap("messages --format ndjson \(path)")
    var count = 0
    for record in OracleProgram.records(run.output) where record.string("record") == "message" {
      let packet = packets[(record.int("frame") ?? 0) - 1]
      #expect(packet.time == record.time("ts"))
      #expect(packet.stream == record.int("tcp_stream"))
      count += 1
    }
    #expect(count >= 36)
    let counted = try ProgramRun.script("capinfos -Mc \(path)")
    #expect(counted.output.contains(" \(packets.count)\n"), "\(counted.output)")
  }

  /// What editcap and mergecap make of a capture is read like the capture.
  @Test(
    .enabled(if: OracleProgram.has("mergecap"), "mergecap is not installed"),
    arguments: ["pcap", "nsecpcap", "modpcap", "pcapng"])
  func filesOfOtherToolsAreRead(format: String) throws {
    let run = try ProgramRun.script(
      """
      d=$(mktemp -d)
      a=\(InputTests.capture); b=Fixtures/mediasoup/cooked-any-sll2.pcap
      souptap messages --format ndjson - < $a > $d/expected
      editcap -F \(format) $a $d/copy
      souptap messages --format ndjson - < $d/copy | cmp - $d/expected && echo same
      # Of two link types; its frames count those of both files.
      mergecap -F pcapng -w $d/merged $a $b
      strip() { grep -v '"record":"meta"' | sed -E 's/,"(input|frame)[a-z_]*":[0-9]+//g'; }
      souptap messages --format ndjson $d/merged | strip > $d/of-merged
      souptap messages --format ndjson $a $b | strip | cmp - $d/of-merged && echo merged
      capinfos -Mrc $d/merged
      souptap report --format ndjson $d/merged | grep -o '"packets":[0-9]*'
      rm -r $d
      """)
    #expect(run.output.hasPrefix("same\nmerged\n"), "\(run.output)\(run.errors)")
    let lines = run.output.split(separator: "\n")
    let count = lines.last?.split(separator: ":").last ?? "?"
    #expect(lines.contains { $0.hasSuffix("\t\(count)") || $0.hasSuffix(" \(count)") }, "\(lines)")
  }

  /// A comment is told with its packet where that belongs to a connection of the protocol, also when
  /// only a later packet shows that; elsewhere it is not.
  @Test(
    .enabled(if: OracleProgram.has("editcap"), "editcap is not installed"),
    arguments: [4080, 9])
  func commentsAreTold(port: Int) throws {
    let options = "--port \(port) --format ndjson"
    let run = try ProgramRun.script(
      """
      d=$(mktemp -d)
      editcap -F pcapng -a $'1:the \\e[31mSYN' -a '4:slow since here' \(InputTests.capture) $d/a
      souptap messages \(options) $d/a
      souptap messages --port \(port) $d/a | cat -v
      souptap messages \(options) --no-detect $d/a | grep -c comment
      rm -r $d
      """)
    let comments = OracleProgram.records(run.output).filter {
      $0.string("code") == "packet-comment"
    }
    let isNamed = port == 4080
    #expect(comments.map { $0.int("frame") } == [1, 4])
    #expect(comments.first?.string("comment") == "the \u{1b}[31mSYN")
    #expect(comments.last?.string("comment") == "slow since here")
    #expect(comments.last?.string("severity") == "note")
    #expect(comments.last?.int("length") == 20)
    #expect(run.output.contains("packet-comment frame 4 offset 0 20 B slow since here"))
    #expect(!run.output.contains("^[[31mSYN"))
    #expect(run.output.hasSuffix(isNamed ? "\n3\n" : "\n0\n"), "\(run.output.suffix(200))")
  }

  /// A drop between a request and its answer makes that latency uncertain, and no other; the health
  /// counts it.
  @Test(arguments: ["statistics", "packet"])
  func dropsMakeLatenciesUncertain(kind: String) throws {
    var conversation = Conversation(clientPort: 40_000)
    conversation.open()
    for uuid in 1...3 {
      conversation.advance(milliseconds: 10)
      conversation.send(.client, "Request a\r\n\(uuid)\r\n\r\n")
      conversation.advance(milliseconds: 10)
      conversation.send(.server, "Response a\r\n\(uuid) OK\r\n\r\n")
    }
    let packets = ConversationCapture(conversation).packets
    // The first packet of the second answer.
    let place = try #require(
      packets.firstIndex { String(decoding: $0.bytes, as: UTF8.self).contains("\r\n2 OK") })
    var file = FileBuilder()
    file.section()
    file.interface(options: [(9, [9])])
    file.interface(options: [(9, [9])])
    for (index, packet) in packets.enumerated() {
      let units = UInt64(packet.time)
      if index == place, kind == "statistics" {
        file.statistics(
          interface: 0, [(4, 100), (5, 2), (7, 5)], units: UInt64(packets[index].time - 5_000_000))
      }
      let drops =
        index == place && kind == "packet" ? [(4 as UInt16, file.number(7 as UInt64))] : []
      file.enhanced(packet.bytes, units: units, options: drops)
      if index == place - 3 {
        // Nothing was lost until here.
        file.statistics(interface: 0, [(4, 90), (5, 0), (7, 0)], units: units)
      }
    }
    let scratch = try ScratchDirectory()
    let path = try write(file.bytes, scratch, "drops.pcapng")
    for input in [path, "- < \(path)"] {
      let run = try ProgramRun.souptap("transactions --format ndjson \(input)")
      let records = OracleProgram.records(run.output)
      let transactions = records.filter { $0.string("record") == "transaction" }
      #expect(transactions.map { $0.string("quality") } == ["exact", "uncertain", "exact"])
      #expect(transactions[1]["causes"] as? [String] == ["kernel-drop"])
      let health = try #require(records.last?["health"] as? [String: Any])
      #expect(health.int("dropped_kernel") == (kind == "statistics" ? 5 : 7))
      #expect(health.int("dropped_interface") == (kind == "statistics" ? 2 : 0))
    }
  }
}
