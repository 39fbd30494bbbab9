import ControlProtocol
import TestSupport
import Testing

/// Gaps, ends, limits and joining: what cuts messages short.
@Suite("Cut streams")
struct CutStreamTests {
  static func bytes(_ text: String) -> StreamScript.Part { .bytes(Array(text.utf8)) }

  static func told(_ script: StreamScript, _ location: SourceLocation = #_sourceLocation)
    -> [String]
  {
    ParserVerifier.verify(script, sourceLocation: location).told.map(\.description)
  }

  @Test("A gap in the start line, behind its keyword, cuts a message whose type is not known")
  func gapInStartLine() {
    let script = StreamScript([Self.bytes("Request A"), .gap(10), Self.bytes("x\r\n\r\n")])
    #expect(
      Self.told(script) == ["gap-in-message 9+10", "0..<9 request - - incomplete", "junk 19+5"])
  }

  @Test("A gap in the keyword makes junk of it")
  func gapInKeyword() {
    let script = StreamScript([Self.bytes("Request"), .gap(10), Self.bytes("x\r\n\r\n")])
    #expect(Self.told(script) == ["junk 0+7", "junk 17+5"])
  }

  @Test("A gap right behind the start line tells the message without uuid")
  func gapBehindStartLine() {
    let script = StreamScript([Self.bytes("Request A\r\n"), .gap(10)])
    #expect(Self.told(script) == ["gap-in-message 11+10", "0..<11 request A - incomplete"])
  }

