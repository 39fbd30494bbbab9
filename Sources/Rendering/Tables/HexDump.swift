/// Bytes as `hexdump -C` shows them: offset, sixteen bytes in hexadecimal, the same as characters.
public struct HexDump {
  /// Hidden bytes are `**` in hexadecimal and `*` as characters.
  public var hidden: [Range<Int>]

  /// Creates a dump of bytes of which some are hidden, in ascending order.
  public init(hidden: [Range<Int>] = []) {
    self.hidden = hidden
  }

  /// Appends the lines, indented by four blanks.
  ///
  /// - Parameter offset: the offset of the first byte in its stream.
  public func append(_ bytes: RawSpan, from offset: UInt64, to buffer: inout OutputBuffer) {
    var start = 0
    var next = 0
    while start < bytes.byteCount {
      let end = min(start + 16, bytes.byteCount)
      buffer.append("    ")
      buffer.append(hexadecimal: offset + UInt64(start), paddedTo: 8)
      buffer.append(" ")
      var characters: [UInt8] = []
      for place in start..<(start + 16) {
        buffer.append(place - start == 8 ? "  " : " ")
        guard place < end else {
          buffer.append("  ")
          continue
        }
        while next < hidden.count, hidden[next].upperBound <= place { next += 1 }
        let isHidden = next < hidden.count && hidden[next].contains(place)
        let byte = bytes.byte(at: place)
        if isHidden {
          buffer.append("**")
        } else {
          buffer.append(hexadecimal: UInt64(byte), paddedTo: 2)
        }
        let isPrintable = (0x20...0x7e).contains(byte)
        characters.append(isHidden ? UInt8(ascii: "*") : isPrintable ? byte : UInt8(ascii: "."))
      }
      buffer.append("  |")
      for character in characters { buffer.append(character) }
      buffer.append("|\n")
      start = end
    }
  }
}
