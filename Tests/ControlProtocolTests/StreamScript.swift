import ControlProtocol

/// What happens to one stream in a test, and how it was opened.
struct StreamScript {
  enum Part {
    case bytes([UInt8])
    case gap(UInt64)
    /// The caller needs room.
    case truncate
    case adopt
  }

  var parts: [Part]
  var joinedMidstream = false
  var detecting = false
  var cap = 1 << 20
  var keepsParameters = true

  init(_ parts: [Part]) {
    self.parts = parts
  }

  init(_ text: String) {
    parts = [.bytes(Array(text.utf8))]
  }

  init(bytes: [UInt8]) {
    parts = [.bytes(bytes)]
  }

  /// All captured bytes.
  var capturedCount: Int {
    parts.reduce(0) { sum, part in
      if case .bytes(let bytes) = part { sum + bytes.count } else { sum }
    }
  }
}

/// One thing that the parser told, with its texts resolved and its marks checked.
enum Told: Equatable, CustomStringConvertible {
  case message(ReadMessage)
  case diagnostic(ReadDiagnostic)

  var description: String {
    switch self {
    case .message(let message): message.description
    case .diagnostic(let diagnostic): diagnostic.description
    }
  }
}

struct ReadDiagnostic: Equatable, CustomStringConvertible {
  var code: DiagnosticCode
  var offset: UInt64
  var length: UInt64
  var excerpt: [UInt8]?

  var description: String { "\(code.name) \(offset)+\(length)" }
}

struct ReadMessage: Equatable, CustomStringConvertible {
  var kind: MessageKind
  var isComplete: Bool
  var status: ResponseStatus
  var type: [UInt8]?
  var uuid: [UInt8]?
  var statusText: [UInt8]?
  var code: [UInt8]?
  var reason: [UInt8]?
  var parameters: [[[UInt8]?]]
  var start: UInt64
  var end: UInt64
  var diagnostics: DiagnosticSet
  var contentHash: UInt64
  var echoContext: Message.EchoContext

  /// `start..<end kind type uuid status code=… reason=… {key=value|raw} (echo) incomplete`, `-` for
  /// what is absent.
  var description: String {
    func show(_ bytes: [UInt8]?) -> String {
      bytes.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    }
    var words = ["\(start)..<\(end)", kind.name, show(type)]
    if kind != .notification { words.append(show(uuid)) }
    if kind == .response { words.append(show(statusText)) }
    if let code { words.append("code=" + show(code)) }
    if let reason { words.append("reason=" + show(reason)) }
    if !parameters.isEmpty {
      let all = parameters.map { $0[0] == nil ? show($0[1]) : show($0[0]) + "=" + show($0[1]) }
      words.append("{" + all.joined(separator: "|") + "}")
    }
    if echoContext != .none { words.append("(\(echoContext))") }
    if !isComplete { words.append("incomplete") }
    return words.joined(separator: " ")
  }
}
