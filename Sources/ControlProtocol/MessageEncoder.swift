/// Writes strict ControlProtocol messages, one behind the other; for tests, fixtures and tools.
///
/// It writes what it is given: with text that the grammar does not allow, such as a line feed in a
/// value, the bytes are no strict message.
///
/// Source: `ControlProtocol.md`.
public struct MessageEncoder: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// A parameter's key and value.
  public typealias Parameter = (key: String, value: String)

  /// Writes a Request.
  public mutating func request(_ type: String, uuid: String, _ parameters: [Parameter] = []) {
    line("Request " + type)
    line(uuid)
    body(parameters)
  }

  /// Writes a Response; `code` and `reason` come first where they are given.
  public mutating func response(
    _ type: String, uuid: String, status: String = "OK", code: String? = nil,
    reason: String? = nil, _ parameters: [Parameter] = []
  ) {
    line("Response " + type)
    line(uuid + " " + status)
    if let code { line("code: " + code) }
    if let reason { line("reason: " + reason) }
    body(parameters)
  }

  /// Writes a Notification.
  public mutating func notification(_ type: String, _ parameters: [Parameter] = []) {
    line("Notification " + type)
    body(parameters)
  }

  private mutating func body(_ parameters: [Parameter]) {
    for parameter in parameters { line(parameter.key + ": " + parameter.value) }
    line("")
  }

  private mutating func line(_ text: String) {
    bytes += Array(text.utf8)
    bytes += [Ascii.cr, Ascii.lf]
  }
}
