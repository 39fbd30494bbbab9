internal import ControlProtocol
internal import Records
internal import Wire

extension MessageRecord: FieldSource {
  func number(of field: Field, at index: Int) -> Int64? {
    if index > 0 { return identity.number(of: field, at: index, direction: direction) }
    switch field {
    case .start: return start == .distantPast ? nil : start.nanoseconds
    case .end: return end == .distantPast ? nil : end.nanoseconds
    case .frame: return frame > 0 ? Int64(clamping: frame) : nil
    case .frameEnd: return frameEnd > 0 ? Int64(clamping: frameEnd) : nil
    case .inputEnd: return inputEnd.map(Int64.init)
    case .offset: return Int64(clamping: offset)
    case .length: return Int64(clamping: length)
    case .complete: return isComplete ? 1 : 0
    case .echoed: return isEchoed ? 1 : 0
    default: return identity.number(of: field, at: 0, direction: direction)
    }
  }

  func words(of field: Field) -> UInt64 {
    switch field {
    case .kind: 1 << UInt64(kind.rawValue)
    case .diagnostics: diagnostics.rawValue
    default: identity.words(of: field, direction: direction)
    }
  }

  func address(of field: Field, at index: Int) -> IPAddress? {
    identity.address(of: field, at: index, direction: direction)
  }

  func text(of field: Field) -> TextRange {
    switch field {
    case .type: type
    // An empty uuid counts as none.
    case .uuid: uuid.isPresent && uuid.range.isEmpty ? .absent : uuid
    case .status: kind == .response ? statusText : .absent
    case .code: code
    case .reason: reason
    default: .absent
    }
  }

  func ownText(of field: Field) -> StaticString? {
    guard field == .status, kind == .response else { return nil }
    switch status {
    case .ok: return "OK"
    case .error: return "ERROR"
    case .unknown, .missing: return nil
    }
  }
}
