import ControlProtocol
import Testing

@Suite("Message encoder")
struct MessageEncoderTests {
  @Test("Writes the grammar to the letter")
  func bytes() {
    var encoder = MessageEncoder()
    encoder.request("Hello", uuid: "1", [("k", "v")])
    encoder.response("Hello", uuid: "1", status: "ERROR", code: "5", reason: "no", [("a", "b")])
    encoder.notification("Bye")
    let expected =
      "Request Hello\r\n1\r\nk: v\r\n\r\n"
      + "Response Hello\r\n1 ERROR\r\ncode: 5\r\nreason: no\r\na: b\r\n\r\n"
      + "Notification Bye\r\n\r\n"
    #expect(String(decoding: encoder.bytes, as: UTF8.self) == expected)
  }
}
