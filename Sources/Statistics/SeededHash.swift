import ControlProtocol
import Storage

/// Hashes captured bytes with a seed, so that nobody can choose bytes that collide: a 64-bit
/// multiply-fold, eight bytes a step.
func seededHash(_ bytes: RawSpan, seed: UInt64, tag: UInt8) -> UInt64 {
  let count = bytes.byteCount
  var hash = seed ^ fold(UInt64(tag) ^ 0xa076_1d64_78bd_642f, UInt64(count) ^ 0xe703_7ed1_a0b4_28db)
  var at = 0
  while at &+ 8 <= count {
    hash = fold(hash ^ 0x8ebc_6af0_9c88_c6e3, bytes.word(at: at) ^ seed)
    at &+= 8
  }
  if at < count {
    var last: UInt64 = 0
    while at < count {
      last = last << 8 | UInt64(bytes.byte(at: at))
      at &+= 1
    }
    hash = fold(hash ^ 0x5899_65cc_7537_4cc3, last ^ seed)
  }
  return fold(hash, 0x1d8e_4e27_c47d_124f)
}

/// The bytes of a run, copied.
func copied(_ bytes: RawSpan) -> [UInt8] {
  var result: [UInt8] = []
  append(bytes, to: &result)
  return result
}

/// Appends a run of bytes.
func append(_ bytes: RawSpan, to array: inout [UInt8]) {
  unsafe bytes.withUnsafeBytes { unsafe array.append(contentsOf: $0) }
}

extension RawSpan {
  /// The bytes of a text range, without any that lie beyond the end; empty when it is absent.
  @_lifetime(copy self)
  func text(_ range: TextRange) -> RawSpan {
    let start = min(range.range.lowerBound, byteCount)
    return extracting(start..<min(max(start, range.range.upperBound), byteCount))
  }
}

extension [UInt8] {
  /// The bytes of the array, borrowed.
  var rawBytes: RawSpan {
    @_lifetime(borrow self) get { unsafe span.bytes }
  }
}
