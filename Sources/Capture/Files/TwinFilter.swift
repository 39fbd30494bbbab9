public import Wire

/// Recognises packets that two inputs show: identical from the IP header on but for what routers
/// change, in the same VLANs and tunnel, at most 100 ms apart.
///
/// A packet that one input shows several times stays as many packets, as often as the input that shows
/// it most often. Packets that are not TCP count as identical when all their bytes are.
///
/// Memory: what was seen within the window is in two tables, which take turns, of at most 2^18
/// entries each; among more packets than that in 100 ms some twins are overlooked.
public final class TwinFilter {
  /// How far apart twins may be, nanoseconds.
  public static let window: Int64 = 100_000_000
  private static let mostEntries = 1 << 18
  /// How often a packet may come in one input before further ones are taken for new.
  private static let mostCopies: UInt64 = 16

  private var recent: [UInt64: CaptureTime] = [:]
  private var older: [UInt64: CaptureTime] = [:]
  private var begin = CaptureTime.distantPast
  private var frame = DecodedFrame()
  private let seed = UInt64.random(in: .min ... .max)

  /// A filter that has seen nothing.
  public init() {}

  /// Notes a packet; tells whether another input showed it before.
  public func isTwin(_ packet: Packet, bytes: RawSpan) -> Bool {
    let age = packet.time.nanoseconds(since: begin)
    if age > Self.window || age < -Self.window || recent.count >= Self.mostEntries {
      swap(&recent, &older)
      recent.removeAll(keepingCapacity: true)
      begin = packet.time
    }
    let key = key(of: packet, bytes: bytes)
    // The first copy of this input is the twin of the first copy of another one, and so on.
    for copy in 0..<Self.mostCopies {
      let own = mix(key, UInt64(packet.input) << 8 | copy | 1 << 32)
      if isKnown(own, at: packet.time) { continue }
      recent[own] = packet.time
      let any = mix(key, copy)
      if isKnown(any, at: packet.time) { return true }
      recent[any] = packet.time
      return false
    }
    return false
  }

  private func key(of packet: Packet, bytes: RawSpan) -> UInt64 {
    guard case .segment = FrameDecoder.decode(bytes, linkType: packet.linkType, into: &frame) else {
      return PacketFingerprint.fingerprint(of: bytes, seed: mix(seed, packet.linkType.rawValue))
    }
    let path = mix(mix(seed, frame.vlans.rawValue), frame.tunnel.path)
    return PacketFingerprint.fingerprint(of: bytes, frame: frame, seed: path)
  }

  private func isKnown(_ key: UInt64, at time: CaptureTime) -> Bool {
    guard let seen = recent[key] ?? older[key] else { return false }
    let age = time.nanoseconds(since: seen)
    return age <= Self.window && age >= -Self.window
  }

  private func mix(_ a: UInt64, _ b: some UnsignedInteger) -> UInt64 {
    let product = (a ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(
      by: UInt64(truncatingIfNeeded: b) ^ 0xd6e8_feb8_6659_fd93)
    return product.high ^ product.low
  }
}
