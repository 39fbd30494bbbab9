import Foundation
import Testing

/// Where output goes, and what ends it.
struct OutputTests {
  static let capture = InputTests.capture

  /// As with `| head`: quiet, and no failure.
  @Test func aClosedPipeIsNoTrouble() throws {
    let run = try ProgramRun.script(
      "souptap schema | head -c 1 >/dev/null; echo ${PIPESTATUS[0]};"
        + " souptap messages \(Self.capture) >&- 2>&1; echo $?;"
        + " (souptap messages --format ndjson \(Self.capture); echo $? >&2) | true")
    let statuses = run.output.split(separator: "\n")
    #expect(statuses.first == "0")
    #expect(run.errors.split(separator: "\n").last == "0", "\(run.errors)")
    #expect(!run.errors.lowercased().contains("pipe"))
  }

  /// Where captures were made is known of the recordings.
  @Test(arguments: ["client", "server"])
  func aConnectionSaysWhereItWasCaptured(end: String) throws {
    let file = "Fixtures/recorded/slow-link-slow-server-\(end).pcap"
    let run = try ProgramRun.souptap("connections -v \(file)")
    #expect(run.output.contains("captured at the \(end) · round trip to the client "))
    #expect(!(try ProgramRun.souptap("connections \(file)").output.contains("captured at")))
  }

  @Test func whyThereIsNoAnswerIsReadableWhereThereIsRoom() throws {
    let run = try ProgramRun.script(
      "COLUMNS=90 souptap transactions Fixtures/recorded/unanswered-client.pcap")
    #expect(run.output.contains("unanswered connection-closed "))
  }

  /// The report says when, and what cut the packets; so do the closing lines, by its name.
  @Test func aCutCaptureIsDatedAndNamesTheSnapshotLength() throws {
    let file = "Fixtures/generated/trust/snaplen.pcap"
    let report = try ProgramRun.souptap("report --utc \(file)").output
      .replacing(/\s+/, with: " ")
    #expect(report.contains(" from 2023-11-14 22:13:20.000 UTC "))
    #expect(report.contains("of them cut off by the snapshot length"))
    let rows = try ProgramRun.souptap("transactions \(file)")
    #expect(rows.errors.contains("of them cut off by the snapshot length"))
  }

  /// Messages were asked for: no transaction is one, but they are counted.
  @Test func selectedMessagesAreCountedWithoutTransactions() throws {
    let file = "Fixtures/recorded/errors-client.pcap --where 'kind == request'"
    #expect(try ProgramRun.souptap("messages \(file)").errors.contains("souptap: 4 requests\n"))
    let report = try ProgramRun.souptap("report \(file)").output
    #expect(report.contains("4 requests selected, but no transaction"))
  }

  @Test func aFullDiskIsTrouble() throws {
    let run = try ProgramRun.souptap("messages --format ndjson -o /dev/full \(Self.capture)")
    #expect(run.status == 2)
    #expect(run.errors.contains("/dev/full: the disk is full"))
    #expect(try ProgramRun.script("souptap schema > /dev/full").status == 2)
    let missing = try ProgramRun.souptap("messages -o /nonexistent/out \(Self.capture)")
    #expect(missing.status == 2)
    #expect(missing.errors.contains("--output /nonexistent/out"))
  }

  @Test func anOutputFileHoldsWhatStandardOutputWould() throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      "souptap messages --format ndjson -o \(scratch.path)/f \(Self.capture);"
        + " souptap messages --format ndjson \(Self.capture) | cmp - \(scratch.path)/f")
    #expect(run.status == 0)
    #expect(run.output.isEmpty)
  }

  /// Of a capture in which everything is there once.
  @Test func wordsAgreeWithTheirNumber() throws {
    let capture = try SpokenCapture(.exchange(client: Array("Request A\r\n1\r\n\r\n".utf8)))
    let scratch = try ScratchDirectory()
    for (options, words) in [
      ("transactions --where 'type == B'", "nothing was selected: 1 message was read,"),
      ("transactions", "souptap: 1 request: 1 unanswered"),
      ("report -c 1 -w \(scratch.path)/kept", "souptap: 1 packet in "),
      ("streams --directory \(scratch.path)/out", "souptap: 1 file in "),
      ("report --censored --timeout 1ms", "1 wait without an answer is counted"),
      ("report --timeout 1ms", "1 request has no latency and is in no percentile"),
    ] {
      let run = try ProgramRun.souptap("\(options) \(capture.path)")
      #expect(run.status == 0)
      #expect((run.output + run.errors).contains(words), "\(options): \(run.output + run.errors)")
    }
  }

  @Test func ndjsonBeginsWithMetaAndEndsWithSummary() throws {
    for command in ["report", "transactions", "messages"] {
      let run = try ProgramRun.souptap("\(command) --format ndjson \(Self.capture)")
      #expect(run.status == 0)
      let kinds = try run.output.split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return object?["record"] as? String
      }
      #expect(kinds.first == "meta")
      #expect(kinds.last == "summary")
    }
  }

  /// A signal ends the run with its totals; nothing more is read from a pipe that stays open.
  @Test(arguments: ["INT", "TERM", "HUP"])
  func aSignalEndsTheRunInOrder(name: String) throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      """
      set -m
      mkfifo \(scratch.path)/pipe
      exec 3<>\(scratch.path)/pipe
      cat \(Self.capture) >&3
      "$SOUPTAP_BUILT" report --format ndjson \(scratch.path)/pipe > \(scratch.path)/out &
      program=$!
      for i in $(seq 100); do grep -q meta \(scratch.path)/out && break; sleep 0.02; done
      sleep 0.1
      kill -\(name) $program
      wait $program
      echo $?
      cat \(scratch.path)/out
      """)
    #expect(run.output.hasPrefix("0\n"), "\(run.output) \(run.errors)")
    #expect(run.output.contains("\"ended\":\"interrupted\""))
    #expect(run.output.contains("\"packets\":28,"))
  }

  @Test func colourIsOnlyForTerminalsUnlessItIsForced() throws {
    let plain = try ProgramRun.souptap("report \(Self.capture)")
    #expect(!plain.output.contains("\u{1b}["))
    let forced = try ProgramRun.souptap("report --color always \(Self.capture)")
    #expect(forced.output.contains("\u{1b}["))
    let never = try ProgramRun.script(
      "script -qec \"$SOUPTAP_BUILT report \(Self.capture)\" /dev/null",
      environment: ["NO_COLOR": "1", "TERM": "xterm"])
    #expect(!never.output.contains("\u{1b}["))
    let terminal = try ProgramRun.script(
      "script -qec \"$SOUPTAP_BUILT report \(Self.capture)\" /dev/null",
      environment: ["NO_COLOR": "", "TERM": "xterm"])
    #expect(terminal.output.contains("\u{1b}["))
  }

  @Test func quietMeansNothingOnStandardError() throws {
    for command in ["report", "transactions", "messages"] {
      #expect(try ProgramRun.souptap("\(command) -q \(Self.capture)").errors.isEmpty)
    }
  }
}