  @Test("A uuid line cut by a gap is no uuid, and uuid-missing is not said")
  func gapInUUIDLine() {
    let script = StreamScript([
      Self.bytes("Request A\r\n12"), .gap(5), Self.bytes("Request B\r\n7\r\n\r\n"),
    ])
    #expect(
      Self.told(script) == [
        "gap-in-message 13+5", "0..<13 request A - incomplete", "18..<34 request B 7",
      ])
  }

  @Test("A colon in a uuid line that a gap cuts says nothing either")
  func gapInParameterAtUUIDLine() {
    let script = StreamScript([Self.bytes("Request A\r\nk: v"), .gap(5)])
    #expect(Self.told(script) == ["gap-in-message 15+5", "0..<15 request A - incomplete"])
  }

  @Test("Lines read whole before a gap are kept; the line it cuts is not")
  func gapInValue() {
    let script = StreamScript([
      Self.bytes("Response A\r\n1 ERROR\r\ncode: 5\r\nreason: no"), .gap(1),
      Self.bytes("t\r\nx: y\r\n\r\nResponse B\r\n2 OK\r\n\r\n"),
    ])
    #expect(
      Self.told(script) == [
        "gap-in-message 40+1", "0..<40 response A 1 ERROR code=5 incomplete", "junk 41+11",
        "52..<72 response B 2 OK",
      ])
  }

  @Test("A candidate that a gap leaves undecided is a raw line")
  func gapBehindCandidate() {
    let script = StreamScript([
      Self.bytes("Request A\r\n1\r\nRequest B\r\n2"), .gap(2), Self.bytes("\r\n"),
    ])
    #expect(
      Self.told(script) == [
        "malformed-parameter 14+9", "gap-in-message 26+2",
        "0..<26 request A 1 {Request B} incomplete", "junk 28+2",
      ])
  }

  @Test("A gap between messages leads out of sync")
  func gapBetween() {
    let script = StreamScript([
      Self.bytes("Request A\r\n1\r\n\r\n\r\n"), .gap(4),
      Self.bytes("request B\r\n2\r\n\r\nRequest C\r\n3\r\n\r\n"),
    ])
    #expect(
      Self.told(script) == [
        "0..<16 request A 1", "blank-line 16+2", "junk 22+16",
        "38..<54 request C 3 (afterSkipped)",
      ])
  }

  @Test("A run of junk ends at a gap and another begins")
  func gapInJunk() {
    let script = StreamScript([Self.bytes("foo\nReq"), .gap(4), Self.bytes("bar")])
    #expect(Self.told(script) == ["junk 0+7", "junk 11+3"])
  }

  @Test("Joining in mid-stream skips to a convincing start line")
  func joined() {
    var script = StreamScript(
      " mid\r\npasswd: x\r\n\r\nRequest B\r\n2\r\n\r\nrequest C\r\n3\r\n\r\n")
    script.joinedMidstream = true
    #expect(
      Self.told(script) == [
        "joined-midstream 0+19", "19..<35 request B 2 (afterSkipped)", "keyword-case 35+7",
        "35..<51 request C 3",
      ])
  }

  @Test("Joining at a message skips nothing; the tolerances wait for the first message")
  func joinedAtMessage() {
    var script = StreamScript("Request B\r\n2\r\n\r\n")
    script.joinedMidstream = true
    #expect(Self.told(script) == ["0..<16 request B 2"])
    script = StreamScript("request B\r\n2\r\n\r\n")
    script.joinedMidstream = true
    #expect(Self.told(script) == ["joined-midstream 0+16"])
  }

  @Test("A joined stream stays so over a gap, until its first message")
  func joinedWithGap() {
    var script = StreamScript([
      Self.bytes("ab"), .gap(3), Self.bytes("cd\nRequest B\r\n2\r\n\r\nfoo"),
    ])
    script.joinedMidstream = true
    #expect(
      Self.told(script) == [
        "joined-midstream 0+2", "joined-midstream 5+3", "8..<24 request B 2 (afterSkipped)",
        "junk 24+3",
      ])
  }

  @Test("A message over the cap keeps what came first; the next one is read")
  func overCap() {
    let long = String(repeating: "v", count: 100)
    var script = StreamScript(
      "Request A\r\n1\r\na: b\r\nk: \(long)\r\nl: w\r\n\r\nRequest B\r\n2\r\n\r\n")
    script.cap = 64
    let run = ParserVerifier.verify(script)
    #expect(
      run.told.map(\.description) == [
        "message-truncated 0+64", "0..<64 request A 1 {a=b} incomplete", "133..<149 request B 2",
      ])
    #expect(run.skipped.messageTruncated == 69)
  }

  @Test("A convincing start line ends what is skipped of a message over the cap, too")
  func overCapWithoutEnd() {
    let long = String(repeating: "v", count: 100)
    var script = StreamScript("Request A\r\n1\r\nk: \(long)\r\nRequest B\r\n2\r\n\r\n")
    script.cap = 64
    let run = ParserVerifier.verify(script)
    #expect(
      run.told.map(\.description) == [
        "message-truncated 0+64", "0..<64 request A 1 incomplete", "119..<135 request B 2",
      ])
    #expect(
      run.skipped
        == {
          var s = SkippedBytes()
          s.messageTruncated = 55
          return s
        }())
  }

  @Test("Every place of the cap in a message with everything in it", arguments: 16...90)
  func everyCap(cap: Int) {
    var script = StreamScript(
      "Request A\r\n1\r\nRequest X\r\nRequest Y\r\nkey : val\r\nraw\r\nNotification Z\r\n\r\n"
        + "Request B\r\n2\r\n\r\n")
    script.cap = cap
    let run = ParserVerifier.verify(script)
    #expect(run.told.last?.description.hasSuffix("request B 2") == true)
    for case .message(let message) in run.told { #expect(message.end - message.start <= cap) }
  }

  @Test("Giving up a message is like reaching the cap there")
  func givenUp() {
    let script = StreamScript([
      Self.bytes("Request A\r\n1\r\na: b\r\nlong: va"), .truncate,
      Self.bytes("lue\r\nx: y\r\n\r\nRequest B\r\n2\r\n\r\n"),
    ])
    #expect(
      Self.told(script) == [
        "message-truncated 0+28", "0..<28 request A 1 {a=b} incomplete", "41..<57 request B 2",
      ])
  }

  @Test("A message above 65,536 bytes is told to be large, once")
  func large() {
    let value = String(repeating: "v", count: 65_515)
    for (extra, isLarge) in [("", false), ("v", true)] {
      let run = ParserVerifier.verify(
        StreamScript("Request A\r\n1\r\nk: \(value)\(extra)\r\n\r\n"), cuts: .some)
      let length = 14 + 3 + 65_515 + extra.utf8.count + 4
      #expect(
        run.told.dropLast().map(\.description)
          == (isLarge ? ["message-too-large 0+\(length)"] : []))
      #expect(run.told.count == (isLarge ? 2 : 1))
      #expect(run.stream.messageBytes == UInt64(length))
    }
  }

  @Test("Marks of first and last bytes are right behind a start line in very many pieces")
  func manyPieces() {
    let type = String(repeating: "T", count: 600)
    let run = ParserVerifier.verify(
      StreamScript("x\nRequest \(type)\r\nRequest A\r\n1\r\n\r\n"), cuts: .some)
    #expect(
      run.told.map(\.description) == ["junk 0+612", "612..<628 request A 1 (afterSkipped)"])
  }

  @Test("A start line that the end leaves undecided is a raw line")
  func unconfirmedAtEnd() {
    let script = StreamScript("Request A\r\n1\r\nNotification B\r\n")
    #expect(
      Self.told(script) == [
        "malformed-parameter 14+14", "unfinished-message 0+30",
        "0..<30 request A 1 {Notification B} incomplete",
      ])
  }
}

