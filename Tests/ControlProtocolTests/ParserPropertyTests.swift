import ControlProtocol
import Foundation
import TestSupport
import Testing

/// What must hold for every stream. The number of cases is 4,000, or what the environment variable
/// SOUPTAP_PARSER_CASES says; its seed is printed with a failure.
@Suite("Parser properties")
struct ParserPropertyTests {
  static let cases =
    ProcessInfo.processInfo.environment["SOUPTAP_PARSER_CASES"].flatMap(Int.init) ?? 4_000

  static let seed: UInt64 = 0x5eed_0001

  /// Also: the ledger balances after every push, marks are those of the chunks, nothing stays held
  /// (see `ScriptRun`).
  @Test("However a stream is cut, the same is told")
  func segmentation() {
    for number in 0..<Self.cases {
      let seed = Self.seed &+ UInt64(number)
      var generator = StreamGenerator(seed: seed)
      let script = generator.script()
      let run = ParserVerifier.verify(script, cuts: .few, seed: seed)
      checkMessages(run, script, seed)
      // Kept parameters come with their places, keys of more than 16 with a table; what is unfinished
      // has a state of its own.
      let bound = 12 * script.cap + 4096
      if run.mostHeld > bound { Issue.record("seed \(seed) held \(run.mostHeld)") }
    }
  }

  /// Messages lie in order, none over the cap, each with the codes that were told for it.
  private func checkMessages(_ run: ScriptRun, _ script: StreamScript, _ seed: UInt64) {
    var end: UInt64 = 0
    var codes = DiagnosticSet()
    var bytes: UInt64 = 0
    for event in run.told {
      switch event {
      case .diagnostic(let diagnostic):
        switch diagnostic.code {
        case .junk, .joinedMidstream, .blankLine: codes = DiagnosticSet()
        default: codes.insert(diagnostic.code)
        }
        let excerpt = diagnostic.excerpt?.count ?? 0
        #expect(excerpt <= 64, "seed \(seed)")
        if diagnostic.code == .junk || diagnostic.code == .joinedMidstream {
          #expect(excerpt == min(64, Int(diagnostic.length)), "seed \(seed)")
        }
      case .message(let message):
        if message.start < end || message.end <= message.start
          || message.end - message.start > script.cap
          // The first of the separators' LFs are told before a message, too.
          || !codes.isSuperset(of: message.diagnostics)
        {
          Issue.record("seed \(seed): \(message)")
        }
        end = message.end
        bytes += message.end - message.start
        codes = DiagnosticSet()
      }
    }
    #expect(run.stream.messageBytes == bytes, "seed \(seed)")
  }

  @Test("Keeping no parameters changes nothing else")
  func keepingNothing() {
    for number in 0..<Self.cases / 10 {
      let seed = Self.seed &+ UInt64(number)
      var generator = StreamGenerator(seed: seed)
      var script = generator.script()
      script.keepsParameters = true
      var kept = ScriptRun(script, cuts: []).told
      script.keepsParameters = false
      for index in kept.indices {
        guard case .message(var message) = kept[index] else { continue }
        message.parameters = []
        kept[index] = .message(message)
      }
      if ScriptRun(script, cuts: []).told != kept { Issue.record("seed \(seed)") }
    }
  }

