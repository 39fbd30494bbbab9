import Wire

/// Bytes of packets → headers.
struct FrameStage {
  /// Of each packet; those that are not TCP say nothing.
  private(set) var frames: [DecodedFrame] = []

  init(_ packets: LoadedPackets) {
    var frames: [DecodedFrame] = []
    packets.visit { packet, bytes in
      var frame = DecodedFrame()
      _ = FrameDecoder.decode(bytes, linkType: packet.linkType, into: &frame)
      frames.append(frame)
    }
    self.frames = frames
  }

  /// Decodes all frames and keeps none.
  ///
  /// - Returns: how many are TCP.
  func decodeAgain(_ packets: LoadedPackets) -> Int {
    var segments = 0
    packets.visit { packet, bytes in
      var frame = DecodedFrame()
      if case .segment = FrameDecoder.decode(bytes, linkType: packet.linkType, into: &frame) {
        segments += 1
      }
    }
    return segments
  }
}
