import Foundation
import TestSupport
import Testing

/// The page of `report --html`, as somebody gets it who attaches it to a mail.
@Suite(.enabled(if: PageJudge.isAvailable, "python3-html5lib is not installed"))
struct PageTests {
  static let capture = InputTests.capture
  private static let byType =
    "Requests by type and direction, with counts and percentiles of latency"

  private func page(_ path: String) throws -> PageJudge {
    try PageJudge(Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Nanoseconds in three digits, by a rule of its own.
  private func humane(_ nanoseconds: Int) -> String {
    let units = [("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000)]
    for (name, unit) in units where nanoseconds * 2 >= unit * 2 - unit / 1_000 {
      for (digits, least) in [(2, 10), (1, 100), (0, Int.max)] {
        let power = digits == 2 ? 100 : digits == 1 ? 10 : 1
        let rounded = (nanoseconds * power * 2 + unit) / (2 * unit)
        guard rounded < (least == Int.max ? least : least * power) else { continue }
        let whole = rounded / power
        let rest = String(rounded % power)
        let zeros = String(repeating: "0", count: max(0, digits - rest.count))
        return digits == 0 ? "\(whole) \(name)" : "\(whole).\(zeros)\(rest) \(name)"
      }
    }
    return "\(nanoseconds) ns"
  }

  private func number(_ value: Any?) -> Int { (value as? NSNumber)?.intValue ?? 0 }

  @Test(arguments: [
    "errors-client", "unanswered-server", "stall-client", "lossy-link-client", "superseded-client",
    "notifications-client", "both-ask-equal-uuids-client", "spoiled-link-client", "ipv6-server",
  ])
  func itsFiguresAreThoseOfTheRecords(name: String) throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.souptap(
      "report --format ndjson --html \(scratch.path)/page.html Fixtures/recorded/\(name).pcap")
    #expect(run.status == 0)
    let summary = try #require(OracleProgram.records(run.output).last)
    let page = try page("\(scratch.path)/page.html")
    #expect(page.faults.isEmpty, "\(page.faults)")
    let types = (summary["by_type"] as? [[String: Any]] ?? []).filter { number($0["requests"]) > 0 }
    let table = page.tables[Self.byType] ?? []
    #expect(types.isEmpty == table.isEmpty)
    let titles = table.first ?? []
    for type in types {
      let receiver = type["direction"] as? String == "client-to-server" ? "server" : "client"
      let row = try #require(table.first { $0[0] == type["type"] as? String && $0[1] == receiver })
      let cells = Dictionary(uniqueKeysWithValues: zip(titles, row))
      #expect(cells["count"] == "\(number(type["requests"]))")
      #expect(cells["answered"] == "\(number(type["answered"]))")
      let unanswered = (type["unanswered"] as? [String: Any] ?? [:]).values.map(number)
      #expect(cells["unanswered"] == "\(unanswered.reduce(0, +))")
      let latency = type["latency"] as? [String: Any] ?? [:]
      for (title, field) in [
        ("p50", "p50_ns"), ("p90", "p90_ns"), ("p95", "p95_ns"), ("p99", "p99_ns"),
        ("p99.9", "p999_ns"), ("max", "max_ns"),
      ] {
        #expect(cells[title] == latency[field].map { humane(number($0)) } ?? "-", "\(title)")
      }
    }
    let totals = summary["totals"] as? [String: Any] ?? [:]
    for (caption, field) in [
      ("Errors by code", "errors_by_code"), ("Errors by reason", "errors_by_reason"),
      ("Unanswered requests by reason", "unanswered"),
    ] {
      let told = totals[field] as? [String: Any] ?? [:]
      let rows = (page.tables[caption] ?? []).dropFirst().filter { !$0[0].hasPrefix("(") }
      #expect(rows.count == told.count, "\(caption)")
      for row in rows { #expect(row[1] == "\(number(told[row[0]]))", "\(row[0])") }
    }
    let diagnostics = summary["diagnostics"] as? [String: Any] ?? [:]
    let rows = (page.tables["Diagnostics by code"] ?? []).dropFirst()
    #expect(rows.count == diagnostics.count)
    for row in rows { #expect(row[2] == "\(number(diagnostics[row[0]]))") }
    let notified = (page.tables["Notifications by type"] ?? []).last?[2]
    #expect(notified ?? "0" == "\(number(totals["notifications"]))")
  }

  /// The server of this recording answers nothing for two seconds: what was asked at the beginning of
  /// that waits longest, and the cells of that time are the darkest, one beside the other.
  @Test func aRecordedStallIsADarkStretchOfTheHeatMap() throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.souptap(
      "report -q --html \(scratch.path)/page.html Fixtures/recorded/stall-client.pcap")
    #expect(run.status == 0)
    let page = try page("\(scratch.path)/page.html")
    let width = try #require(page.text.firstMatch(of: /Each column is ([0-9]+) ms/)).output.1
    let shapes = try #require(page.shapes["heatmap-plot-title"])
    var cells: [(x: Double, step: Int)] = []
    for (name, paths) in shapes {
      guard let step = Int(name.dropFirst()) else { continue }
      for cell in paths.joined().split(separator: "M") {
        cells.append((Double(cell.prefix { $0 != " " }) ?? 0, step))
      }
    }
    let steps = cells.sorted { $0.x < $1.x }.map { $0.step }
    let first = try #require(steps.firstIndex { $0 >= 5 })
    let last = try #require(steps.lastIndex { $0 >= 5 })
    #expect(steps[first...last].allSatisfy { $0 >= 5 }, "\(steps)")
    #expect((steps[..<first] + steps[(last + 2)...]).allSatisfy { $0 <= 1 }, "\(steps)")
    let dark = Double(last - first + 1) * (Double(width) ?? 0)
    #expect((1_400...2_300).contains(dark), "\(dark) ms of \(steps)")
    #expect(page.text.contains("The slowest interval begins at"))
  }

  @Test func itGoesTogetherWithRecordsOrText() throws {
    let scratch = try ScratchDirectory()
    for format in ["ndjson", "text"] {
      let run = try ProgramRun.script(
        """
        souptap report --format \(format) --html \(scratch.path)/a.html \(Self.capture) \
        > \(scratch.path)/with || exit 1
        souptap report --format \(format) \(Self.capture) | cmp - \(scratch.path)/with
        """)
      #expect(run.status == 0, "\(run.errors)")
    }
  }

  @Test func itGoesToStandardOutputAlone() throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      """
      souptap report --utc --html - \(Self.capture) > \(scratch.path)/a.html || exit 1
      souptap report --utc --html \(scratch.path)/b.html \(Self.capture) || exit 1
      cmp \(scratch.path)/a.html \(scratch.path)/b.html || exit 1
      souptap report --utc --html - --output \(scratch.path)/text \(Self.capture) \
        | cmp - \(scratch.path)/a.html || exit 1
      grep -q '^capture ' \(scratch.path)/text
      """)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try page("\(scratch.path)/a.html").faults.isEmpty)
    let closed = try ProgramRun.script(
      "souptap report --html - \(Self.capture) | head -c 1 > /dev/null; echo ${PIPESTATUS[0]}")
    #expect(closed.output == "0\n")
  }

  /// The page says as the text does that messages were read and left out, and which bounds did it.
  @Test func aPageOfNothingSaysWhatWasLeftOut() throws {
    let run = try ProgramRun.souptap(
      "report --since +1ms --where 'type == nobody-has-this' --html - \(Self.capture)")
    #expect(run.status == 0)
    #expect(run.output.contains("Nothing was selected: "))
    #expect(!run.output.contains("No ControlProtocol message was found"))
    #expect(run.output.contains("1.00 ms after the first packet"))
  }

  @Test func mistakesAreToldBeforeAnythingIsRead() throws {
    let scratch = try ScratchDirectory()
    let capture = "\(scratch.path)/in.pcap"
    try FileManager.default.copyItem(
      at: ProgramRun.packageRoot.appendingPathComponent(Self.capture),
      to: URL(fileURLWithPath: capture))
    let cases = [
      ("--html ''", "name a file"),
      ("--html \(scratch.path)/none/a.html", "No such file"),
      ("--html \(scratch.path)", "directory"),
      ("--html - --format ndjson", "--output"),
      ("--html \(capture)", "is one of the inputs"),
      ("--html \(scratch.path)/same --output \(scratch.path)/same", "--output"),
    ]
    for (options, words) in cases {
      let run = try ProgramRun.souptap("report \(options) \(capture)")
      #expect(run.status == 2, "\(options)")
      #expect(run.output.isEmpty, "\(options)")
      #expect(run.errors.contains("--html") && run.errors.contains(words), "\(run.errors)")
    }
    let full = try ProgramRun.souptap("report -q --html /dev/full \(capture)")
    #expect(full.status == 2)
    #expect(full.errors.contains("--html /dev/full: the disk is full"), "\(full.errors)")
    #expect(full.output.hasPrefix("capture "))
  }

  /// A page is there whole or not at all, in the place of an older one, behind a symbolic link too.
  @Test func theFileAppearsAtOnce() throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      """
      cd \(scratch.path) && umask 027 && echo old > page.html && ln -s page.html link.html
      root=\(ProgramRun.packageRoot.path)
      souptap report --html link.html no-such.pcap 2> /dev/null && exit 1
      grep -qx old page.html || exit 2
      head -c 30 /dev/urandom > no.pcap
      souptap report --html link.html no.pcap > /dev/null 2>&1 && exit 3
      grep -qx old page.html || exit 4
      souptap report -q --html link.html $root/\(Self.capture) > /dev/null || exit 5
      test -L link.html || exit 6
      stat -c %a page.html
      ls -A
      """)
    #expect(run.status == 0)
    #expect(run.output == "640\nlink.html\nno.pcap\npage.html\n", "\(run.output)")
    #expect(try page("\(scratch.path)/page.html").faults.isEmpty)
  }

  @Test func timesAreLocalUnlessUTCIsAskedFor() throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      "for o in '' --utc; do TZ=Asia/Kolkata souptap report $o --html - \(Self.capture)"
        + " > \(scratch.path)/page$o.html; done")
    #expect(run.status == 0)
    let local = try page("\(scratch.path)/page.html").text
    let universal = try page("\(scratch.path)/page--utc.html").text
    #expect(local.contains("+05:30") && !local.contains("UTC"))
    #expect(universal.contains("UTC") && !universal.contains("+05:30"))
  }

  @Test func capturedTextIsNeitherMarkupNorSecretLost() throws {
    let scratch = try ScratchDirectory()
    let types = [
      "<script>alert(1)</script>", "\"onmouseover=\"x", "a&amp;b", "\u{202e}txt.exe", "</svg><p>",
      "\u{1b}[2J", "'--", "x" + String(repeating: "y", count: 3_000),
    ]
    var conversation = Conversation()
    conversation.open()
    for (index, type) in types.enumerated() {
      conversation.send(
        .client, "Request \(type)\r\n\(index)\r\npassword: hunter\(index)\r\n\r\n")
      conversation.advance(milliseconds: 3)
      conversation.send(
        .server, "Response \(type)\r\n\(index) ERROR\r\ncode: \(type)\r\nreason: <b>\(type)\r\n\r\n"
      )
      conversation.advance(milliseconds: 2)
    }
    conversation.close()
    try Data(ConversationCapture([conversation]).pcap()).write(
      to: URL(fileURLWithPath: "\(scratch.path)/<i>&.pcap"))
    let run = try ProgramRun.script(
      """
      cd \(scratch.path)
      souptap report -q --by type,param.password --html hidden.html '<i>&.pcap' > /dev/null || exit 1
      souptap report -q --by param.password --show-secrets --html shown.html '<i>&.pcap' > /dev/null
      """)
    #expect(run.status == 0, "\(run.errors)")
    let hidden = try page("\(scratch.path)/hidden.html")
    #expect(hidden.faults.isEmpty, "\(hidden.faults)")
    #expect(!hidden.text.contains("hunter") && hidden.text.contains("<hidden:"))
    for type in types.prefix(3) { #expect(hidden.text.contains(type), "\(type)") }
    #expect(hidden.text.contains("\\u{202e}txt.exe") && hidden.text.contains("<i>&.pcap"))
    let shown = try page("\(scratch.path)/shown.html")
    #expect(shown.faults.isEmpty && shown.text.contains("hunter3"))
  }

  /// Somebody who ends a long run has the page of what there was.
  @Test func anInterruptedRunHasItsPage() throws {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      """
      set -m
      mkfifo \(scratch.path)/pipe
      exec 3<>\(scratch.path)/pipe
      cat \(Self.capture) >&3
      "$SOUPTAP_BUILT" report --format ndjson --html \(scratch.path)/page.html \
        \(scratch.path)/pipe > \(scratch.path)/out &
      program=$!
      for i in $(seq 100); do grep -q meta \(scratch.path)/out && break; sleep 0.02; done
      sleep 0.2
      kill -INT $program
      wait $program
      """)
    #expect(run.status == 0, "\(run.errors)")
    let page = try page("\(scratch.path)/page.html")
    #expect(page.faults.isEmpty)
    #expect(page.text.contains("the run ended early: interrupted"))
  }
}
