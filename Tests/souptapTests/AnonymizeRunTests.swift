import Foundation
import TestSupport
import Testing
import Wire

/// `--anonymize`: no output tells a real address, and what stands for it is the same everywhere.
struct AnonymizeRunTests {
  private static func conversations() -> [Conversation] {
    var first = Conversation(clientPort: 41_001)
    first.open()
    first.send(
      .client,
      "Request A\r\n1\r\nip: 192.0.2.1\r\nurl: http://192.0.2.2:4080/x?v=1.2\r\ncandidate: 1 udp 2001:db8::1 5\r\n\r\n"
    )
    first.advance(milliseconds: 1)
    first.send(.server, "Response A\r\n1 ERROR\r\ncode: 5\r\nreason: no route to 192.0.2.1\r\n\r\n")
    first.advance(milliseconds: 1)
    first.send(.client, "junk from 192.0.2.1\r\n")
    first.close()
    var second = Conversation(clientPort: 41_002, isIPv6: true)
    second.open()
    second.send(.client, "Request B\r\n2\r\nvia 192.0.2.1\r\n\r\n")
    second.close()
    return [first, second]
  }

  private static let real = ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:"]

  @Test(arguments: [
    "report", "report --format ndjson", "transactions -v", "transactions --format ndjson",
    "messages",
    "messages -x --show-secrets", "messages --format ndjson --show-secrets",
    "messages --hex --show-secrets",
    "connections", "connections --format ndjson", "messages -f 'host 192.0.2.1' --format ndjson",
    "messages --where 'src in 192.0.2.0/24 or src == 2001:db8::1' --format ndjson",
    "report --where 'host == 192.0.2.1'",
    "streams -q --directory $D/out --format ndjson; ls $D/out",
    "transactions --where 'src == 192.0.2.1'",
  ])
  func noOutputTellsARealAddress(command: String) throws {
    let scratch = try ScratchDirectory()
    let file = "\(scratch.path)/from-192.0.2.1.pcap"
    let capture = ConversationCapture(Self.conversations()).pcap()
    try Data(capture).write(to: URL(fileURLWithPath: file))
    let parts = command.components(separatedBy: "; ")
    let run = try ProgramRun.script(
      "D=\(scratch.path); cd $D; souptap \(parts[0]) --anonymize from-192.0.2.1.pcap"
        + parts.dropFirst().map { "; \($0)" }.joined())
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.count > 50)
    for address in Self.real {
      #expect(!(run.output + run.errors).contains(address), "\(command) tells \(address)")
      #expect(!run.output.contains(address.replacing(":", with: "_")), "\(command)")
    }
  }

  /// Files of captured bytes keep the real addresses, and that is said, with -q, too.
  @Test(arguments: ["report -w $D/kept.pcap", "streams --directory $D/out"])
  func filesOfCapturedBytesAreExemptAndSaySo(command: String) throws {
    let scratch = try ScratchDirectory()
    let capture = try SpokenCapture(Self.conversations())
    func errors(_ options: String) throws -> String {
      try ProgramRun.script(
        "D=\(scratch.path); souptap \(command) -q \(options) \(capture.path)"
      ).errors
    }
    let words = "raw captured bytes, secrets are not hidden"
    #expect(try errors("--anonymize").contains(words + ", addresses are the real ones\n"))
    #expect(try errors("").contains(words + "\n"))
    let help = try ProgramRun.souptap("report --help").output
    #expect(help.contains("Files of --write and streams keep"))
  }

  /// The same address is the same in records, captured text and names, and beginnings stay together.
  @Test func addressesAreMappedConsistently() throws {
    let capture = try SpokenCapture(Self.conversations())
    let records = try capture.records("messages", "--anonymize")
    let request = try #require(
      records.first { $0.int("uuid") == 1 && $0.string("kind") == "request" })
    let response = try #require(
      records.first { $0.int("uuid") == 1 && $0.string("kind") == "response" })
    let client = try #require(request.string("src"))
    let server = try #require(request.string("dst"))
    #expect(response.string("src") == server)
    #expect(response.string("reason") == "no route to \(client)")
    let values = (request["params"] as? [[String: Any]] ?? []).compactMap { $0.string("value") }
    #expect(values.first == client)
    #expect(values.dropFirst().first == "http://\(server):4080/x?v=1.2")
    let other = try #require(records.first { $0.int("uuid") == 2 })
    #expect(values.last == "1 udp \(other.string("src") ?? "") 5")
    // 192.0.2.1 and 192.0.2.2 share 30 bits, and the next one differs.
    let pair = try [client, server].map { try #require(IPAddress(parsing: $0.utf8)) }
    #expect((pair[0].low ^ pair[1].low) >> 2 == 0)
    #expect((pair[0].low ^ pair[1].low) >> 1 == 1)
    #expect(records[0]["anonymized"] as? Bool == true)
    // The tests' key makes every run the same; without one no two are.
    let again = try capture.records("connections", "--anonymize")
    #expect(again.first { $0.int("src_port") == 41_001 }?.string("src") == client)
    let run = try ProgramRun.script(
      "unset SOUPTAP_TOKEN_KEY; for i in 1 2; do souptap connections --format ndjson --anonymize"
        + " \(capture.path) | grep -o '\"src\":\"[^\"]*\"' | head -1; done")
    #expect(Set(run.output.split(separator: "\n")).count == 2)
    // Expressions mean real addresses.
    let selected = try capture.records("messages", "--anonymize --where 'src == 192.0.2.1'")
    #expect(selected.count { $0.string("record") == "message" } == 1)
  }
}
