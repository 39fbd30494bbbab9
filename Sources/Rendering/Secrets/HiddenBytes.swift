public import ControlProtocol

/// Which bytes of a message as it was sent belong to values that are hidden.
public enum HiddenBytes {
  /// The places of hidden values: those of secret parameters, and lines that are no parameters.
  ///
  /// Lines end at LF as they do for the parser, whatever else is odd about them. The start line is
  /// never hidden, nor is the uuid line of a Request or Response.
  public static func places(
    in message: RawSpan, kind: MessageKind, secrets: inout Secrets
  ) -> [Range<Int>] {
    guard !secrets.shows else { return [] }
    var places: [Range<Int>] = []
    var start = 0
    var number = 0
    while start < message.byteCount {
      var end = start
      while end < message.byteCount, message.byte(at: end) != 0x0a { end += 1 }
      var textEnd = end
      if textEnd > start, message.byte(at: textEnd - 1) == 0x0d { textEnd -= 1 }
      let line = start..<textEnd
      if number > 0, !line.isEmpty {
        let colon = line.first { message.byte(at: $0) == UInt8(ascii: ":") }
        if let colon {
          let value = colon + 1..<textEnd
          if secrets.hides(valuesOf: message.extracting(start..<colon)), !value.isEmpty {
            places.append(value)
          }
        } else if number > 1 || kind == .notification {
          places.append(line)
        }
      }
      start = end + 1
      number += 1
    }
    return places
  }
}
