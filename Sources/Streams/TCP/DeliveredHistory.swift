import Storage

/// The newest delivered bytes of all streams, in one ring, so that a later copy of a byte can be
/// compared with what was delivered.
///
/// Each piece is preceded by a header that links to the piece before it in the same stream; a stream
/// holds the position of its newest one. Positions grow for ever, so an overwritten piece is known
/// by its position. What is no longer in the ring cannot be compared.
@safe struct DeliveredHistory: ~Copyable {
  /// Fits the second-level cache beside the input's block.
  static let size = 1 << 18
  private static let headerSize = 24
  /// The most pieces looked at for one comparison: work per segment is bounded.
  private static let maximumSteps = 256

  private let ring: UnsafeMutableRawPointer
  /// Where the next piece goes; 0 means "no piece", so it begins later.
  private var head: UInt64 = 64

  init() {
    unsafe ring = .allocate(byteCount: Self.size, alignment: 64)
  }

  deinit {
    unsafe ring.deallocate()
  }

  /// Notes bytes that are delivered at `start`; returns the new position of the stream's newest.
  @inline(__always)
  mutating func append(_ bytes: RawSpan, at start: UInt64, after previous: UInt64) -> UInt64 {
    let count = bytes.byteCount
    let room = (Self.headerSize &+ count &+ 7) & ~7
    guard room <= Self.size / 4 else { return 0 }
    var place = Int(truncatingIfNeeded: head) & (Self.size &- 1)
    if place &+ room > Self.size {
      head &+= UInt64(truncatingIfNeeded: Self.size &- place)
      place = 0
    }
    // The piece lies within the ring.
    let piece = unsafe ring + place
    unsafe piece.storeBytes(of: previous, as: UInt64.self)
    unsafe piece.storeBytes(of: start, toByteOffset: 8, as: UInt64.self)
    unsafe piece.storeBytes(
      of: UInt64(truncatingIfNeeded: count), toByteOffset: 16, as: UInt64.self)
    unsafe bytes.withUnsafeBytes { source in
      if let first = source.baseAddress {
        unsafe (piece + Self.headerSize).copyMemory(from: first, byteCount: count)
      }
    }
    let position = head
    head &+= UInt64(truncatingIfNeeded: room)
    return position
  }

  /// Notes bytes that waited and are delivered now.
  mutating func append(waiting bytes: borrowing WaitingBytes, after previous: UInt64) -> UInt64 {
    append(bytes.bytes, at: bytes.start, after: previous)
  }

  /// Compares a later copy with what was delivered.
  ///
  /// - Returns: the offset of the first byte that differs and how many do; nil when none differs
  ///   among those that can still be compared.
  func firstDifference(
    of bytes: RawSpan, at start: UInt64, newest: UInt64
  ) -> (offset: UInt64, count: Int)? {
    let end = start + UInt64(bytes.byteCount)
    var first = UInt64.max
    var differing = 0
    var position = newest
    var steps = 0
    while position != 0, position + UInt64(Self.size) > head, steps < Self.maximumSteps {
      steps += 1
      let place = Int(position) & (Self.size - 1)
      let previous = unsafe ring.load(fromByteOffset: place, as: UInt64.self)
      let pieceStart = unsafe ring.load(fromByteOffset: place + 8, as: UInt64.self)
      let pieceEnd =
        unsafe pieceStart + ring.load(fromByteOffset: place + 16, as: UInt64.self)
      if pieceEnd <= start { break }
      let low = max(start, pieceStart)
      let high = min(end, pieceEnd)
      if low < high {
        let there = unsafe RawSpan(
          _unsafeStart: UnsafeRawPointer(
            ring + place + Self.headerSize + Int(low - pieceStart)), byteCount: Int(high - low))
        let copy = bytes.extracting(Int(low - start)..<Int(high - start))
        let found = copy.differences(from: there)
        if found.count > 0 {
          differing += found.count
          first = min(first, low + UInt64(found.first))
        }
      }
      position = previous
    }
    return differing == 0 ? nil : (first, differing)
  }
}
