import Storage
import Wire

/// A datagram of which not all fragments came yet, or that was completed a moment ago.
struct PendingDatagram: BitwiseCopyable {
  static let none = UInt32.max

  let key: FragmentKey
  let hash: UInt32
  /// When its first fragment came, or when it was completed.
  var time: Int64
  var buffer = IntervalBuffer()
  /// How long its payload is, once the last fragment came.
  var length = UInt64.max
  /// The end of the furthest byte seen.
  var furthest: UInt64 = 0
  var fragments: UInt32 = 0
  /// The one of the fragment with offset 0 counts.
  var `protocol`: UInt8
  var isComplete = false
  /// Neighbours in order of time.
  var older = PendingDatagram.none
  var newer = PendingDatagram.none

  init(key: FragmentKey, hash: UInt32, time: Int64) {
    self.key = key
    self.hash = hash
    self.time = time
    `protocol` = key.protocol
  }
}

/// What the fragments of a datagram have in common.
struct FragmentKey: BitwiseCopyable, Equatable {
  let source: IPAddress
  let destination: IPAddress
  let identification: UInt32
  /// 0 for IPv6, where it may differ between fragments (RFC 8200 section 4.5).
  let `protocol`: UInt8
  let vlans: VLANTags
  let tunnel: Tunnel

  init(_ fragment: IPFragment, _ frame: DecodedFrame) {
    source = fragment.source
    destination = fragment.destination
    identification = fragment.identification
    `protocol` = fragment.source.isIPv6 ? 0 : fragment.protocol
    vlans = frame.vlans
    tunnel = frame.tunnel
  }

  func hash(seed: UInt64) -> UInt32 {
    var hasher = SeededHash(seed: seed)
    hasher.combine(source.high)
    hasher.combine(source.low)
    hasher.combine(destination.high)
    hasher.combine(destination.low)
    hasher.combine(UInt64(identification) << 9 | UInt64(`protocol`) << 1 | (source.isIPv6 ? 1 : 0))
    hasher.combine(vlans.rawValue)
    hasher.combine(tunnel.path)
    return UInt32(truncatingIfNeeded: hasher.value)
  }
}
