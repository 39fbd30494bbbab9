public import Records

extension StreamCounts {
  /// What Wireshark says beside packets such as those that were counted here, in its own words.
  public var wiresharkWords: [String] {
    var words: [String] = []
    func say(_ word: String, _ count: UInt64) {
      if count > 0 { words.append(word) }
    }
    // Wireshark takes a packet that the capture shows twice for one that was sent twice.
    say(
      "TCP Retransmission",
      retransmittedSegments &- spuriousRetransmissions &+ duplicatePackets)
    say("TCP Spurious Retransmission", spuriousRetransmissions)
    say("TCP Out-Of-Order", outOfOrderSegments)
    say("TCP Previous segment not captured", lostSegments)
    say("TCP ACKed unseen segment", ackedLostSegments)
    say("TCP Keep-Alive", keepAlives)
    say("TCP ZeroWindow", zeroWindows)
    say("TCP ZeroWindowProbe", zeroWindowProbes)
    say("Fragmented IP protocol", fragmentedSegments)
    say("Packet size limited during capture", ledger.missingSnaplen)
    return words
  }
}

extension ConnectionRecord {
  /// What Wireshark says beside the connection's first packet when its ports were used before.
  public static let portsReusedWord = "TCP Port numbers reused"
}
