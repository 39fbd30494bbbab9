import ControlProtocol
import Records
import Rendering
import TestSupport
import Testing
import Wire

@Suite struct TableRendererTests {
  private func render(
    width: Int = 80, palette: Palette = .plain, isFull: Bool = false, offset: Int32 = 0,
    kinds: RecordKinds, _ body: (TableRenderer) -> Void
  ) -> [String] {
    let output = CollectingOutput()
    var style = TableStyle()
    style.width = width
    style.palette = palette
    style.isFull = isFull
    style.secondsFromUTC = { _ in offset }
    let renderer = TableRenderer(kinds: kinds, style: style, secrets: hiding(), output: output)
    body(renderer)
    renderer.flush()
    return output.lines
  }

  @Test func transactionRowsAreAligned() {
    let lines = render(kinds: [.transactions, .diagnostics]) { renderer in
      sampleTransaction().give(to: renderer)
      var failed = sampleTransaction()
      failed.record.direction = .serverToClient
      failed.record.outcome = .error
      failed.record.code = failed.pool.add("NOT\u{1b}FOUND")
      failed.record.type = failed.pool.add("aTypeThatIsMuchTooLongForItsColumn")
      failed.record.quality = .uncertain
      failed.give(to: renderer)
      var unanswered = sampleTransaction()
      unanswered.record.outcome = .unanswered
      unanswered.record.unanswered = .timeout
      unanswered.record.quality = nil
      unanswered.record.latency = nil
      unanswered.record.waited = 30_000_000_000
      unanswered.give(to: renderer)
    }
    #expect(
      lines == [
        "TIME         STREAM   TYPE                    UUID OUTCOME             LATENCY Q",
        "2026-11-22 UTC",
        "17:26:00.123      3 → createRoom                42 ok                  42.1 ms",
        "17:26:00.123      3 ← aTypeThatIsMuchTo…        42 error NOT\\x1bFOUND  42.1 ms U",
        "17:26:00.123      3 → createRoom                42 unanswered timeout  >30.0 s",
      ])
  }

  @Test(arguments: [40, 72, 80, 100, 120, 160, 170, 200, 300])
  func noRowIsWiderThanTheTerminal(width: Int) {
    var random = SeededRandom(seed: UInt64(width))
    let lines = render(
      width: width, kinds: [.messages, .transactions, .diagnostics, .connections]
    ) { renderer in
      for _ in 0..<50 { giveNonsense(to: renderer, &random) }
    }
    #expect(lines.count > 200)
    for line in lines {
      #expect(
        TerminalText.columns(of: line.replacing("\\", with: "/")) <= max(width, 80), "\(line)")
    }
  }

  /// No control byte of a capture reaches the terminal in any layout.
  @Test func nonsenseIsHarmless() {
    var random = SeededRandom(seed: 51)
    let output = CollectingOutput()
    let sinks = everyRenderer(hiding(showing: true), output)
    for _ in 0..<100 {
      for sink in sinks { giveNonsense(to: sink, &random) }
    }
    flush(sinks)
    for scalar in output.text.unicodeScalars where scalar != "\n" {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: Issue.record("\(scalar.value)")
      case .format where (0x2000...0x20ff).contains(scalar.value):
        Issue.record("\(scalar.value)")
      default: break
      }
    }
  }

  private func giveNonsense(to sink: any RecordSink, _ random: inout SeededRandom) {
    func nonsense() -> [UInt8] {
      let pieces: [[UInt8]] = [
        [0x1b, 0x5b, 0x32, 0x4a], [0x0a], [0xe2, 0x80, 0xae], Array("日本".utf8), [0xff], [0x9b],
        Array("password".utf8), [0x41], [0xcc, 0x81], [0xc2, 0x9b],
      ]
      return (0..<(random.next() % 60)).flatMap { _ in
        pieces[Int(random.next() % UInt64(pieces.count))]
      }
    }
    var message = sampleMessage(kind: MessageKind(rawValue: UInt8(random.next() % 3)) ?? .request)
    message.record.type = message.pool.add(nonsense())
    message.record.uuid = message.pool.add(nonsense())
    message.record.status = .unknown
    message.record.statusText = message.pool.add(nonsense())
    message.record.code = message.pool.add(nonsense())
    message.record.reason = message.pool.add(nonsense())
    message.record.start = CaptureTime(nanoseconds: Int64(truncatingIfNeeded: random.next()))
    message.record.frame = random.next()
    message.parameter(nonsense(), nonsense())
    message.line(nonsense())
    message.give(to: sink)
    var transaction = sampleTransaction()
    transaction.record.outcome = .unknownStatus
    transaction.record.type = transaction.pool.add(nonsense())
    transaction.record.uuid = transaction.pool.add(nonsense())
    transaction.record.statusText = transaction.pool.add(nonsense())
    transaction.record.reason = transaction.pool.add(nonsense())
    transaction.record.latency = Int64(truncatingIfNeeded: random.next())
    transaction.record.identity.tcpStream = random.next()
    transaction.record.identity.server.address = IPAddress(
      ipv6High: random.next(), low: random.next())
    transaction.give(to: sink)
    var diagnostic = SampleDiagnostic()
    diagnostic.record.time = sampleTime
    diagnostic.record.excerpt = diagnostic.pool.add(nonsense())
    diagnostic.record.offset = random.next()
    diagnostic.give(to: sink)
    var connection = sampleConnection()
    connection.identity.client.address = IPAddress(ipv6High: random.next(), low: random.next())
    connection.end = CaptureTime(nanoseconds: Int64(truncatingIfNeeded: random.next()))
    connection.serverToClient.gaps = random.next()
    sink.take(connection)
  }

  @Test func coloursAreThereOnlyWhenAskedFor() {
    func lines(_ palette: Palette) -> [String] {
      render(palette: palette, kinds: [.transactions, .diagnostics]) { renderer in
        var failed = sampleTransaction()
        failed.record.outcome = .error
        failed.give(to: renderer)
        SampleDiagnostic().give(to: renderer)
      }
    }
    let plain = lines(.plain)
    let coloured = lines(.ansi)
    #expect(!plain.joined().contains("\u{1b}"))
    #expect(coloured.joined().contains("\u{1b}[31merror\u{1b}[0m"))
    let bare = coloured.map { $0.replacing(/\u{1b}\[[0-9]*m/, with: "") }
    #expect(bare == plain, "colour changes nothing else")
  }

  @Test func localDaysBeginWithTheirDate() {
    let hour: Int64 = 3_600_000_000_000
    let lines = render(offset: 19_800, kinds: [.transactions]) { renderer in
      for later in [0, 1, 2 * hour] {
        var transaction = sampleTransaction()
        transaction.record.start = sampleTime.advanced(byNanoseconds: later)
        transaction.give(to: renderer)
      }
    }
    #expect(lines[1] == "2026-11-22 +05:30")
    #expect(lines[2].hasPrefix("22:56:00.123 ") && lines[3].hasPrefix("22:56:00.123 "))
    #expect(lines[4] == "2026-11-23 +05:30")
    #expect(lines[5].hasPrefix("00:56:00.123 "))
  }

  @Test func messagesAreShownWhole() {
    let lines = render(isFull: true, kinds: [.messages]) { renderer in
      var message = sampleMessage(kind: .response)
      message.record.status = .error
      message.record.code = message.pool.add("E1")
      message.record.isComplete = false
      message.parameter("note", "a\nb")
      message.parameter("password", "x")
      message.line(Array("raw".utf8))
      message.give(to: renderer)
    }
    let token = hiding().token(of: Array("x".utf8).lent)
    #expect(
      lines == [
        "2026-11-22 17:26:00.123456  stream 3  192.0.2.1:50000 → [2001:db8::1]:4080"
          + "  frame 12  offset 0  100 B",
        "  response createRoom 42 ERROR (incomplete)",
        "    code: E1", #"    note: a\nb"#, "    password: \(token)", "    | <hidden, 3 bytes>",
      ])
  }

  @Test func latenciesAreExplained() {
    var record = sampleTransaction().record
    record.quality = .degraded
    record.causes = [.retransmitted, .reordered]
    record.requestCauses = .reordered
    record.responseCauses = .retransmitted
    record.hints = [.queued]
    record.inFlight = 3
    #expect(
      written { Explanation.append(record, to: &$0) }
        == "42.1 ms · network 1.9 · server at most 40.2 · degraded: response retransmitted,"
        + " request out of order · queued behind 3")
    var unanswered = TransactionRecord()
    unanswered.unanswered = .connectionReset
    unanswered.waited = 2_000_000_000
    #expect(
      written { Explanation.append(unanswered, to: &$0) }
        == "unanswered after 2.00 s: the connection was reset")
  }
}
