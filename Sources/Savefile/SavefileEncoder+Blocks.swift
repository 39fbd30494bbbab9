extension SavefileEncoder {
  /// Appends a block around a body.
  static func appendBlock(
    _ type: UInt32, _ byteOrder: ByteOrder, to output: inout [UInt8],
    body: (inout [UInt8]) -> Void
  ) {
    let start = beginBlock(type, byteOrder, to: &output)
    body(&output)
    endBlock(start, byteOrder, to: &output)
  }

  /// Appends type and a length to be filled in; returns where the block begins.
  static func beginBlock(
    _ type: UInt32, _ byteOrder: ByteOrder, to output: inout [UInt8]
  ) -> Int {
    let start = output.count
    output.append(type, byteOrder)
    output.append(0 as UInt32, byteOrder)
    return start
  }

  /// Pads a block, ends it with its length and fills that in at its beginning.
  static func endBlock(_ start: Int, _ byteOrder: ByteOrder, to output: inout [UInt8]) {
    output.padTo4(from: start)
    let length = UInt32(clamping: output.count &- start &+ 4)
    output.append(length, byteOrder)
    for index in 0..<4 {
      output[start &+ 4 &+ index] = output[output.count &- 4 &+ index]
    }
  }

  /// Appends an option; a value of more than 65,535 bytes is cut.
  static func appendOption(
    _ code: UInt16, _ value: [UInt8], _ byteOrder: ByteOrder, to output: inout [UInt8]
  ) {
    let start = output.count
    output.append(code, byteOrder)
    output.append(UInt16(clamping: value.count), byteOrder)
    output.append(contentsOf: value.prefix(0xffff))
    output.padTo4(from: start)
  }

  static func appendEndOfOptions(_ byteOrder: ByteOrder, to output: inout [UInt8]) {
    output.append(0 as UInt32, byteOrder)
  }
}

extension [UInt8] {
  /// Appends a number in a byte order.
  mutating func append(_ value: some FixedWidthInteger & UnsignedInteger, _ order: ByteOrder) {
    let ordered = order == .little ? value.littleEndian : value.bigEndian
    unsafe Swift.withUnsafeBytes(of: ordered) { unsafe append(contentsOf: $0) }
  }

  /// Appends zeros until the bytes from `start` on are a multiple of four.
  mutating func padTo4(from start: Int) {
    while (count &- start) & 3 != 0 { append(0) }
  }
}
