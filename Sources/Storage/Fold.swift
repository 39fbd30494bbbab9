/// Mixes two words through both halves of their 128-bit product.
///
/// Once is not enough for a table's places: of words in arithmetic progression, as addresses and
/// ports of clients are, some seeds make products whose low bits crowd.
@inlinable @inline(__always)
public func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = a.multipliedFullWidth(by: b)
  return product.high ^ product.low
}
