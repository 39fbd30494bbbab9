import Foundation
import Testing

/// Times, frames and bytes against tshark's packets, to the nanosecond; and against what the endpoints
/// noted.
@Suite struct OracleStreamTests {
  /// Captures whose segments tshark's fields show as they are; those of single streams' oddities are
  /// held against what their scripts say.
  static let captures = OracleFixtures.captures.filter {
    $0 != "generated/fragmented.pcap" && !$0.hasPrefix("generated/streams/")
      && !withoutPlainTimes.contains($0)
  }
  /// A clock that was set back, a message cut short, and responses before their requests: there the
  /// distance of two packets is not what a duration means. Their own test says what it is.
  private static let withoutPlainTimes = [
    "clock-step", "early-response", "gap-in-response", "response-captured-before", "snaplen",
  ].map { "generated/trust/\($0).pcap" }

  private func key(of record: [String: Any], isAnswer: Bool = false) -> OracleStreams.Key {
    OracleStreams.Key(
      stream: record.int("tcp_stream") ?? -1,
      port: record.int(isAnswer ? "dst_port" : "src_port") ?? -1)
  }

  /// First sent and delivered, for every message and every latency, whatever its quality.
  @Test(
    .enabled(if: OracleProgram.has("tshark"), "tshark is not installed"), arguments: captures)
  func timesFollowFromThePackets(capture: String) throws {
    let streams = try OracleStreams.of(capture)
    var ends: [String: Int] = [:]
    for record in try OracleProgram.records(of: "messages", capture)
    where record.string("record") == "message" {
      let offset = try #require(record.int("offset"))
      let end = offset + (record.int("length") ?? 0)
      let key = key(of: record)
      ends["\(key) \(offset)"] = end
      let first = streams.firstPiece(offset, of: key)
      #expect(record.int("frame") == first?.frame)
      #expect(record.time("ts") == first?.time)
      guard record["complete"] as? Bool == true else { continue }
      #expect(record.int("frame_end") == streams.firstPiece(end - 1, of: key)?.frame)
      #expect(record.time("ts_end") == streams.delivered(end - 1, of: key))
    }
    for record in try OracleProgram.records(of: "transactions", capture)
    where record.int64("latency_ns") != nil {
      let (asking, answering) = (key(of: record), key(of: record, isAnswer: true))
      let offset = try #require(record.int("request_offset"))
      let answer = try #require(record.int("response_offset"))
      let end = try #require(ends["\(asking) \(offset)"])
      let answerEnd = try #require(ends["\(answering) \(answer)"])
      let delivered = try #require(streams.delivered(end - 1, of: asking))
      let answered = try #require(streams.firstPiece(answer, of: answering)?.time)
      #expect(record.int64("latency_ns") == max(0, answered - delivered), "\(record)")
      let last = try #require(streams.delivered(answerEnd - 1, of: answering))
      let asked = try #require(streams.firstPiece(offset, of: asking)?.time)
      #expect(record.int64("duration_ns") == last - asked, "\(record)")
    }
  }

  /// The bytes of each message are those that tshark puts together.
  @Test(
    .enabled(if: OracleProgram.has("tshark"), "tshark is not installed"),
    arguments: OracleFixtures.recorded, ["client", "server"])
  func bytesAreThoseThatTsharkFollows(recording: String, end: String) throws {
    let capture = "recorded/\(recording)-\(end).pcap"
    let streams = try OracleStreams.of(capture)
    let records = try OracleProgram.records(of: "messages", capture)
    let health = try #require(records.last?["health"] as? [String: Any])
    // Where bytes are missing tshark writes words in their place.
    guard health.int("gaps") == 0 else { return }
    var count = 0
    for record in records where record["complete"] as? Bool == true {
      let contents = try #require(streams.contents[key(of: record)])
      let offset = record.int("offset") ?? 0
      let range = offset..<(offset + (record.int("length") ?? 0))
      try #require(range.upperBound <= contents.count)
      let kind = record.string("kind") ?? ""
      var lines = [
        "\(kind.prefix(1).uppercased())\(kind.dropFirst()) \(record.string("type") ?? "")"
      ]
      if let uuid = record.int("uuid") {
        lines.append(record.string("status").map { "\(uuid) \($0)" } ?? "\(uuid)")
      }
      lines += record.parameters + ["", ""]
      #expect(String(decoding: contents[range], as: UTF8.self) == lines.joined(separator: "\r\n"))
      count += 1
    }
    #expect(count >= 3)
  }

  /// The files of `streams` are whole what tshark follows.
  @Test(
    .enabled(if: OracleProgram.has("tshark"), "tshark is not installed"),
    arguments: OracleFixtures.recorded)
  func streamsAreThoseThatTsharkFollows(recording: String) throws {
    let capture = "recorded/\(recording)-server.pcap"
    let streams = try OracleStreams.of(capture)
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.souptap(
      "streams --format ndjson --directory \(scratch.path)/all Fixtures/\(capture)")
    #expect(run.status == 0, "\(run.errors)")
    var count = 0
    for record in OracleProgram.records(run.output)
    where record.string("record") == "stream" && record["gaps"] == nil {
      let file = try #require(record.string("file"))
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/all/\(file)"))
      #expect(Array(bytes) == streams.contents[key(of: record)] ?? [])
      #expect(record.int("length") == bytes.count)
      count += 1
    }
    #expect(count >= 2)
  }

  /// At the end that asked, from request to answer as it was noted there; at the end that answered,
  /// from reading to answering: within 2 ms where nothing disturbed the latency.
  @Test(arguments: OracleFixtures.recorded, ["client", "server"])
  func latenciesAreThoseOfTheLogs(recording: String, end: String) throws {
    let log = try OracleLogLine.log(of: recording)
    func noted(_ event: String, _ side: String, _ kind: String, _ record: [String: Any]) -> Int64? {
      log.first {
        $0.event == event && $0.side == side && $0.kind == kind
          && $0.connection == record.int("connection") && $0.uuid == record.int("uuid")
      }?.nanoseconds
    }
    // A server that does nothing notes a request only when it reads it, late. After a loss the
    // answerer's TCP waits before it sends what it was given.
    let isLateItself = end == "server" && ["stall", "lossy-link"].contains(recording)
    for record in try OracleProgram.records(
      of: "transactions", "recorded/\(recording)-\(end).pcap")
    where record.string("quality") == "exact" {
      let asker = record.string("direction") == "client-to-server" ? "client" : "server"
      let answerer = asker == "client" ? "server" : "client"
      if asker == end {
        guard let asked = noted("sent", asker, "request", record),
          let answered = noted("read", asker, "response", record)
        else { continue }
        #expect(abs((record.int64("duration_ns") ?? 0) - (answered - asked)) <= 2_000_000)
      } else if !isLateItself {
        guard let asked = noted("read", answerer, "request", record),
          let answered = noted("sent", answerer, "response", record)
        else { continue }
        #expect(abs((record.int64("latency_ns") ?? 0) - (answered - asked)) <= 2_000_000)
      }
    }
  }
}

extension [String: Any] {
  /// The parameter lines of a message record, with code and reason where the grammar has them.
  var parameters: [String] {
    let params = (self["params"] as? [[String: Any]] ?? []).map {
      "\($0.string("key") ?? ""): \($0.string("value") ?? "")"
    }
    return ["code", "reason"].compactMap { key in string(key).map { "\(key): \($0)" } } + params
  }
}
