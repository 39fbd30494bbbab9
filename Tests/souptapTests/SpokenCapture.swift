import Foundation
import TestSupport

/// A capture file made of conversations, for one test.
struct SpokenCapture: Sendable {
  private let directory: ScratchDirectory
  /// Where the file lies.
  let path: String

  /// Writes the capture of some conversations.
  init(_ conversations: [Conversation]) throws {
    try self.init(file: ConversationCapture(conversations).pcap())
  }

  /// Writes the capture of one conversation.
  ///
  /// - Parameter isSorted: false to keep its packets in their order, whatever their times.
  init(_ conversation: Conversation, isSorted: Bool = true) throws {
    try self.init(file: ConversationCapture(conversation, isSorted: isSorted).pcap())
  }

  /// Writes the bytes of a capture file of any format.
  init(file: [UInt8]) throws {
    directory = try ScratchDirectory()
    path = directory.path + "/capture.pcap"
    try Data(file).write(to: URL(fileURLWithPath: path))
  }

  /// The NDJSON records that a command writes about it.
  func records(_ command: String, _ options: String = "") throws -> [[String: Any]] {
    let run = try ProgramRun.souptap("\(command) --format ndjson \(options) \(path)")
    guard run.status == 0 else { throw LiveError("\(command) \(options): \(run.errors)") }
    return OracleProgram.records(run.output)
  }
}

extension Conversation {
  /// Opens, lets the client and then the server say something in one piece each, and closes.
  static func exchange(
    client: [UInt8], server: [UInt8] = [], port: UInt16 = 40_000, start: Int64 = 1_700_000_000
  ) -> Conversation {
    var conversation = Conversation(clientPort: port, start: start)
    conversation.open()
    conversation.advance(milliseconds: 10)
    conversation.send(
      .client, bytes: client, sizes: Array(repeating: 1_400, count: client.count / 1_400))
    conversation.advance(milliseconds: 10)
    if !server.isEmpty { conversation.send(.server, bytes: server) }
    conversation.advance(milliseconds: 10)
    conversation.close()
    return conversation
  }
}
