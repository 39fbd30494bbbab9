package import ControlProtocol

/// What happens to one stream in a test, and how it was opened.
package struct StreamScript {
  package enum Part {
    case bytes([UInt8])
    case gap(UInt64)
    /// The caller needs room.
    case truncate
    case adopt
  }

  package var parts: [Part]
  package var joinedMidstream = false
  package var detecting = false
  package var cap = 1 << 20
  package var keepsParameters = true

  package init(_ parts: [Part]) {
    self.parts = parts
  }

  package init(_ text: String) {
    parts = [.bytes(Array(text.utf8))]
  }

  package init(bytes: [UInt8]) {
    parts = [.bytes(bytes)]
  }

  /// All captured bytes.
  package var capturedCount: Int {
    parts.reduce(0) { sum, part in
      if case .bytes(let bytes) = part { sum + bytes.count } else { sum }
    }
  }
}

/// One thing that the parser told, with its texts resolved and its marks checked.
package enum Told: Equatable, CustomStringConvertible {
  case message(ReadMessage)
  case diagnostic(ReadDiagnostic)

  package var description: String {
    switch self {
    case .message(let message): message.description
    case .diagnostic(let diagnostic): diagnostic.description
    }
  }
}

package struct ReadDiagnostic: Equatable, CustomStringConvertible {
  package var code: DiagnosticCode
  package var offset: UInt64
  package var length: UInt64
  package var excerpt: [UInt8]?

  package var description: String { "\(code.name) \(offset)+\(length)" }
}

package struct ReadMessage: Equatable, CustomStringConvertible {
  package var kind: MessageKind
  package var isComplete: Bool
  package var status: ResponseStatus
  package var type: [UInt8]?
  package var uuid: [UInt8]?
  package var statusText: [UInt8]?
  package var code: [UInt8]?
  package var reason: [UInt8]?
  package var parameters: [[[UInt8]?]]
  package var start: UInt64
  package var end: UInt64
  package var diagnostics: DiagnosticSet
  package var contentHash: UInt64
  package var echoContext: Message.EchoContext

  /// `start..<end kind type uuid status code=… reason=… {key=value|raw} (echo) incomplete`, `-` for
  /// what is absent.
  package var description: String {
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
