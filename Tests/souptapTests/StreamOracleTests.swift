import Foundation
import TestSupport
import Testing

/// Streams in `Fixtures/generated/streams` through the program, against their scripts, tshark and
/// tcpflow.
@Suite struct StreamOracleTests {
  @Test(arguments: StreamFixture.all)
  func capturesAreRebuiltByteForByte(fixture: StreamFixture) throws {
    let path = OracleFixtures.path("generated/streams/\(fixture.name)")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path + ".pcap")) == Data(fixture.capture.pcap()))
    #expect(
      try String(contentsOfFile: path + ".expected.ndjson", encoding: .utf8) == fixture.expected)
  }

  @Test(arguments: StreamFixture.all)
  func connectionsAreCountedAsTheScriptSays(fixture: StreamFixture) throws {
    let path = OracleFixtures.path("generated/streams/\(fixture.name).pcap")
    let run = try OracleProgram.souptap("connections", "--all", "--format", "ndjson", path)
    let connections = run.records.filter { $0.string("record") == "connection" }
      .sorted { $0.int("connection") ?? 0 < $1.int("connection") ?? 0 }
    #expect(connections.count == fixture.conversations.count)
    for (index, connection) in connections.enumerated() {
      #expect(connection.string("ended") == fixture.ended[index])
      #expect(connection.int("src_port") == Int(fixture.conversations[index].port(of: .client)))
      for (side, field) in [
        (Conversation.Side.client, "client_to_server"), (.server, "server_to_client"),
      ] {
        let counts = try #require(connection[field] as? [String: Any])
        for name in StreamFixture.countNames {
          let expected = fixture.counts[index][side]?[name] ?? 0
          #expect(counts.int(name) == expected, "\(field) \(name)")
        }
        let ledger = try #require(counts["ledger"] as? [String: Any])
        #expect(ledger.int("length") == fixture.streams[index][side.rawValue].length)
        #expect(sum(ledger) == ledger.int("length"))
        var missing: [String: Int] = [:]
        for gap in fixture.streams[index][side.rawValue].gaps {
          missing[gap.reason, default: 0] += gap.length
        }
        #expect(ledger["missing"] as? [String: Int] == missing)
      }
    }
  }

  /// What the capture shows is told in Wireshark's words too, to programs and to people.
  @Test(arguments: StreamFixture.all.filter { !$0.wireshark.isEmpty })
  func wiresharksWordsAreTold(fixture: StreamFixture) throws {
    let path = OracleFixtures.path("generated/streams/\(fixture.name).pcap")
    let run = try OracleProgram.souptap("connections", "--all", "--format", "ndjson", path)
    var words: [String] = []
    for record in run.records where record.string("record") == "connection" {
      for field in ["client_to_server", "server_to_client"] {
        words += (record[field] as? [String: Any])?["wireshark"] as? [String] ?? []
      }
      if record["ports_reused"] as? Bool == true { words.append("TCP Port numbers reused") }
    }
    #expect(words.contains(fixture.wireshark), "\(words)")
    let text = try OracleProgram.souptap("connections", "--all", path).output
    #expect(text.contains(fixture.wireshark), "\(text)")
  }

  /// Bytes that were captured have the times at which they were: of those that waited behind a hole,
  /// whenever it was filled or given up, not the moment at which that was.
  @Test(arguments: StreamFixture.all.filter { !unlikeTheirScript.contains($0.name) })
  func timesAreThoseOfThePackets(fixture: StreamFixture) throws {
    let path = OracleFixtures.path("generated/streams/\(fixture.name).pcap")
    let records = try OracleProgram.souptap("messages", "--format", "ndjson", path).records
    var count = 0
    for (index, truth) in fixture.capture.truths.enumerated() {
      for message in truth.messages where message.isWhole {
        let direction = message.side == .client ? "client-to-server" : "server-to-client"
        let found = records.filter {
          $0.string("record") == "message" && $0.int("connection") == index
            && $0.string("direction") == direction && $0.int("length") == message.length
            && $0.time("ts") == message.firstSent && $0.int("frame") == message.firstPacket
            && $0.time("ts_end") == message.delivered && $0.int("frame_end") == message.lastPacket
        }
        #expect(!found.isEmpty, "connection \(index) \(direction) \(message.offset)")
        count += 1
      }
    }
    #expect(count > 0 || fixture.name.hasPrefix("snapshot-length"))
  }

  /// Scripts with messages that are captured whole and are no part of their stream, or that begin in a
  /// packet which counts for less than it carries.
  private static let unlikeTheirScript = ["before-origin", "data-after-fin", "reset-then-syn"]

  @Test(arguments: StreamFixture.all)
  func streamsHoldWhatWasCaptured(fixture: StreamFixture) throws {
    let written = try WrittenStreams(fixture)
    for (index, pair) in fixture.streams.enumerated() {
      for stream in pair where stream.length > 0 {
        let found = written.stream(index, stream.side)
        #expect(found?.bytes == Data(stream.bytes), "connection \(index) \(stream.side)")
        #expect(found?.gaps == stream.gaps, "connection \(index) \(stream.side)")
      }
    }
    let expected = fixture.streams.joined().count { $0.length > 0 }
    #expect(written.streams.count == expected)
    #expect(written.errors.contains("secrets are not hidden"))
  }

  /// Wireshark's reassembly gives the same bytes, and has its word for what the capture shows.
  @Test(
    .enabled(if: OracleProgram.has("tshark"), "tshark is not installed"),
    arguments: StreamFixture.all)
  func tsharkGivesTheSameBytes(fixture: StreamFixture) throws {
    let path = OracleFixtures.path("generated/streams/\(fixture.name).pcap")
    if !fixture.wireshark.isEmpty {
      let words = try OracleProgram.run(["tshark", "-r", path]).output
      #expect(words.localizedCaseInsensitiveContains(fixture.wireshark))
    }
    var differs = false
    for (index, pair) in fixture.streams.enumerated() {
      let both = try followed(path, stream: index)
      for stream in pair {
        differs =
          differs || both[fixture.conversations[index].port(of: stream.side)] ?? [] != stream.bytes
      }
    }
    #expect(
      differs == (fixture.differences[.tshark] != nil), "\(fixture.differences[.tshark] ?? "")")
  }

  /// tcpflow takes the padding of Ethernet frames for data: it is given captures without.
  @Test(
    .enabled(if: OracleProgram.has("tcpflow"), "tcpflow is not installed"),
    arguments: StreamFixture.all)
  func tcpflowGivesTheSameBytes(fixture: StreamFixture) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("souptap-\(UUID().uuidString)")
    let capture = directory.appendingPathExtension("pcap")
    try Data(fixture.capture.pcap(padded: false)).write(to: capture)
    defer {
      try? FileManager.default.removeItem(at: directory)
      try? FileManager.default.removeItem(at: capture)
    }
    _ = try OracleProgram.run([
      "tcpflow", "-r", capture.path, "-o", directory.path, "-S", "enable_report=NO",
    ])
    // Two connections with the same ports have files that are numbered: all of them are compared.
    var files: [Data] = []
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    for name in names where name != "report.xml" {
      files.append(try Data(contentsOf: directory.appendingPathComponent(name)))
    }
    let own = fixture.streams.joined().map { Data($0.bytes) }.filter { !$0.isEmpty }
    let isSame =
      own.sorted { $0.lexicographicallyPrecedes($1) }
      == files.filter { !$0.isEmpty }.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(
      isSame == (fixture.differences[.tcpflow] == nil), "\(fixture.differences[.tcpflow] ?? "")")
  }

  /// The bytes that tshark shows of a stream, by the port of who sent them.
  private func followed(_ path: String, stream: Int) throws -> [UInt16: [UInt8]] {
    let output = try OracleProgram.run([
      "tshark", "-r", path, "-o", "tcp.reassemble_out_of_order:TRUE", "-q", "-z",
      "follow,tcp,raw,\(stream)",
    ]).output
    var ports: [UInt16] = []
    var bytes: [UInt16: [UInt8]] = [:]
    for line in output.split(separator: "\n") {
      if line.hasPrefix("Node ") {
        ports.append(UInt16(line.split(separator: ":").last ?? "") ?? 0)
        continue
      }
      let text = line.trimmingPrefix("\t")
      guard ports.count == 2, !text.isEmpty, text.allSatisfy(\.isHexDigit) else { continue }
      let digits = Array(text)
      let part = stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0
      }
      // It writes a line among the bytes where some are missing.
      if String(decoding: part, as: UTF8.self).contains("bytes missing in capture file]") {
        continue
      }
      bytes[ports[line.hasPrefix("\t") ? 1 : 0], default: []] += part
    }
    return bytes
  }

  private func sum(_ ledger: [String: Any]) -> Int {
    let parts = ["messages", "separators", "pending"].compactMap { ledger.int($0) }
    let skipped = ledger["skipped"] as? [String: Int] ?? [:]
    let missing = ledger["missing"] as? [String: Int] ?? [:]
    return (parts + skipped.values + missing.values).reduce(0, +)
  }
}

