import Storage

/// A message in the making.
struct Draft: ~Copyable {
  private let inPlace = InPlace()
  var message = Message()
  /// What the message's text ranges point into.
  var text = ByteBuffer()
  var parameters = Buffer<ParameterText>()
  var keys = KeySet()
  var hash = ContentHash()
  /// Whether all bytes go into `hash`.
  var isHashed = false
  /// Lines read after the uuid line, whatever they are.
  var bodyLines = 0

  /// A note is told for messages above this: MediaSoup's own buffer.
  static let largeLength: UInt64 = 65_536

  /// Captured bytes held, and what is needed to know their keys and places.
  var heldBytes: Int {
    text.count + keys.tableBytes + parameters.count * MemoryLayout<ParameterText>.stride
  }

  mutating func reset() {
    message = Message()
    text.removeAll()
    parameters.removeAll()
    keys.removeAll()
    isHashed = false
    bodyLines = 0
  }

  /// How a Response's line `code` or `reason` is read.
  enum Role: UInt8, Sendable {
    case parameter, code, reason
  }

  private static let codePrint: UInt64 = 0x0400_0000_6564_6f63
  private static let reasonPrint: UInt64 = 0x0600_6e6f_7361_6572

  /// Whether a key of this print names an error field, in a Response.
  @inline(__always)
  static func isErrorField(_ keyPrint: UInt64) -> Bool {
    keyPrint == codePrint || keyPrint == reasonPrint
  }

  /// What the line with a key of this print is: in a Response the first `code` and the first `reason`
  /// are its error fields.
  @inline(__always)
  func role(of keyPrint: UInt64) -> Role {
    guard message.kind == .response else { return .parameter }
    if keyPrint == Self.codePrint && !message.code.isPresent { return .code }
    if keyPrint == Self.reasonPrint && !message.reason.isPresent { return .reason }
    return .parameter
  }

  /// Whether an error field stands where the grammar has it if it is the next line.
  func isInOrder(_ role: Role) -> Bool {
    switch role {
    case .parameter: true
    case .code: bodyLines == 0
    case .reason: bodyLines == 0 || bodyLines == 1 && message.code.isPresent
    }
  }

  /// Whether an ERROR response has no code.
  var lacksErrorCode: Bool {
    message.kind == .response && message.status == .error && !message.code.isPresent
  }
}
