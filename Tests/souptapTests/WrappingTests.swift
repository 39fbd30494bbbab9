import Foundation
import TestSupport
import Testing
import Wire

/// Conversations in link types, tags and tunnels through the program, against their scripts and tshark.
@Suite struct WrappingTests {
  private struct Read {
    var connections: [[String: Any]]
    var transactions: [[String: Any]]
    var undecoded: [String: Int]
  }

  private func read(_ capture: [UInt8]) throws -> Read {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/capture.pcap"
    try Data(capture).write(to: URL(fileURLWithPath: path))
    var records: [[String: Any]] = []
    for command in ["connections --all", "transactions"] {
      let run = try ProgramRun.souptap("\(command) --format ndjson \(path)")
      #expect(run.status == 0)
      records += OracleProgram.records(run.output)
    }
    let health = records.last?["health"] as? [String: Any]
    return Read(
      connections: records.filter { $0.string("record") == "connection" },
      transactions: records.filter { $0.string("record") == "transaction" },
      undecoded: health?["undecoded"] as? [String: Int] ?? [:])
  }

  @Test(arguments: WrappingFixture.all)
  func whatIsInsideIsShown(wrapping: WrappingFixture) throws {
    let told = try read(wrapping.pcap())
    #expect(told.undecoded.isEmpty)
    #expect(told.transactions.count == 1)
    #expect(told.transactions.first?.string("outcome") == "ok")
    let truth = ConversationCapture(wrapping.conversation).truth.transactions[0]
    #expect(told.transactions.first?.int64("latency_ns") == truth.latency)
    #expect(told.connections.count == 1)
    let connection = try #require(told.connections.first)
    #expect(connection.string("src") == (wrapping.isIPv6 ? "2001:db8::1" : "192.0.2.1"))
    #expect(connection["vlan"] as? [Int] ?? [] == wrapping.vlans.map(Int.init))
    let tunnel = connection["tunnel"] as? [String: Any]
    #expect(tunnel?.string("kind") == wrapping.tunnel)
    if wrapping.tunnel != "mpls" {
      #expect(tunnel?.int("identifier") == wrapping.identifier.map(Int.init))
    }
  }

  @Test(
    .enabled(if: OracleProgram.has("tshark"), "tshark is not installed"),
    arguments: WrappingFixture.all)
  func tsharkSeesTheSame(wrapping: WrappingFixture) throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/capture.pcap"
    try Data(wrapping.pcap()).write(to: URL(fileURLWithPath: path))
    let run = try OracleProgram.run([
      "tshark", "-n", "-r", path, "-T", "fields", "-e", "tcp.stream", "-e", "tcp.payload",
    ])
    let lines = run.output.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(lines.count == wrapping.conversation.segments.count)
    #expect(lines.allSatisfy { $0.first == "0" }, "\(run.output)")
    let payload = lines.compactMap { $0.count > 1 ? String($0[1]) : nil }.joined()
    let sent = (StreamFixture.request + StreamFixture.response).utf8
    #expect(payload == sent.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
  }

  /// As in the traffic mirrors of clouds: tenants use the same addresses.
  @Test func equalAddressesInTwoTunnelsAreTwoConnections() throws {
    var conversations = [WrappingFixture.vxlan(1).conversation]
    conversations.append(conversations[0])
    let capture = WrappingFixture.pcap(
      [(.vxlan(1), conversations[0]), (.vxlan(2), conversations[1])], linkType: .ethernet)
    let told = try read(capture)
    #expect(told.connections.count == 2)
    #expect(told.transactions.count == 2)
    #expect(told.transactions.allSatisfy { $0.string("quality") == "exact" })
    #expect(
      told.connections.compactMap { ($0["tunnel"] as? [String: Any])?.int("identifier") }.sorted()
        == [1, 2])
  }

  @Test func nestingIsLimitedToSixteenAndTold() throws {
    let deep = try read(WrappingFixture.nested(15).pcap())
    #expect(deep.transactions.count == 1)
    let deeper = try read(WrappingFixture.nested(40).pcap())
    #expect(deeper.transactions.isEmpty)
    #expect(
      deeper.undecoded["nested-too-deep"] == WrappingFixture.nested(40).conversation.segments.count)
  }
}
