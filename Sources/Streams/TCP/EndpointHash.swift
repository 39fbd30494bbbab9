import Storage
import Wire

/// What connections are looked up by: a seeded hash of a pair of endpoints with their surroundings,
/// the same in both directions, so that whoever controls the network cannot choose its collisions.
struct EndpointHash: Sendable {
  private let seed: UInt64
  /// For a second factor.
  private let otherSeed: UInt64

  init(seed: UInt64) {
    self.seed = seed
    var hasher = SeededHash(seed: seed)
    hasher.combine(0)
    otherSeed = hasher.value
  }

  /// What a segment's endpoints and surroundings hash to.
  func callAsFunction(_ frame: DecodedFrame) -> UInt64 {
    if let (lower, upper) = ConnectionKey.plainEndpoints(of: frame) { return self(lower, upper) }
    let sum =
      endpoint(frame.source, frame.sourcePort)
      &+ endpoint(frame.destination, frame.destinationPort)
    if frame.vlans.rawValue == 0, frame.tunnel.kind == .none { return Self.spread(sum) }
    var hasher = SeededHash(seed: seed)
    hasher.combine(sum)
    hasher.combine(frame.vlans.rawValue)
    hasher.combine(frame.tunnel.path)
    return hasher.value
  }

  /// What a pair of IPv4 endpoints without surroundings hashes to.
  @inline(__always)
  func callAsFunction(_ lower: UInt64, _ upper: UInt64) -> UInt64 {
    Self.spread(fold(lower ^ seed, upper ^ otherSeed))
  }

  private func endpoint(_ address: IPAddress, _ port: UInt16) -> UInt64 {
    fold(
      address.low ^ UInt64(port) &<< 48 ^ seed,
      (address.high ^ 0xa076_1d64_78bd_642f) &+ seed.byteSwapped)
  }

  /// Clients have addresses and ports in a row: those crowd after one product.
  @inline(__always)
  private static func spread(_ hash: UInt64) -> UInt64 { fold(hash, 0xe703_7ed1_a0b4_28db) }
}
