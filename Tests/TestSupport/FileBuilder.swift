public import Savefile

/// Builds files byte by byte, independently of the encoder.
public struct FileBuilder {
  public var bytes: [UInt8] = []
  public var order: ByteOrder = .little

  public init(_ order: ByteOrder = .little) {
    self.order = order
  }

  public mutating func add(_ value: some FixedWidthInteger) {
    order == .little ? bytes.append(littleEndian: value) : bytes.append(bigEndian: value)
  }

  public mutating func pcapHeader(
    magic: UInt32 = 0xa1b2_c3d4, minor: UInt16 = 4, snapshotLength: UInt32 = 65_535,
    linkWord: UInt32 = 1
  ) {
    add(magic)
    add(2 as UInt16)
    add(minor)
    add(0 as UInt64)
    add(snapshotLength)
    add(linkWord)
  }

  public mutating func record(
    _ data: [UInt8], seconds: UInt32 = 0, fraction: UInt32 = 0, captured: UInt32? = nil,
    original: UInt32? = nil, extra: [UInt8] = []
  ) {
    add(seconds)
    add(fraction)
    add(captured ?? UInt32(data.count))
    add(original ?? UInt32(data.count))
    bytes += extra + data
  }

  public mutating func block(
    _ type: UInt32, length: UInt32? = nil, _ body: (inout FileBuilder) -> Void
  ) {
    var inner = FileBuilder(order)
    body(&inner)
    while inner.bytes.count % 4 != 0 { inner.bytes.append(0) }
    let length = length ?? UInt32(inner.bytes.count + 12)
    add(type)
    add(length)
    bytes += inner.bytes
    add(length)
  }

  public mutating func section(_ order: ByteOrder? = nil, major: UInt16 = 1) {
    if let order { self.order = order }
    block(0x0a0d_0d0a) {
      $0.add(0x1a2b_3c4d as UInt32)
      $0.add(major)
      $0.add(0 as UInt16)
      $0.add(UInt64.max)
    }
  }

  public mutating func interface(
    linkType: UInt16 = 1, snapshotLength: UInt32 = 0, options: [(UInt16, [UInt8])] = []
  ) {
    block(1) {
      $0.add(linkType)
      $0.add(0 as UInt16)
      $0.add(snapshotLength)
      $0.options(options)
    }
  }

  public mutating func enhanced(
    _ data: [UInt8], interface: UInt32 = 0, units: UInt64 = 0, captured: UInt32? = nil,
    original: UInt32? = nil, options: [(UInt16, [UInt8])] = []
  ) {
    block(6) {
      $0.add(interface)
      $0.add(UInt32(units >> 32))
      $0.add(UInt32(units & 0xffff_ffff))
      $0.add(captured ?? UInt32(data.count))
      $0.add(original ?? UInt32(data.count))
      $0.bytes += data
      while $0.bytes.count % 4 != 0 { $0.bytes.append(0) }
      $0.options(options)
    }
  }

  /// A simple packet, which has no time.
  public mutating func simple(_ data: [UInt8]) {
    block(3) {
      $0.add(UInt32(data.count))
      $0.bytes += data
    }
  }

  public mutating func statistics(
    interface: UInt32, _ counters: [(UInt16, UInt64)], units: UInt64 = 0
  ) {
    block(5) {
      $0.add(interface)
      $0.add(UInt32(units >> 32))
      $0.add(UInt32(units & 0xffff_ffff))
      for (code, count) in counters {
        $0.add(code)
        $0.add(8 as UInt16)
        $0.add(count)
      }
    }
  }

  public mutating func options(_ options: [(UInt16, [UInt8])]) {
    guard !options.isEmpty else { return }
    for (code, value) in options {
      add(code)
      add(UInt16(value.count))
      bytes += value
      while bytes.count % 4 != 0 { bytes.append(0) }
    }
    add(0 as UInt32)
  }

  /// A number's bytes in this file's order.
  public func number(_ value: some FixedWidthInteger) -> [UInt8] {
    var inner = FileBuilder(order)
    inner.add(value)
    return inner.bytes
  }
}