/// The traffic of early MediaSoup servers, which answer in plain text and quote the request.
@Suite("Quoted requests")
struct QuotedRequestTests {
  static let dashes = "---------------------\n"
  static func receipt(_ uuid: String) -> String {
    "OK, message received with transaction \(uuid):\n" + dashes
  }

  @Test("Receipts are junk, quoted requests are known by them")
  func receipts() {
    let text =
      Self.receipt("1") + "Request Hello\r\n1\r\n\r\n" + Self.dashes
      + Self.receipt("7") + "Request Hello\r\n007\r\n\r\n" + Self.dashes
    #expect(
      CutStreamTests.told(StreamScript(text)) == [
        "junk 0+63", "63..<83 request Hello 1 (afterReceipt)", "junk 83+85",
        "168..<190 request Hello 007 (afterReceipt)", "junk 190+22",
      ])
  }

  @Test(
    "What is not quite a receipt",
    arguments: [
      receipt("2"), receipt(""), receipt("1") + "\n", "OK, message received with transaction 1:\n",
      "Ok, message received with transaction 1:\n" + dashes,
      "OK, message received with transaction 1:\n-" + dashes,
      "OK, message received with transaction 1:\r\n" + dashes,
    ])
  func noReceipt(text: String) {
    let run = ParserVerifier.verify(StreamScript(text + "Request Hello\r\n1\r\n\r\n"))
    guard case .message(let message) = run.told.last else {
      Issue.record("no message")
      return
    }
    #expect(message.echoContext == .afterSkipped)
  }

  @Test("A receipt may be cut away in front; a gap directly before the request leaves nothing")
  func partialReceipts() {
    let request = "Request Hello\r\n1\r\n\r\n"
    var script = StreamScript([
      .gap(4), CutStreamTests.bytes("xx" + Self.receipt("1") + request),
    ])
    #expect(
      CutStreamTests.told(script) == ["junk 4+65", "69..<89 request Hello 1 (afterReceipt)"])
    script = StreamScript([
      CutStreamTests.bytes(Self.receipt("1")), .gap(4), CutStreamTests.bytes(request),
    ])
    #expect(CutStreamTests.told(script) == ["junk 0+63", "67..<87 request Hello 1"])
  }

  @Test("A quoted request that a gap splits")
  func splitQuotation() {
    let script = StreamScript([
      CutStreamTests.bytes(Self.receipt("1") + "Request Hello\r\n1\r\nk: "), .gap(6),
      CutStreamTests.bytes("v\r\n\r\n" + Self.dashes + Self.receipt("2")),
      CutStreamTests.bytes("Request Hello\r\n2\r\n\r\n" + Self.dashes),
    ])
    #expect(
      CutStreamTests.told(script) == [
        "junk 0+63", "gap-in-message 84+6",
        "63..<84 request Hello 1 (afterReceipt) incomplete", "junk 90+90",
        "180..<200 request Hello 2 (afterReceipt)", "junk 200+22",
      ])
  }

  @Test("Equal requests have equal hashes in whatever stream; others differ")
  func contentHashes() {
    func hash(_ before: String, _ request: String) -> UInt64? {
      let run = ParserVerifier.verify(StreamScript(before + request))
      for case .message(let message) in run.told { return message.contentHash }
      return nil
    }
    let value = String(repeating: "0123456789", count: 9)
    let request = "Request Hello\r\n1\r\nkey:odd\rvalue \(value)\n\r\n"
    let own = hash("", request)
    #expect(own != nil && own != 0)
    #expect(hash(Self.receipt("1"), request) == own)
    #expect(hash("", request.replacingFirst("o", "O")) != own)
    #expect(hash("", "Response Hello\r\n1 OK\r\n\r\n") == 0)
  }
}

