import TestSupport
import Testing
import Wire

@Suite struct PacketFingerprintTests {
  private func fingerprint(
    _ bytes: [UInt8], linkType: LinkType = .ethernet, seed: UInt64 = 1
  ) -> UInt64 {
    let frame = FrameDecoderTests.decode(bytes, linkType: linkType).frame
    return PacketFingerprint.fingerprint(of: bytes.raw, frame: frame, seed: seed)
  }

  /// Changing any byte changes the fingerprint, except those that a router or a card may change.
  @Test(arguments: [false, true])
  func everyByteCountsButThoseThatMayChange(isIPv6: Bool) {
    let packet = Stack.packet(isIPv6: isIPv6)
    let bytes = packet.datagram()
    let transport = isIPv6 ? 40 : 20
    let left = isIPv6 ? [7, transport + 16, transport + 17] : [8, 10, 11, 36, 37]
    let linkType: LinkType = .raw
    let frame = FrameDecoderTests.decode(bytes, linkType: linkType).frame
    let original = PacketFingerprint.fingerprint(of: bytes.raw, frame: frame, seed: 9)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x10
      let other = PacketFingerprint.fingerprint(of: changed.raw, frame: frame, seed: 9)
      #expect((other == original) == left.contains(index), "byte \(index)")
    }
  }

  @Test func linkLayerAndPaddingDoNotCount() {
    var packet = PacketBuilder(payload: [1, 2])
    let plain = fingerprint(packet.frame())
    packet.vlans = [4]
    #expect(fingerprint(packet.frame()) == plain)
    #expect(fingerprint(packet.datagram(), linkType: .raw) == plain)
    #expect(fingerprint(PacketBuilder.linuxSLL2(packet.datagram()), linkType: .linuxSLL2) == plain)
    packet.timeToLive = 3
    #expect(fingerprint(packet.frame()) == plain)
    packet.vlans = []
    var padded = packet.frame()
    padded[padded.count - 1] = 0xee
    #expect(fingerprint(padded) == plain)
    #expect(fingerprint(packet.frame(), seed: 2) != plain)
    packet.identification = 7
    #expect(fingerprint(packet.frame()) != plain)
  }

  /// Payloads of all lengths around the hash's word size, each zero or not, are all different.
  @Test func lengthsCount() {
    var seen: Set<UInt64> = []
    for length in 0..<70 {
      seen.insert(fingerprint(PacketBuilder(payload: [UInt8](repeating: 0, count: length)).frame()))
      seen.insert(
        fingerprint(PacketBuilder(payload: [UInt8](repeating: 0, count: length) + [1]).frame()))
    }
    #expect(seen.count == 140)
  }

  @Test func frameOfOtherBytesDoesNotTrap() {
    let frame = FrameDecoderTests.decode(Stack.packet().frame()).frame
    let short: [UInt8] = [1, 2, 3]
    _ = PacketFingerprint.fingerprint(of: short.raw, frame: frame, seed: 0)
    _ = PacketFingerprint.fingerprint(of: short.raw, frame: DecodedFrame(), seed: 0)
  }
}
