internal import Records
internal import Wire

extension DiagnosticRecord: FieldSource {
  func number(of field: Field, at index: Int) -> Int64? {
    if index > 0 { return identity.number(of: field, at: index, direction: direction) }
    switch field {
    case .start: return time == .distantPast ? nil : time.nanoseconds
    case .frame: return frame > 0 ? Int64(clamping: frame) : nil
    default: return identity.number(of: field, at: 0, direction: direction)
    }
  }

  func words(of field: Field) -> UInt64 {
    identity.words(of: field, direction: direction)
  }

  func address(of field: Field, at index: Int) -> IPAddress? {
    identity.address(of: field, at: index, direction: direction)
  }
}
