import Savefile
import Wire

extension ConversationCapture {
  /// The capture as a pcap file with nanoseconds.
  ///
  /// - Parameter padded: false to leave out what fills Ethernet frames behind an IPv4 datagram.
  public func pcap(padded: Bool = true) -> [UInt8] {
    var file: [UInt8] = []
    SavefileEncoder.appendPcapHeader(linkType: LinkType(rawValue: 1), to: &file)
    for packet in packets {
      var bytes = packet.bytes
      var length = packet.originalLength
      if !padded, bytes.count > 17, bytes[12] == 8, bytes[13] == 0 {
        length = min(length, 14 + Int(bytes[16]) << 8 + Int(bytes[17]))
        bytes = Array(bytes.prefix(length))
      }
      unsafe SavefileEncoder.appendPcapRecord(
        bytes.span.bytes, time: CaptureTime(nanoseconds: packet.time),
        originalLength: UInt32(clamping: length), to: &file)
    }
    return file
  }
}
