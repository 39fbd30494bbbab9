import Foundation
import TestSupport
import Testing

/// Each outcome, reason, cause and hint through the program, against what its script says.
@Suite struct TrustFixtureTests {
  @Test(arguments: TrustFixture.all)
  func capturesAreRebuiltByteForByte(fixture: TrustFixture) throws {
    let path = OracleFixtures.path("generated/trust/\(fixture.name)")
    let suffix = fixture.file.starts(with: [0x0a, 0x0d, 0x0d, 0x0a]) ? ".pcapng" : ".pcap"
    #expect(try Data(contentsOf: URL(fileURLWithPath: path + suffix)) == Data(fixture.file))
    #expect(
      try String(contentsOfFile: path + ".expected.ndjson", encoding: .utf8) == fixture.expected)
  }

  @Test(arguments: TrustFixture.all)
  func recordsAreWhatTheScriptSays(fixture: TrustFixture) throws {
    let run = try OracleProgram.run(
      [OracleProgram.souptapPath, "transactions", "--format", "ndjson"] + fixture.options
        + [path(of: fixture)])
    ProgramRun.judge(run.output, of: fixture.name)
    let told = run.records.filter {
      ["transaction", "diagnostic"].contains($0.string("record") ?? "")
    }
    let expected = OracleProgram.records(fixture.expected)
    #expect(told.count == expected.count, "\(run.output)")
    for (record, fields) in zip(told, expected) {
      #expect(record.string("record") == fields.string("record") ?? "transaction")
      let isTransaction = record.string("record") == "transaction"
      let names = Set(fields.keys).union(isTransaction ? TrustFixture.fields : [])
      let common = record.filter { names.contains($0.key) }
      let wanted = isTransaction ? fields : fields.filter { names.contains($0.key) }
      #expect(
        NSDictionary(dictionary: common) == NSDictionary(dictionary: wanted),
        "\(record) against \(fields)")
    }
  }

  @Test(arguments: TrustFixture.all.filter { !$0.words.isEmpty })
  func wordsAreThoseOfTheCase(fixture: TrustFixture) throws {
    let run = try OracleProgram.run(
      [OracleProgram.souptapPath, "transactions", "-x", "--utc"] + fixture.options
        + [path(of: fixture)])
    // Lines are folded to the width of the terminal; their words stay.
    let text = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for words in fixture.words { #expect(text.contains(words), "\(run.output)") }
  }

  /// No outcome, reason, quality, cause or hint without a capture that shows it.
  @Test func everyWordHasACapture() throws {
    let expected = TrustFixture.all.map(\.expected).joined()
    let schema = try OracleProgram.souptap("schema").output
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any])
    var words: Set<String> = []
    for name in ["outcome", "unanswered", "quality", "causes", "hints"] {
      let found = Self.enumeration(of: name, in: root)
      #expect(!found.isEmpty, "\(name)")
      words.formUnion(found)
    }
    for word in words { #expect(expected.contains("\"\(word)\""), "\(word)") }
  }

  /// The values that the schema allows for a property of transactions.
  private static func enumeration(of name: String, in schema: Any) -> [String] {
    if let list = schema as? [Any] { return list.flatMap { enumeration(of: name, in: $0) } }
    guard let object = schema as? [String: Any] else { return [] }
    var found: [String] = []
    for (key, value) in object {
      if key == name, let property = value as? [String: Any] {
        let items = property["items"] as? [String: Any]
        found += (property["enum"] ?? items?["enum"]) as? [String] ?? []
      }
      found += enumeration(of: name, in: value)
    }
    return found
  }

  private func path(of fixture: TrustFixture) throws -> String {
    let base = OracleFixtures.path("generated/trust/\(fixture.name)")
    return FileManager.default.fileExists(atPath: base + ".pcap")
      ? base + ".pcap" : base + ".pcapng"
  }
}
