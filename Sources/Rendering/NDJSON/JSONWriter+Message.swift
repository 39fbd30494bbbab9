internal import ControlProtocol
internal import Records

extension JSONWriter {
  /// Writes the fields of a `message` line behind those of its connection.
  mutating func fields(
    of record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan,
    secrets: inout Secrets
  ) {
    field("kind", record.kind.name)
    field("type", record.type, in: text)
    uuid(record.uuid, in: text)
    if record.kind == .response {
      switch record.status {
      case .ok: field("status", plain: "OK")
      case .error: field("status", plain: "ERROR")
      case .unknown: field("status", record.statusText, in: text)
      case .missing: break
      }
    }
    field("code", record.code, in: text)
    field("reason", record.reason, in: text)
    self.parameters(parameters, text: text, secrets: &secrets)
    rawLines(parameters, text: text, secrets: secrets)
    field(known: "ts", record.start)
    field(known: "ts_end", record.end)
    field(frame: "frame", record.frame)
    field(frame: "frame_end", record.frameEnd)
    field("input_end", record.inputEnd.map(UInt64.init))
    field("offset", record.offset)
    field("length", record.length)
    field("complete", record.isComplete)
    if record.isEchoed { field("echoed", true) }
    field("diagnostics", bits: record.diagnostics.rawValue, names: DiagnosticCode.names)
  }

  private mutating func parameters(
    _ parameters: Span<ParameterText>, text: RawSpan, secrets: inout Secrets
  ) {
    var isOpen = false
    for index in parameters.indices where parameters[index].key.isPresent {
      if !isOpen {
        key("params")
        beginArray()
        isOpen = true
      }
      let name = text.bytes(of: parameters[index].key)
      let content = text.bytes(of: parameters[index].value)
      beginObject()
      field("key", text: name)
      if secrets.hides(valuesOf: name) {
        key("value")
        buffer.append(UInt8(ascii: "\""))
        secrets.append(tokenOf: content, to: &buffer)
        endString()
        field("hidden", true)
      } else {
        field("value", text: content)
      }
      endObject()
    }
    if isOpen { endArray() }
  }

  /// A raw line has no key that could say whether it is a secret.
  private mutating func rawLines(
    _ parameters: Span<ParameterText>, text: RawSpan, secrets: Secrets
  ) {
    var isOpen = false
    for index in parameters.indices where !parameters[index].key.isPresent {
      if !isOpen {
        key("lines")
        beginArray()
        isOpen = true
      }
      let content = text.bytes(of: parameters[index].value)
      beginObject()
      if secrets.shows {
        field("text", text: content)
      } else {
        field("hidden", true)
        field("length", content.byteCount)
      }
      endObject()
    }
    if isOpen { endArray() }
  }
}

extension DiagnosticCode {
  /// The names of all codes, in the order of the bits of a `DiagnosticSet`.
  static let names = DiagnosticCode.allCases.map(\.name)
}
