import ControlProtocol
import TestSupport
import Testing

/// Every row of the table of tolerances, from real bytes: what is told, in order, and the same however
/// the bytes are cut.
@Suite("Tolerances")
struct ToleranceTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let input: String
    let told: [String]
    var testDescription: String { input.debugDescription }

    init(_ input: String, _ told: String...) {
      (self.input, self.told) = (input, told)
    }
  }

  static let strict: [Row] = [
    Row("Request Hello\r\n1\r\n\r\n", "0..<20 request Hello 1"),
    Row(
      "Request Authenticate\r\n2\r\nuser: alice\r\npasswd: s3cr3t\r\n\r\n",
      "0..<56 request Authenticate 2 {user=alice|passwd=s3cr3t}"),
    Row("Response Hello\r\n1 OK\r\n\r\n", "0..<24 response Hello 1 OK"),
    Row(
      "Response A\r\n007 ERROR\r\ncode: 5\r\nreason: not here\r\na: b\r\n\r\n",
      "0..<58 response A 007 ERROR code=5 reason=not here {a=b}"),
    Row("Notification Bye\r\n\r\n", "0..<20 notification Bye"),
    Row("Notification Bye\r\nk: v\r\n\r\n", "0..<26 notification Bye {k=v}"),
    Row(
      "Request A\r\n1\r\n\r\nResponse B\r\n2 OK\r\n\r\nNotification C\r\n\r\n",
      "0..<16 request A 1", "16..<36 response B 2 OK", "36..<54 notification C"),
    Row("Request A\r\n1\r\nkey: \r\n\r\n", "0..<23 request A 1 {key=}"),
    Row("Request A\r\n1\r\ncode: 5\r\nreason: x\r\n\r\n", "0..<36 request A 1 {code=5|reason=x}"),
    Row("Request A\r\n1\r\nkey:  two\r\n\r\n", "0..<27 request A 1 {key= two}"),
    Row("Request A\r\n1\r\na: b:c: d\r\n\r\n", "0..<27 request A 1 {a=b:c: d}"),
    Row("Request A\r\n1\r\nu: grün €𝄞\r\n\r\n", "0..<34 request A 1 {u=grün €𝄞}"),
    Row(
      "Response A\r\n1 ERROR\r\nreason: x\r\ncode: 1\r\n\r\n",
      "error-fields-order 32+4", "0..<43 response A 1 ERROR code=1 reason=x"),
  ]

  static let lines: [Row] = [
    Row("Request A\n1\r\n\r\n", "bare-lf 9+1", "0..<15 request A 1"),
    Row(
      "Request A\n1\nk: v\n\n", "bare-lf 9+1", "bare-lf 11+1", "bare-lf 16+1", "bare-lf 17+1",
      "0..<18 request A 1 {k=v}"),
    Row("Request A\r\n1\r\nk: a\rb\r\n\r\n", "bare-cr 18+1", "0..<24 request A 1 {k=a\rb}"),
    Row("Request A\r\n1\r\nk: a\r\r\n\r\n", "bare-cr 18+1", "0..<23 request A 1 {k=a\r}"),
    Row("Request A\r\n1\r\nk: \ra\rb\r\n\r\n", "bare-cr 17+3", "0..<25 request A 1 {k=\ra\rb}"),
    Row(
      "Request A\r\n1\r\n\r\n\r\n\n  \r\nRequest B\r\n2\r\n\r\n", "0..<16 request A 1",
      "bare-lf 18+1",
      "blank-line 16+7", "23..<39 request B 2"),
    Row("\r\nRequest B\r\n2\r\n\r\n", "blank-line 0+2", "2..<18 request B 2"),
    Row("Request A\r\n1\r\n\r\n\r\n", "0..<16 request A 1", "blank-line 16+2"),
  ]

  static let heads: [Row] = [
    Row("request A\r\n1\r\n\r\n", "keyword-case 0+7", "0..<16 request A 1"),
    Row("RESPONSE A\r\n1 OK\r\n\r\n", "keyword-case 0+8", "0..<20 response A 1 OK"),
    Row("Request  A\r\n1\r\n\r\n", "extra-whitespace 7+2", "0..<17 request A 1"),
    Row("Request\tA\r\n1\r\n\r\n", "extra-whitespace 7+1", "0..<16 request A 1"),
    Row(" \tRequest A\r\n1\r\n\r\n", "extra-whitespace 0+2", "0..<18 request A 1"),
    Row("Request A \r\n1\r\n\r\n", "extra-whitespace 9+1", "0..<17 request A 1"),
    Row("Request A\r\n 1\r\n\r\n", "extra-whitespace 11+1", "0..<17 request A 1"),
    Row("Response A\r\n1  OK\r\n\r\n", "extra-whitespace 13+2", "0..<21 response A 1 OK"),
    Row("Response A\r\n1 OK\t\r\n\r\n", "extra-whitespace 16+1", "0..<21 response A 1 OK"),
    Row("Request\r\n1\r\n\r\n", "type-missing 7+0", "0..<14 request - 1"),
    Row(
      "Request \r\n1\r\n\r\n", "extra-whitespace 7+1", "type-missing 7+0", "0..<15 request - 1"),
    Row("Request a b\r\n1\r\n\r\n", "type-charset 8+3", "0..<18 request a b 1"),
    Row("Request a:b\r\n1\r\n\r\n", "type-charset 8+3", "0..<18 request a:b 1"),
    Row("Request A\r\n1234567890\r\n\r\n", "uuid-too-long 11+10", "0..<25 request A 1234567890"),
    Row("Request A\r\n0000000001\r\n\r\n", "uuid-too-long 11+10", "0..<25 request A 0000000001"),
    Row("Request A\r\nx1\r\n\r\n", "uuid-not-integer 11+2", "0..<17 request A x1"),
    Row("Request A\r\n1 2\r\n\r\n", "uuid-not-integer 11+3", "0..<18 request A 1 2"),
    Row("Request A\r\n\r\n", "uuid-missing 11+0", "0..<13 request A -"),
    Row("Request A\r\nk: v\r\n\r\n", "uuid-missing 11+0", "0..<19 request A - {k=v}"),
    Row(
      "Response A\r\n\r\n", "uuid-missing 12+0", "status-missing 12+0", "0..<14 response A - -"),
    Row("Response A\r\n1 ok\r\n\r\n", "status-case 14+2", "0..<20 response A 1 ok"),
    Row(
      "Response A\r\n1 Error\r\ncode: 1\r\n\r\n", "status-case 14+5",
      "0..<32 response A 1 Error code=1"),
    Row("Response A\r\n1 FINE\r\n\r\n", "status-unknown 14+4", "0..<22 response A 1 FINE"),
    Row("Response A\r\n1 OK then\r\n\r\n", "status-unknown 14+7", "0..<25 response A 1 OK then"),
    Row("Response A\r\n1\r\n\r\n", "status-missing 13+0", "0..<17 response A 1 -"),
    Row(
      "Response A\r\n1 OK\r\ncode: 1\r\nreason: r\r\n\r\n", "error-fields-on-ok 18+4",
      "error-fields-on-ok 27+6", "0..<40 response A 1 OK code=1 reason=r"),
    Row("Response A\r\n1 ERROR\r\n\r\n", "error-code-missing 0+23", "0..<23 response A 1 ERROR"),
    Row(
      "Response A\r\n1 ERROR\r\nreason: r\r\n\r\n", "error-code-missing 0+34",
      "0..<34 response A 1 ERROR reason=r"),
    Row(
      "Response A\r\n1 ERROR\r\nk: v\r\ncode: 1\r\nreason: r\r\n\r\n", "error-fields-order 27+4",
      "error-fields-order 36+6", "0..<49 response A 1 ERROR code=1 reason=r {k=v}"),
    Row(
      "Response A\r\n1 ERROR\r\nk: v\r\nreason: r\r\n\r\n", "error-fields-order 27+6",
      "error-code-missing 0+40", "0..<40 response A 1 ERROR reason=r {k=v}"),
    Row(
      "Response A\r\n1 ERROR\r\ncode: 1\r\ncode: 2\r\n\r\n", "duplicate-key 30+4",
      "0..<41 response A 1 ERROR code=1 {code=2}"),
    Row(
      "Response A\r\n1 ERROR\r\nCode: 1\r\n\r\n", "error-code-missing 0+32",
      "0..<32 response A 1 ERROR {Code=1}"),
  ]

  static let parameters: [Row] = [
    Row("Request A\r\n1\r\nk:v\r\n\r\n", "no-space-after-colon 15+1", "0..<21 request A 1 {k=v}"),
    Row(
      "Request A\r\n1\r\nkey:\r\nother: \r\n\r\n", "no-space-after-colon 17+1",
      "0..<31 request A 1 {key=|other=}"),
    Row("Request A\r\n1\r\nk:\tv\r\n\r\n", "0..<22 request A 1 {k=v}"),
    Row("Request A\r\n1\r\nnone\r\n\r\n", "malformed-parameter 14+4", "0..<22 request A 1 {none}"),
    Row("Request A\r\n1\r\n: v\r\n\r\n", "empty-key 14+0", "0..<21 request A 1 {=v}"),
    Row("Request A\r\n1\r\nk : v\r\n\r\n", "extra-whitespace 15+1", "0..<23 request A 1 {k=v}"),
    Row("Request A\r\n1\r\n k: v\r\n\r\n", "extra-whitespace 14+1", "0..<23 request A 1 {k=v}"),
    Row(
      "Request A\r\n1\r\nk: v\r\nk: v\r\nK: v\r\nk: w\r\n\r\n", "duplicate-key 20+1",
      "duplicate-key 32+1", "0..<40 request A 1 {k=v|k=v|K=v|k=w}"),
    Row(
      "Request A\r\n1\r\nk: a\0\u{1b}b\u{7f}c\r\n\r\n", "control-bytes 18+4",
      "0..<27 request A 1 {k=a\0\u{1b}b\u{7f}c}"),
    Row("Request A\r\n1\r\nk: a\tb\r\n\r\n", "control-bytes 18+1", "0..<24 request A 1 {k=a\tb}"),
    Row("Request A\r\n1\r\nk\0: a\r\n\r\n", "control-bytes 15+1", "0..<23 request A 1 {k\0=a}"),
    Row(
      "Request A\r\n1\r\nRequest timeout: 30\r\nRequest: 1\r\nResponse: 2\r\n\r\n",
      "0..<62 request A 1 {Request timeout=30|Request=1|Response=2}"),
    Row(
      "Request A\r\n1\r\nRequest B\r\nk: v\r\n\r\n", "malformed-parameter 14+9",
      "0..<33 request A 1 {Request B|k=v}"),
    Row(
      "Request A\r\n1\r\nk: v\r\nRequest B\r\n2\r\n\r\n", "missing-terminator 20+9",
      "0..<20 request A 1 {k=v}", "20..<36 request B 2"),
    Row(
      "Request A\r\n1\r\nResponse B\r\n2 OK\r\nNotification C\r\n\r\n", "missing-terminator 14+10",
      "0..<14 request A 1", "missing-terminator 32+14", "14..<32 response B 2 OK",
      "32..<50 notification C"),
    Row(
      "Request A\r\nRequest B\r\n2\r\n\r\n", "uuid-missing 11+0", "missing-terminator 11+9",
      "0..<11 request A -", "11..<27 request B 2"),
    Row(
      "Request A\r\n1\r\nRequest B\r\nRequest C\r\n3\r\n\r\n", "malformed-parameter 14+9",
      "missing-terminator 25+9", "0..<25 request A 1 {Request B}", "25..<41 request C 3"),
    Row(
      "Request A\r\n1\r\nNotification B\r\nk: v\r\n\r\n", "missing-terminator 14+14",
      "0..<14 request A 1", "14..<38 notification B {k=v}"),
  ]

  static let outOfSync: [Row] = [
    Row("hello\r\n", "junk 0+7"),
    Row(
      "Request A\r\n1\r\n\r\nOops\r\n\r\nRequest B\r\n2\r\n\r\n", "0..<16 request A 1", "junk 16+8",
      "24..<40 request B 2 (afterSkipped)"),
    Row("Oops\nrequest A\r\n1\r\n\r\nRequest  B\r\n1\r\n\r\n", "junk 0+38"),
    Row("Oops\nRequest A\r\nx\r\n\r\n", "junk 0+21"),
    Row("Oops\nResponse A\r\n1 OK\r\n\r\n", "junk 0+5", "5..<25 response A 1 OK"),
    Row("Oops\nResponse A\r\n1\r\n\r\n", "junk 0+22"),
    Row(
      "Oops\nNotification A\r\n\r\nNotification B\r\n\r\n", "junk 0+5", "5..<23 notification A",
      "23..<41 notification B"),
    Row("Oops\nNotification A\r\nk: v\r\n\r\n", "junk 0+5", "5..<29 notification A {k=v}"),
    Row("Oops\nNotification A\r\nnone\r\n\r\n", "junk 0+29"),
    Row(
      "Oops\nRequest A\nRequest B\n1\n\n", "junk 0+15", "bare-lf 24+1", "bare-lf 26+1",
      "bare-lf 27+1", "15..<28 request B 1 (afterSkipped)"),
    Row("Requests A\r\n1\r\n\r\n", "junk 0+17"),
    Row("Request: A\r\n1\r\n\r\n", "junk 0+17"),
    Row("Request A", "unfinished-message 0+9", "0..<9 request - - incomplete"),
    Row(
      "\r\n notification\t", "blank-line 0+2", "unfinished-message 2+14",
      "2..<16 notification - incomplete"),
    Row("Request", "junk 0+7"),
    Row("Request A\r\n", "unfinished-message 0+11", "0..<11 request A - incomplete"),
    Row("Request A\r\n12", "unfinished-message 0+13", "0..<13 request A - incomplete"),
    Row("Request A\r\n12\r\n", "unfinished-message 0+15", "0..<15 request A 12 incomplete"),
    Row(
      "Request A\r\n12\r\na: b\r\nc: d", "unfinished-message 0+25",
      "0..<25 request A 12 {a=b} incomplete"),
    Row(
      "Request A\r\n12\r\nRequest B\r\n", "malformed-parameter 15+9", "unfinished-message 0+26",
      "0..<26 request A 12 {Request B} incomplete"),
    Row("Oops\nRequest A\r\n1", "junk 0+17"),
  ]

  @Test("One row", arguments: strict + lines + heads + parameters + outOfSync)
  func row(_ row: Row) {
    let run = ParserVerifier.verify(StreamScript(row.input))
    #expect(run.told.map(\.description) == row.told)
  }

  @Test("A message with more oddities than are told at once tells all of them in order")
  func manyOddities() {
    let line = "k:é\u{1}\n"
    let count = 50
    let head = "Response A\r\n1 ERROR\r\n"
    let text = head + String(repeating: line, count: count) + "\r\n"
    var expected: [String] = []
    for index in 0..<count {
      let start = head.utf8.count + index * line.utf8.count
      if index > 0 { expected.append("duplicate-key \(start)+1") }
      expected += [
        "no-space-after-colon \(start + 1)+1", "control-bytes \(start + 4)+1",
        "bare-lf \(start + 5)+1",
      ]
    }
    let values = [String](repeating: "k=é\u{1}", count: count).joined(separator: "|")
    expected += [
      "error-code-missing 0+\(text.utf8.count)",
      "0..<\(text.utf8.count) response A 1 ERROR {\(values)}",
    ]
    let run = ParserVerifier.verify(StreamScript(text), cuts: .some)
    #expect(run.told.map(\.description) == expected)
  }
}
