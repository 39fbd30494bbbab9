import Testing

/// What the program says about inputs, and how it ends.
struct InputTests {
  static let capture = "Fixtures/mediasoup/each-type-sequential.pcap"

  @Test func missingAndUnsuitableFilesAreTrouble() throws {
    let scratch = try ScratchDirectory()
    let cases = [
      ("report \(scratch.path)/missing.pcap", "no such file"),
      ("report \(scratch.path)", "is a directory"),
      ("report /dev/null", "is empty"),
      ("report Package.swift", "no capture file"),
      ("report", "nothing to read"),
      ("report -i lo \(Self.capture)", "one or the other"),
      ("report - - < \(Self.capture)", "only once"),
      ("report -i nosuchdevice0", "no such interface"),
    ]
    for (arguments, words) in cases {
      let run = try ProgramRun.souptap(arguments)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.output.isEmpty, "\(arguments): \(run.output)")
      #expect(run.errors.hasPrefix("souptap: "), "\(arguments)")
      #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
    }
  }

  @Test func aFileNameCannotSteerATerminal() throws {
    let run = try ProgramRun.script("souptap report $'no\\e[31msuch\\x9b\\nfile'")
    #expect(run.status == 2)
    #expect(!run.errors.unicodeScalars.contains { $0.value == 0x1b || $0.value == 0x9b })
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test func standardInputIsReadLikeAFile() throws {
    let file = try ProgramRun.souptap("messages --format ndjson \(Self.capture)")
    let pipe = try ProgramRun.script(
      "cat \(Self.capture) | souptap messages --format ndjson -")
    #expect(file.status == 0)
    #expect(pipe.status == 0)
    // The first line names the input.
    #expect(
      file.output.split(separator: "\n").dropFirst()
        == pipe.output.split(separator: "\n").dropFirst())
    #expect(file.output.split(separator: "\n").count >= 2)
  }

  @Test func aCutFileIsReportedAndTold() throws {
    let run = try ProgramRun.script(
      "head -c -5 \(Self.capture) | souptap report --format ndjson -")
    #expect(run.status == 2)
    #expect(run.errors.contains("standard input: is cut off inside packet 28, at byte "))
    #expect(run.output.contains("\"packets\":27"))
    #expect(run.output.contains("\"ended\":\"error\""))
  }

  @Test func troubleWithOneOfSeveralLeavesTheOthers() throws {
    let run = try ProgramRun.souptap(
      "report --format ndjson /nonexistent.pcap \(Self.capture) Package.swift")
    #expect(run.status == 2)
    #expect(run.errors.contains("/nonexistent.pcap: no such file"))
    #expect(run.errors.contains("Package.swift: is no capture file"))
    #expect(run.output.contains("\"packets\":28"))
  }

  @Test func packetsAreCountedUpToTheLimitAndThroughTheFilter() throws {
    let limited = try ProgramRun.souptap("report --format ndjson -c 5 \(Self.capture)")
    #expect(limited.output.contains("\"packets\":5,"))
    #expect(limited.output.contains("\"ended\":\"count\""))
    let merged = try ProgramRun.souptap(
      "report --format ndjson -c 5 \(Self.capture) Fixtures/mediasoup/ipv6.pcap")
    #expect(merged.output.contains("\"packets\":5,"))
    // The handshake and the end of one connection.
    let filtered = try ProgramRun.souptap(
      "report --format ndjson -f 'tcp[tcpflags] & tcp-syn != 0' \(Self.capture)")
    #expect(filtered.status == 0)
    #expect(filtered.output.contains("\"packets\":2,"))
    let wrong = try ProgramRun.souptap("report -f 'tcp port port' \(Self.capture)")
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("--filter: libpcap cannot compile 'tcp port port'"))
  }

  @Test(arguments: [
    ("-c10", "-c 10"), ("-r\(capture)", "\(capture)"), ("-qc 10", "-q -c 10"),
    ("'-ftcp port 4080'", "-f 'tcp port 4080'"),
    ("-c10 -r\(capture) -oresult", "-c 10 -o result -r \(capture)"),
  ])
  func aValueMayStandRightBehindItsLetter(_ joined: String, _ apart: String) throws {
    let texts = try [joined, apart].map { options in
      let files = options.contains(Self.capture) ? "" : Self.capture
      let scratch = try ScratchDirectory()
      let run = try ProgramRun.script(
        "from=$PWD; cd \(scratch.path); ln -s $from/Fixtures; touch result;"
          + " souptap transactions \(options) \(files); echo $?; cat result")
      return run.output
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0].contains(" Hello "))
  }

  @Test(arguments: [
    "report -o kept /nonexistent.pcap", "report -o kept Package.swift",
    "report -o kept -w /nonexistent/x.pcap \(capture)", "report --html kept -o kept \(capture)",
  ])
  func aRunThatReadsNothingLeavesTheOutputAsItWas(command: String) throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      "from=$PWD; cd \(scratch.path); ln -s $from/Fixtures $from/Package.swift .; echo old >kept;"
        + " souptap \(command); echo $?; cat kept")
    #expect(run.output == "2\nold\n")
  }

  /// Captures of one connection at both ends are no longer capture, but a shorter way.
  @Test func capturesOfTwoPlacesAreWarnedOf() throws {
    let ends = ["client", "server"].map { "Fixtures/recorded/slow-link-slow-server-\($0).pcap" }
    let both = try ProgramRun.souptap("report \(ends.joined(separator: " "))")
    #expect(both.errors.contains("25 packets came twice"))
    let parts = try ProgramRun.souptap("report \(ends[0]) Fixtures/mediasoup/ipv6.pcap")
    #expect(!parts.errors.contains("came twice"))
  }

  @Test func theOutputIsNeverAnInput() throws {
    let scratch = try ScratchDirectory()
    let copy = "\(scratch.path)/copy.pcap"
    let run = try ProgramRun.script(
      "cp \(Self.capture) \(copy); ln -s copy.pcap \(scratch.path)/link;"
        + " souptap report -o \(scratch.path)/link \(copy); cmp \(Self.capture) \(copy)")
    #expect(run.status == 0, "the copy was changed")
    #expect(run.errors.contains("is one of the inputs"))
  }
}