/// What `souptap streams` writes about a fixture.
private struct WrittenStreams {
  struct Stream {
    var record: [String: Any]
    var bytes: Data
    var gaps: [StreamTruth.Gap]
  }

  var streams: [Stream] = []
  var errors = ""

  init(_ fixture: StreamFixture) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("souptap-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    let run = try OracleProgram.souptap(
      "streams", "--all", "--format", "ndjson", "--directory", directory.path,
      OracleFixtures.path("generated/streams/\(fixture.name).pcap"))
    errors = run.errors
    for record in run.records where record.string("record") == "stream" {
      let name = try #require(record.string("file"))
      #expect(name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })
      let bytes = try Data(contentsOf: directory.appendingPathComponent(name))
      #expect(record.int("length") == bytes.count)
      let gaps = (record["gaps"] as? [[String: Any]] ?? []).map {
        StreamTruth.Gap(
          offset: $0.int("offset") ?? -1, length: $0.int("length") ?? -1,
          reason: $0.string("reason") ?? "")
      }
      streams.append(Stream(record: record, bytes: bytes, gaps: Self.joined(gaps)))
    }
  }

  func stream(_ connection: Int, _ side: Conversation.Side) -> Stream? {
    let direction = side == .client ? "client-to-server" : "server-to-client"
    return streams.first {
      $0.record.int("connection") == connection && $0.record.string("direction") == direction
    }
  }

  /// Gaps that touch and have one reason are one.
  private static func joined(_ gaps: [StreamTruth.Gap]) -> [StreamTruth.Gap] {
    var joined: [StreamTruth.Gap] = []
    for gap in gaps {
      if let last = joined.last, last.reason == gap.reason, last.offset + last.length == gap.offset
      {
        joined[joined.count - 1].length += gap.length
      } else {
        joined.append(gap)
      }
    }
    return joined
  }
}
