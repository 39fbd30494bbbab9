internal import Glibc
public import Wire

/// When and how bytes arrived.
public struct Arrival: BitwiseCopyable, Sendable {
  /// The capture time of the packet that carried them first.
  public var time: Int64
  /// Its number, and its input in the highest 16 bits.
  public var frame: UInt64
  /// How far the stream was acknowledged then, in the low half, and the other direction's stream in
  /// the high half: the low 32 bits of their offsets.
  public var acknowledged: UInt64

  /// The arrival of bytes with a packet.
  @inlinable
  public init(time: Int64, frame: UInt64, acknowledged: UInt64) {
    self.time = time
    self.frame = frame
    self.acknowledged = acknowledged
  }

  /// The offset not after `reference` whose low 32 bits are these.
  @inlinable
  public static func offset(lowBits: UInt32, before reference: UInt64) -> UInt64 {
    let distance = UInt64(UInt32(truncatingIfNeeded: reference) &- lowBits)
    // What lies "before" by more than half the range was acknowledged beyond the reference.
    return distance > UInt64(UInt32.max / 2) || distance > reference
      ? reference : reference - distance
  }

  /// A packet number with its input.
  @inlinable
  public static func frame(of packet: Packet) -> UInt64 {
    packet.number & 0xffff_ffff_ffff | UInt64(packet.input) << 48
  }
}

/// Bytes that waited behind a hole, taken out of their buffer.
@safe public struct WaitingBytes: ~Copyable {
  /// Their offset in the stream.
  public let start: UInt64
  /// How many of them were captured.
  public let count: Int
  /// When and how they arrived.
  public let arrival: Arrival
  /// How often packet time was set back when they came, the low bits.
  public let clockEpoch: UInt8
  /// Bytes that the snapshot length cut off behind them.
  public let snapped: UInt32
  /// From `malloc`.
  private let base: UnsafeMutableRawPointer

  @unsafe
  init(
    start: UInt64, count: Int, arrival: Arrival, clockEpoch: UInt8, snapped: UInt32,
    base: UnsafeMutableRawPointer
  ) {
    self.start = start
    self.count = count
    self.arrival = arrival
    self.clockEpoch = clockEpoch
    self.snapped = snapped
    unsafe self.base = base
  }

  deinit {
    unsafe free(base)
  }

  /// The bytes themselves.
  public var bytes: RawSpan {
    @_lifetime(borrow self) borrowing get {
      let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }
}
