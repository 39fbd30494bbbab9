import ControlProtocol
import Records
import TestSupport
import Testing

/// A server that answers some requests by the protocol and quotes others in plain text.
@Suite struct QuotedRequestTests {
  private let request = "Request room.create\r\n2\r\nname: a\r\n\r\n"

  /// The echoes among the messages of a conversation whose first request is answered well, and whose
  /// second gets `answer`.
  private func inspect(_ answer: String, sizes: [Int] = []) -> CollectingSink {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, "Request room.create\r\n1\r\n\r\n")
    conversation.advance(milliseconds: 5)
    conversation.send(.server, "Response room.create\r\n1 OK\r\n\r\n")
    conversation.advance(milliseconds: 5)
    conversation.send(.client, request, sizes: sizes)
    conversation.advance(milliseconds: 5)
    conversation.send(.server, answer, sizes: sizes)
    conversation.advance(milliseconds: 5)
    conversation.close()
    return CollectingSink.inspect(ConversationCapture(conversation))
  }

  @Test(arguments: [[], [9], [40]] as [[Int]])
  func aQuotationIsNoRequestAfterAResponseEither(sizes: [Int]) {
    let sink = inspect("Received:\r\n" + request, sizes: sizes)
    #expect(sink.messages.map(\.record.isEchoed) == [false, false, false, true])
    #expect(sink.diagnostics.map(\.code) == [.junk, .echoedRequest])
    #expect(sink.transactions.count == 2)
  }

  @Test func aRequestThatDiffersInOneByteIsOne() {
    let other = "Request room.create\r\n2\r\nname: b\r\n\r\n"
    let sink = inspect("Received:\r\n" + other)
    #expect(sink.messages.allSatisfy { !$0.record.isEchoed })
    #expect(sink.transactions.count == 3)
  }
}
