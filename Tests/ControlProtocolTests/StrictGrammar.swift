// The strict grammar once more, as plainly as can be, from the protocol's own document. It knows
// nothing of the product: it is what the product's parser is held against.

struct StrictMessage: Equatable {
  var kind: String
  var type: String
  var uuid: String?
  var status: String?
  var code: String?
  var reason: String?
  var parameters: [[String]] = []
  var start: Int
  var end: Int
}

enum StrictGrammar {
  /// The messages of a stream that consists of strict messages only; nil when it does not.
  static func messages(in bytes: [UInt8]) -> [StrictMessage]? {
    guard let lines = lines(of: bytes) else { return nil }
    var messages: [StrictMessage] = []
    var next = lines[...]
    while let first = next.popFirst() {
      let words = first.text.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 2, isWord(words[1]) else { return nil }
      var message = StrictMessage(
        kind: String(words[0]), type: String(words[1]), start: first.start, end: 0)
      switch message.kind {
      case "Request":
        guard let line = next.popFirst(), isUUID(line.text) else { return nil }
        message.uuid = line.text
      case "Response":
        guard let line = next.popFirst() else { return nil }
        let parts = line.text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, isUUID(String(parts[0])) else { return nil }
        guard parts[1] == "OK" || parts[1] == "ERROR" else { return nil }
        message.uuid = String(parts[0])
        message.status = String(parts[1])
        if let value = value(of: "code", in: next.first?.text) {
          message.code = value
          next.removeFirst()
        }
        if let value = value(of: "reason", in: next.first?.text) {
          message.reason = value
          next.removeFirst()
        }
      case "Notification": break
      default: return nil
      }
      while true {
        guard let line = next.popFirst() else { return nil }
        if line.text.isEmpty {
          message.end = line.start + 2
          break
        }
        guard let parameter = parameter(line.text) else { return nil }
        if message.kind == "Response" && ["code", "reason"].contains(parameter[0]) { return nil }
        message.parameters.append(parameter)
      }
      messages.append(message)
    }
    return messages
  }

  private static func lines(of bytes: [UInt8]) -> [(start: Int, text: String)]? {
    var lines: [(start: Int, text: String)] = []
    var start = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 13 {
        guard index + 1 < bytes.count, bytes[index + 1] == 10 else { return nil }
        guard let text = String(validating: bytes[start..<index], as: UTF8.self) else { return nil }
        lines.append((start, text))
        index += 2
        start = index
      } else {
        guard byte >= 32, byte != 127 else { return nil }
        index += 1
      }
    }
    return start == bytes.count ? lines : nil
  }

  private static func isWord(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
      }
  }

  private static func isUUID(_ text: String) -> Bool {
    (1...9).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
  }

  private static func parameter(_ line: String) -> [String]? {
    let bytes = Array(line.utf8)
    guard let colon = bytes.firstIndex(of: 58), colon > 0, colon + 1 < bytes.count else {
      return nil
    }
    guard bytes[0] != 32, bytes[colon - 1] != 32, bytes[colon + 1] == 32 else { return nil }
    return [
      String(decoding: bytes[..<colon], as: UTF8.self),
      String(decoding: bytes[(colon + 2)...], as: UTF8.self),
    ]
  }

  private static func value(of key: String, in line: String?) -> String? {
    guard let line, let parameter = parameter(line), parameter[0] == key else { return nil }
    return parameter[1]
  }
}
