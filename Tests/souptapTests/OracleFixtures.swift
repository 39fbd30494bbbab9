import Foundation

/// The captures in `Fixtures`, and what others say about them.
enum OracleFixtures {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  /// Paths of all captures, relative to `Fixtures`.
  static let captures: [String] = paths(ending: ".pcap") + paths(ending: ".pcapng")

  /// Names of the recordings that come with a log.
  static let recorded: [String] = paths(ending: ".log.ndjson").map {
    String($0.dropFirst("recorded/".count).dropLast(".log.ndjson".count))
  }

  static func path(_ relative: String) -> String { "\(root)/\(relative)" }

  private static func paths(ending suffix: String) -> [String] {
    (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(suffix) }.sorted()
  }
}

/// A packet as tshark sees it.
struct OraclePacket {
  /// Nanoseconds since the epoch.
  var time: Int64
  var stream: Int?
  var sourcePort: Int?

  /// Reads `seconds.fraction`.
  static func nanoseconds(_ text: String) -> Int64 {
    let halves = text.split(separator: ".")
    let fraction = (halves.count > 1 ? String(halves[1]) : "").padding(
      toLength: 9, withPad: "0", startingAt: 0)
    return (Int64(halves[0]) ?? 0) * 1_000_000_000 + (Int64(fraction) ?? 0)
  }
}

/// A line of an endpoint's log.
struct OracleLogLine {
  var nanoseconds: Int64
  var side: String
  var connection: Int
  var event: String
  var clientPort: Int?
  var offset: Int
  var text: String

  var lines: [String] { text.components(separatedBy: "\r\n") }
  var kind: String { String(lines[0].split(separator: " ")[0]).lowercased() }
  var type: String { String(lines[0].split(separator: " ")[1]) }
  var uuid: Int? { kind == "notification" ? nil : Int(lines[1].split(separator: " ")[0]) }
  var status: String? { kind == "response" ? String(lines[1].split(separator: " ")[1]) : nil }

  /// The parameter lines, as sent.
  var parameters: [String] {
    Array(lines.dropFirst(kind == "notification" ? 1 : 2).dropLast(2))
  }

  /// The value of a parameter that is a number.
  func number(_ key: String) -> Int64? {
    parameters.first { $0.hasPrefix("\(key): ") }
      .flatMap { Int64($0.dropFirst(key.count + 2)) }
  }

  static func log(of recording: String) throws -> [OracleLogLine] {
    let path = OracleFixtures.path("recorded/\(recording).log.ndjson")
    return OracleProgram.records(try String(contentsOfFile: path, encoding: .utf8))
      .map { record in
        OracleLogLine(
          nanoseconds: (record["ns"] as? NSNumber)?.int64Value ?? 0,
          side: record["side"] as? String ?? "", connection: record["connection"] as? Int ?? -1,
          event: record["event"] as? String ?? "", clientPort: record["client_port"] as? Int,
          offset: record["offset"] as? Int ?? -1, text: record["text"] as? String ?? "")
      }
  }
}

extension [String: Any] {
  func int(_ key: String) -> Int? { self[key] as? Int }
  func int64(_ key: String) -> Int64? { (self[key] as? NSNumber)?.int64Value }
  func string(_ key: String) -> String? { self[key] as? String }

  /// A time of the records in nanoseconds since the epoch.
  func time(_ key: String) -> Int64? {
    guard let text = string(key), text.count == 30 else { return nil }
    let formatter = ISO8601DateFormatter()
    guard let date = formatter.date(from: text.prefix(19) + "Z") else { return nil }
    guard let fraction = Int64(text.dropFirst(20).dropLast()) else { return nil }
    return Int64(date.timeIntervalSince1970) * 1_000_000_000 + fraction
  }
}