extension String {
  fileprivate func replacingFirst(_ old: Character, _ new: Character) -> String {
    var copy = Array(self)
    if let index = copy.firstIndex(of: old) { copy[index] = new }
    return String(copy)
  }
}

/// Streams that must first prove to be ControlProtocol.
@Suite("Detection")
struct DetectionTests {
  static func script(_ parts: StreamScript.Part...) -> StreamScript {
    var script = StreamScript(parts)
    script.detecting = true
    return script
  }

  static func filler(_ count: Int) -> String {
    String(repeating: "0123456789abcde\n", count: count / 16)
      + String(repeating: "x", count: count % 16)
  }

  @Test("A start line at the first byte proves it, with nothing skipped")
  func atOnce() {
    let run = ParserVerifier.verify(
      Self.script(CutStreamTests.bytes("Request A\r\n1\r\n\r\nrequest B\r\n2\r\n\r\n")))
    #expect(
      run.told.map(\.description) == [
        "0..<16 request A 1", "keyword-case 16+7", "16..<32 request B 2",
      ])
  }

  @Test("What came before is junk, or joined-midstream")
  func later() {
    var script = Self.script(CutStreamTests.bytes("foo\r\nRequest A\r\n1\r\n\r\n"))
    var run = ParserVerifier.verify(script)
    #expect(
      run.told.map(\.description) == ["junk 0+5", "5..<21 request A 1 (afterSkipped)"])
    #expect(run.skipped.junk == 5)
    script.joinedMidstream = true
    run = ParserVerifier.verify(script)
    #expect(run.told.first?.description == "joined-midstream 0+5")
    #expect(run.skipped.joinedMidstream == 5)
  }

  @Test(
    "A start line must begin within the first 4,096 bytes", arguments: [4080, 4095, 4096, 4112])
  func limit(lead: Int) {
    let text = Self.filler(lead - 1) + "\n" + "Request A\r\n1\r\n\r\n"
    let run = ParserVerifier.verify(Self.script(CutStreamTests.bytes(text)), cuts: .some)
    if lead < 4096 {
      #expect(run.told.count == 2)
      #expect(run.skipped.junk == UInt64(lead))
    } else {
      #expect(run.told == [])
      #expect(run.stream.isIgnored)
      #expect(run.skipped.otherProtocol == UInt64(lead + 16))
    }
  }

  @Test("A stream that ends before it proved anything is another protocol's")
  func early() {
    let run = ParserVerifier.verify(Self.script(CutStreamTests.bytes("foo\nRequest A\r\n")))
    #expect(run.told == [])
    #expect(run.skipped.otherProtocol == 15)
  }

  @Test("Adopting before the first byte is in sync; an ignored stream goes on out of sync")
  func adopting() {
    var run = ParserVerifier.verify(
      Self.script(.adopt, CutStreamTests.bytes("request A\r\n1\r\n\r\n")))
    #expect(run.told.map(\.description) == ["keyword-case 0+7", "0..<16 request A 1"])
    run = ParserVerifier.verify(
      Self.script(
        CutStreamTests.bytes(Self.filler(5000)), .adopt,
        CutStreamTests.bytes("y\nRequest A\r\n1\r\n\r\n")), cuts: .some)
    #expect(
      run.told.map(\.description) == ["junk 5000+2", "5002..<5018 request A 1 (afterSkipped)"])
    #expect(run.skipped.otherProtocol == 5000)
    #expect(!run.stream.isIgnored)
  }

  @Test("Adopting a stream that is being searched goes on with what it has")
  func adoptingSearched() {
    let run = ParserVerifier.verify(
      Self.script(
        CutStreamTests.bytes("foo\nReque"), .adopt, CutStreamTests.bytes("st A\r\n1\r\n\r\nbar")))
    #expect(
      run.told.map(\.description) == [
        "junk 0+4", "4..<20 request A 1 (afterSkipped)", "junk 20+3",
      ])
  }

  @Test("While it searches hardly anything is held")
  func bounded() {
    let run = ParserVerifier.verify(
      Self.script(CutStreamTests.bytes(Self.filler(100_000))), cuts: .some)
    #expect(run.mostHeld <= 2048)
    #expect(run.skipped.otherProtocol == 100_000)
  }
}
