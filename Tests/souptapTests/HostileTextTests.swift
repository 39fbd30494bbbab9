import Foundation
import TestSupport
import Testing

/// Captured text that would harm a terminal or a reader of JSON is shown, and harms neither.
struct HostileTextTests {
  private static let capture = "Fixtures/generated/hostile-text.pcap"

  @Test func theFixtureIsWhatItsScriptMakes() throws {
    let file = try Data(
      contentsOf: URL(fileURLWithPath: OracleFixtures.path("generated/hostile-text.pcap")))
    #expect(file == Data(HostileText.capture.pcap()))
  }

  private static let commands = [
    "messages", "messages -v", "messages -x", "messages --hex", "messages -x --hex --show-secrets",
    "messages --show-secrets", "transactions", "transactions -v", "report", "connections --all",
    "transactions --where 'reason ~ \"[^a-z]\"'",
  ]

  /// Nothing but printable characters and line feeds; the program's own colours where they are asked
  /// for.
  @Test(arguments: commands)
  func noControlCharacterReachesATerminal(command: String) throws {
    for width in ["60", "200"] {
      let run = try ProgramRun.script(
        "souptap \(command) \(Self.capture)", environment: ["COLUMNS": width])
      #expect(run.status == 0)
      let shown = run.output + run.errors
      #expect(shown.utf8.count > 300)
      for scalar in shown.unicodeScalars {
        let category = scalar.properties.generalCategory
        let isHarmful =
          scalar != "\n"
          && [.control, .format, .lineSeparator, .paragraphSeparator, .surrogate]
            .contains(category)
        #expect(!isHarmful, "\(command) shows U+\(String(scalar.value, radix: 16))")
      }
      // Decoding repaired nothing: what was written is UTF-8.
      #expect(!shown.contains("\u{fffd}"), "\(command)")
    }
  }

  @Test func coloursAreTheOnlySequences() throws {
    for command in ["messages -x --show-secrets", "transactions -v", "report"] {
      let coloured = try ProgramRun.souptap("\(command) --color always \(Self.capture)")
      #expect(coloured.output.contains("\u{1b}["))
      let plain = coloured.output.replacing(/\u{1b}\[[0-9;]*m/, with: "")
      #expect(!plain.unicodeScalars.contains("\u{1b}"), "\(command)")
    }
  }

  /// Every message is one line of valid JSON, from which the bytes as sent can be had again.
  @Test func ndjsonIsValidAndLossless() throws {
    let run = try OracleProgram.run(
      [OracleProgram.souptapPath, "messages", "--format", "ndjson", "--show-secrets", Self.capture])
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: true)
    let records = OracleProgram.records(run.output)
    #expect(records.count == lines.count)
    let messages = records.filter { $0.string("record") == "message" }
    #expect(messages.count == 2 * HostileText.texts.count)
    func bytes(_ record: [String: Any], _ field: String) -> [UInt8]? {
      if let exact = record.string(field + "_base64") {
        return Data(base64Encoded: exact).map(Array.init)
      }
      return record.string(field).map { Array($0.utf8) }
    }
    for message in messages {
      let number = try #require(message.int("uuid"))
      let text = HostileText.texts[number]
      #expect(bytes(message, "type") == Array("\(number)".utf8) + text.bytes, "\(text.name)")
      if message.string("kind") == "request" {
        let list = try #require(message["params"] as? [[String: Any]])
        #expect(list.count == 1, "\(text.name)")
        // The first colon ends the key, whatever it was meant to be.
        let line = Array("k".utf8) + text.bytes + Array(": v".utf8) + text.bytes
        let colon = try #require(line.firstIndex(of: UInt8(ascii: ":")))
        let blanks = line[colon + 1] == UInt8(ascii: " ") ? 1 : 0
        #expect(bytes(list[0], "key") == Array(line[..<colon]), "\(text.name)")
        #expect(bytes(list[0], "value") == Array(line[(colon + 1 + blanks)...]), "\(text.name)")
      } else {
        #expect(bytes(message, "code") == text.bytes, "\(text.name)")
        #expect(bytes(message, "reason") == text.bytes, "\(text.name)")
      }
    }
    for scalar in run.output.unicodeScalars {
      #expect(scalar == "\n" || scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value))
      #expect(
        !(0x200b...0x200f).contains(scalar.value) && !(0x2028...0x202e).contains(scalar.value))
    }
  }
}
