import TestSupport
import Testing
import Wire

@Suite struct FrameDecoderTests {
  /// Decodes after a frame that left its traces in every field.
  static func decode(
    _ bytes: [UInt8], linkType: LinkType = .ethernet
  ) -> (outcome: DecodeOutcome, frame: DecodedFrame) {
    var frame = DecodedFrame()
    var dirty = PacketBuilder(
      from: .testServer6, to: .testClient6, flags: [.syn, .acknowledgment], payload: [1, 2, 3])
    dirty.vlans = [77, 78]
    dirty.options = [3, 3, 7, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2]
    _ = FrameDecoder.decode(dirty.frame().raw, linkType: .ethernet, into: &frame)
    frame.tunnel = Tunnel(kind: .vxlan, identifier: 3, path: 4)
    let outcome = FrameDecoder.decode(bytes.raw, linkType: linkType, into: &frame)
    return (outcome, frame)
  }

  static func reason(_ bytes: [UInt8], linkType: LinkType = .ethernet) -> StopReason? {
    guard case .stopped(let reason) = decode(bytes, linkType: linkType).outcome else { return nil }
    return reason
  }

  @Test(arguments: Stack.all)
  func everyStackIsDecoded(_ stack: Stack) {
    let (outcome, frame) = Self.decode(stack.bytes, linkType: stack.linkType)
    guard case .segment = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(frame.source == (stack.isIPv6 ? Endpoint.testClient6 : .testClient).address)
    #expect(frame.destination == (stack.isIPv6 ? Endpoint.testServer6 : .testServer).address)
    #expect(frame.sourcePort == 50_000)
    #expect(frame.destinationPort == 4080)
    #expect((0..<frame.vlans.count).map { frame.vlans[$0] } == stack.vlans)
    #expect(frame.tunnel.kind == stack.kind)
    #expect(frame.tunnel.identifier == stack.identifier)
    #expect((frame.tunnel.path == 0) == (stack.kind == .none))
    #expect(frame.sequenceNumber == 0x1234_5678)
    #expect(frame.acknowledgmentNumber == 0x9abc_def0)
    #expect(frame.flags == [.acknowledgment, .push])
    #expect(frame.window == 65_535)
    #expect(frame.windowScale == nil)
    #expect(!frame.hasSelectiveAcknowledgment)
    #expect(frame.internetOffset == stack.internetOffset)
    #expect(frame.transportOffset == stack.internetOffset + stack.internetLength)
    #expect(frame.payloadOffset == frame.transportOffset + 20)
    #expect(frame.payloadLength == Stack.payload.count)
    #expect(frame.wirePayloadLength == Stack.payload.count)
    let end = frame.payloadOffset + frame.payloadLength
    #expect(Array(stack.bytes[frame.payloadOffset..<end]) == Stack.payload)
  }

  /// With the snapshot length cut anywhere before the TCP options end the packet is stopped;
  /// behind that it is a segment whose length on the wire is still known.
  @Test(arguments: Stack.all)
  func everyStackCutAnywhere(_ stack: Stack) {
    let transport = stack.internetOffset + stack.internetLength
    let knowsLength = !stack.name.contains("offloaded")
    for length in 0..<stack.bytes.count {
      let (outcome, frame) = Self.decode(
        Array(stack.bytes[..<length]), linkType: stack.linkType)
      switch outcome {
      case .stopped:
        #expect(length < transport + 20, "cut at \(length)")
      case .segment:
        #expect(length >= transport + 20, "cut at \(length)")
        let captured = min(length - transport - 20, Stack.payload.count)
        #expect(frame.payloadLength == captured, "cut at \(length)")
        let onWire = knowsLength ? Stack.payload.count : captured
        #expect(frame.wirePayloadLength == onWire, "cut at \(length)")
      case .fragment:
        Issue.record("cut at \(length): a fragment")
      }
    }
  }

  /// Whatever the bytes are, offsets stay inside them.
  @Test func mutatedStacksNeverTrap() {
    var random = SeededRandom(seed: 0x5eed_0001)
    print("seed 0x5eed0001")
    var outcomes: Set<String> = []
    for round in 0..<40_000 {
      let stack = Stack.all[round % Stack.all.count]
      var bytes = stack.bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = Bool.random(using: &random) ? .random(in: 0...255, using: &random) : 0xff
      }
      if Bool.random(using: &random) {
        bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
      }
      outcomes.insert(Self.checkBounds(of: bytes, linkType: stack.linkType, round))
    }
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      let linkType = Stack.all.randomElement(using: &random)?.linkType ?? .ethernet
      outcomes.insert(Self.checkBounds(of: bytes, linkType: linkType, -1))
    }
    #expect(outcomes.count > 15)
  }

  private static func checkBounds(of bytes: [UInt8], linkType: LinkType, _ round: Int) -> String {
    let (outcome, frame) = decode(bytes, linkType: linkType)
    switch outcome {
    case .stopped(let reason):
      return reason.name
    case .segment:
      #expect(frame.internetOffset >= 0 && frame.transportOffset > frame.internetOffset)
      #expect(frame.payloadOffset >= frame.transportOffset + 20, "round \(round)")
      #expect(frame.payloadLength >= 0 && frame.wirePayloadLength >= frame.payloadLength)
      #expect(frame.payloadOffset + frame.payloadLength <= bytes.count, "round \(round)")
      _ = PacketFingerprint.fingerprint(of: bytes.raw, frame: frame, seed: 1)
      return "segment"
    case .fragment(let fragment):
      #expect(fragment.payloadLength >= 0 && fragment.payloadOffset >= 0, "round \(round)")
      #expect(fragment.payloadOffset + fragment.payloadLength <= bytes.count, "round \(round)")
      #expect(fragment.wirePayloadLength >= fragment.payloadLength, "round \(round)")
      return "fragment"
    }
  }

  @Test func stopReasonsHaveDistinctNames() {
    let names = StopReason.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy { "abcdefghijklmnopqrstuvwxyz-".contains($0) } })
  }
}
