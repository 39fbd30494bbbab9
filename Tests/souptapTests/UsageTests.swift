import ControlProtocol
import Foundation
import Testing

/// What is typed, what is told about it, and whether the documents know it.
struct UsageTests {
  static let capture = InputTests.capture

  @Test func mistakesEndWithStatus2AndNameTheOption() throws {
    let cases = [
      ("report --timeout 5 x", ["--timeout", "no unit", "100ms"]),
      ("report --timeout 5parsecs x", ["--timeout", "unknown unit"]),
      ("report --timeout -1s x", ["--timeout"]),
      ("report --max-held lots x", ["--max-held", "64MiB"]),
      ("report --port 0 x", ["--port", "65535"]),
      ("report --port 4080,x x", ["--port"]),
      ("report --max-pending 0 x", ["--max-pending"]),
      ("report --bogus x", ["--bogus"]),
      ("transactions --slower 5 x", ["--slower", "no unit"]),
      ("transactions --top 0 x", ["--top"]),
      ("report --count 0 x", ["--count"]),
      ("report --format yaml x", ["--format", "ndjson"]),
      ("nonsense", ["no command 'nonsense'", "report", "transactions", "messages"]),
      ("help nonsense", ["no command 'nonsense'", "report", "transactions", "messages"]),
      ("report --where late --where ok x", ["--where", "2 times", "(A) and (B)"]),
      ("streams --directory d --where 'port == 1' --where 'port == 2' x", ["--where", "2 times"]),
      ("report -f tcp --filter udp -f ip x", ["--filter", "3 times", "(A) and (B)"]),
      (InputTests.capture, ["souptap report \(InputTests.capture)"]),
    ]
    for (arguments, words) in cases {
      let run = try ProgramRun.souptap(arguments)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.output.isEmpty, "\(arguments)")
      for word in words {
        #expect(run.errors.contains(word), "\(arguments): \(run.errors)")
      }
    }
  }

  @Test(arguments: ["report", "streams", "help"])
  func helpIsGivenForWhatIsThere(command: String) throws {
    let run = try ProgramRun.souptap("help \(command)")
    #expect(run.status == 0)
    #expect(run.output.contains("souptap \(command)"))
  }

  /// Root may do everything, but a file is no directory.
  @Test func aFileIsNoDirectoryForStreams() throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      "echo kept > \(scratch.path)/f; souptap streams --directory \(scratch.path)/f \(Self.capture)"
        + "; status=$?; cat \(scratch.path)/f; exit $status")
    #expect(run.status == 2)
    #expect(run.errors.contains("--directory \(scratch.path)/f: Not a directory"), "\(run.errors)")
    #expect(run.output == "kept\n")
  }

  /// As of a variable of the shell that is not set.
  @Test func emptyNamesAreCalledEmpty() throws {
    let cases = [
      (["report", ""], "file to read"), (["report", "--read", ""], "file to read"),
      (["report", Self.capture, ""], "file to read"),
      (["report", "--output", "", Self.capture], "--output"),
      (["report", "--html", "", Self.capture], "--html"),
      (["report", "--write", "", Self.capture], "--write"),
      (["streams", "--directory", "", Self.capture], "--directory"),
    ]
    for (arguments, name) in cases {
      let typed = arguments.map { $0.isEmpty ? "''" : $0 }.joined(separator: " ")
      let run = try ProgramRun.souptap(typed)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.errors.contains(name), "\(arguments): \(run.errors)")
      #expect(
        run.errors.contains("empty") || run.errors.contains("name a file"),
        "\(arguments): \(run.errors)")
    }
  }

  @Test func closedStandardStreamsAreNotTakenByOthers() throws {
    let input = try ProgramRun.script("timeout 20 \"$SOUPTAP_BUILT\" transactions - <&-")
    #expect(input.status == 2)
    #expect(input.errors.contains("standard input"), "\(input.errors)")
    let output = try ProgramRun.souptap("transactions \(Self.capture) >&-")
    #expect(output.status == 2)
    #expect(output.errors.contains("standard output"), "\(output.errors)")
  }

  @Test func aFileThatMayNotGrowIsToldOf() throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      "ulimit -f 1; souptap messages -o \(scratch.path)/o --format ndjson"
        + " Fixtures/recorded/stall-client.pcap")
    #expect(run.status == 2)
    #expect(run.errors.contains("\(scratch.path)/o"), "\(run.errors)")
  }

  @Test(arguments: ["0", "250us", "1.5s", "100ms", "2m", "1h", "3d"])
  func durationsAreRead(text: String) throws {
    let run = try ProgramRun.souptap("report --format ndjson --timeout \(text) \(Self.capture)")
    let expected = [
      "0": "0", "250us": "250000", "1.5s": "1500000000", "100ms": "100000000",
      "2m": "120000000000", "1h": "3600000000000", "3d": "259200000000000",
    ]
    #expect(run.output.contains("\"timeout_ns\":\(expected[text] ?? "?"),"))
  }

  /// The longest that a message names is taken, and no more.
  @Test func theLongestDurationIsTheOneThatIsNamed() throws {
    let refused = try ProgramRun.souptap("report --timeout 999999d \(Self.capture)")
    #expect(refused.status == 2)
    let match = try #require(refused.errors.firstMatch(of: /the longest is (\d+) days/))
    let longest = try #require(Int(match.1))
    let taken = try ProgramRun.souptap("report --timeout \(longest)d \(Self.capture)")
    #expect(taken.status == 0, "\(taken.errors)")
    #expect(try ProgramRun.souptap("report --timeout \(longest + 1)d \(Self.capture)").status == 2)
  }

  @Test(arguments: [
    ("4096", "4096"), ("64MiB", "67108864"), ("1.5k", "1536"), ("2MB", "2000000"),
    ("1G", "1073741824"),
  ])
  func sizesAreRead(text: String, bytes: String) throws {
    let run = try ProgramRun.souptap("report --format ndjson --max-held \(text) \(Self.capture)")
    #expect(run.output.contains("\"held_bytes\":\(bytes),"))
  }

  @Test func versionAndInterfacesArePrinted() throws {
    let version = try ProgramRun.souptap("--version")
    #expect(version.status == 0)
    #expect(version.output.hasPrefix("souptap "))
    let interfaces = try ProgramRun.souptap("-D")
    #expect(interfaces.status == 0)
    #expect(interfaces.output.contains("lo ["))
    #expect(try ProgramRun.souptap("report -D").output == interfaces.output)
  }

  @Test func completionsAreGenerated() throws {
    for shell in ["bash", "zsh", "fish"] {
      let run = try ProgramRun.souptap("--generate-completion-script \(shell)")
      #expect(run.status == 0)
      #expect(run.output.contains("transactions"))
    }
  }

  /// Every option that a command's help knows stands in the man page and, if it is not one of the
  /// limits, in the README; every command stands in both.
  @Test func theDocumentsKnowEveryOption() throws {
    let manual = try ProgramRun.text(of: "man/souptap.1")
    let readme = try ProgramRun.text(of: "README.md")
    let help = try ProgramRun.souptap("--help").output
    var commands = 0
    var options: Set<String> = []
    for command in [
      "report", "transactions", "messages", "connections", "streams", "schema",
    ] {
      #expect(help.contains("\n  \(command) "))
      #expect(manual.contains(".It Cm \(command)"))
      #expect(readme.contains("souptap \(command)"))
      commands += 1
      let text = try ProgramRun.souptap("\(command) --help").output
      options.formUnion(text.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
    }
    // Nothing that help lists as a command is left out above.
    let listed = help.components(after: "SUBCOMMANDS:\n").split(separator: "\n")
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See") }
    #expect(listed.count == commands)
    #expect(options.count > 20)
    for option in options.sorted() {
      let name = option.dropFirst(2)
      #expect(manual.contains("Fl -\(name)"), "the man page lacks \(option)")
      #expect(readme.contains(option), "README.md lacks \(option)")
    }
  }

  @Test func everyDiagnosticStandsInTheManPageWithItsSeverity() throws {
    let manual = try ProgramRun.text(of: "man/souptap.1")
    for code in DiagnosticCode.allCases {
      #expect(manual.contains(".It \(code.name) Pq \(code.severity.name)\n"), "\(code.name)")
    }
  }

  @Test func theSchemaIsJSON() throws {
    let run = try ProgramRun.souptap("schema")
    #expect(run.status == 0)
    let schema = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    #expect((schema as? [String: Any])?["$schema"] is String)
  }
}

extension String {
  /// What stands behind the first `marker`; empty when it does not occur.
  fileprivate func components(after marker: String) -> Substring {
    guard let range = firstRange(of: marker) else { return "" }
    return self[range.upperBound...]
  }
}
