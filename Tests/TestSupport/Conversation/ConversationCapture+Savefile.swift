import Savefile
import Wire

extension ConversationCapture {
  /// The capture as a pcap file with nanoseconds.
  public func pcap() -> [UInt8] {
    var file: [UInt8] = []
    SavefileEncoder.appendPcapHeader(linkType: LinkType(rawValue: 1), to: &file)
    for packet in packets {
      unsafe SavefileEncoder.appendPcapRecord(
        packet.bytes.span.bytes, time: CaptureTime(nanoseconds: packet.time),
        originalLength: UInt32(clamping: packet.originalLength), to: &file)
    }
    return file
  }
}