  @Test("Strict streams read as by the plain grammar")
  func strictStreams() {
    var accepted = 0
    for number in 0..<Self.cases / 4 {
      let seed = Self.seed &+ UInt64(number)
      var generator = StreamGenerator(seed: seed)
      var bytes = generator.strictStream()
      let isMutated = generator.chance(2)
      if isMutated { generator.mutate(&bytes) }
      guard let expected = StrictGrammar.messages(in: bytes) else {
        if !isMutated { Issue.record("seed \(seed): the plain grammar refuses a strict stream") }
        continue
      }
      accepted += 1
      let run = ScriptRun(StreamScript(bytes: bytes), cuts: [])
      let messages = run.told.compactMap { event in
        if case .message(let message) = event { StrictMessage(message) } else { nil }
      }
      if messages != expected { Issue.record("seed \(seed): \(run.told)") }
      for case .diagnostic(let diagnostic) in run.told {
        // What the grammar allows and is told all the same.
        #expect(
          [.duplicateKey, .errorCodeMissing, .errorFieldsOnOK].contains(diagnostic.code),
          "seed \(seed): \(diagnostic)")
      }
    }
    #expect(accepted > Self.cases / 16)
  }

  /// Many streams through one parser, in turns: none sees another.
  @Test("Streams of one parser do not touch each other")
  func interleaved() {
    for number in 0..<Self.cases / 200 {
      let seed = Self.seed &+ UInt64(number)
      var generator = StreamGenerator(seed: seed)
      let inputs = (0..<8).map { _ in
        generator.chance(2) ? generator.strictStream() : generator.oddStream()
      }
      let alone = inputs.map {
        ScriptRun(StreamScript(bytes: $0), cuts: []).told.compactMap(offsets)
      }
      var configuration = ParserConfiguration()
      configuration.seed = 7
      var parser = MessageParser(configuration: configuration)
      var streams = inputs.map { _ in StreamParser(joinedMidstream: false, detecting: false) }
      var told = inputs.map { _ in [[UInt64]]() }
      var at = inputs.map { _ in 0 }
      while true {
        let unread = inputs.indices.filter { at[$0] < inputs[$0].count }
        if unread.isEmpty { break }
        let index = generator.pick(unread)
        let end = min(inputs[index].count, at[index] + generator.int(1...40))
        let chunk = Array(inputs[index][at[index]..<end])
        at[index] = end
        var position = 0
        while let event = parser.next(
          in: unsafe chunk.span.bytes, at: &position, mark: ArrivalMark(), of: &streams[index])
        {
          if event == .message { told[index].append([parser.message.start, parser.message.end]) }
        }
      }
      for index in inputs.indices {
        parser.finish(&streams[index])
        while let event = parser.nextPending(of: &streams[index]) {
          if event == .message { told[index].append([parser.message.start, parser.message.end]) }
        }
        parser.release(&streams[index])
      }
      if told != alone || parser.heldBytes != 0 { Issue.record("seed \(seed)") }
    }
  }

  @Test("What tells the chunks of held bytes apart counts as held, too")
  func marksCount() {
    var parser = MessageParser(configuration: ParserConfiguration())
    var stream = StreamParser(joinedMidstream: false, detecting: false)
    let value = String(repeating: "x", count: 200)
    let bytes = Array("Request \(value)".utf8)
    for index in bytes.indices {
      var position = 0
      let piece = unsafe bytes.span.bytes.extracting(index..<(index + 1))
      let mark = ArrivalMark(word0: UInt64(index))
      while parser.next(in: piece, at: &position, mark: mark, of: &stream) != nil {}
    }
    #expect(parser.heldBytes >= 200 * MemoryLayout<ArrivalMark>.stride)
    parser.release(&stream)
    #expect(parser.heldBytes == 0)
  }

  @Test("A stream released in the middle of anything leaves nothing to the next one")
  func released() {
    let text =
      "\r\nRequest A\r\n1\r\nk: v\r\nRequest X\r\n\r\n \nfoo\nResponse B\r\n2 OK\r\n\r\n\r\n"
    let bytes = Array(text.utf8)
    let expected = ScriptRun(StreamScript(bytes: bytes), cuts: []).told.compactMap(offsets)
    var parser = MessageParser(configuration: ParserConfiguration())
    for end in 0...bytes.count {
      var cut = StreamParser(joinedMidstream: end % 2 == 0, detecting: end % 3 == 0)
      var position = 0
      let piece = unsafe bytes.span.bytes.extracting(0..<end)
      while parser.next(in: piece, at: &position, mark: ArrivalMark(), of: &cut) != nil {}
      parser.release(&cut)
      #expect(parser.heldBytes == 0)
      var stream = StreamParser(joinedMidstream: false, detecting: false)
      var told: [[UInt64]] = []
      var codes: [DiagnosticCode] = []
      position = 0
      let whole = unsafe bytes.span.bytes
      while let event = parser.next(in: whole, at: &position, mark: ArrivalMark(), of: &stream) {
        switch event {
        case .message: told.append([parser.message.start, parser.message.end])
        case .diagnostic: codes.append(parser.diagnostic.code)
        }
      }
      #expect(told == expected)
      #expect(codes.first == .blankLine)
      #expect(parser.skipped(in: stream).total == 4)
      parser.release(&stream)
    }
  }

  private func offsets(_ event: Told) -> [UInt64]? {
    if case .message(let message) = event { [message.start, message.end] } else { nil }
  }
}

extension StrictMessage {
  init(_ message: ReadMessage) {
    func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    let kinds: [MessageKind: String] = [
      .request: "Request", .response: "Response", .notification: "Notification",
    ]
    self.init(
      kind: kinds[message.kind] ?? "", type: text(message.type) ?? "", uuid: text(message.uuid),
      status: text(message.statusText), code: text(message.code), reason: text(message.reason),
      parameters: message.parameters.map { [text($0[0]) ?? "-", text($0[1]) ?? "-"] },
      start: Int(message.start), end: Int(message.end))
  }
}
