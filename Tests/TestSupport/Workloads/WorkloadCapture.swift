import Savefile
import Wire

/// The capture of a workload, and how much of what it holds.
public struct WorkloadCapture: Sendable {
  /// A pcap file with nanoseconds.
  public private(set) var pcap: [UInt8] = []
  public private(set) var packets = 0
  /// Requests; each is answered.
  public let requests: Int
  /// Answers that say ERROR.
  public let errors: Int
  public let notifications: Int

  init(_ talks: [WorkloadTalk]) {
    requests = talks.reduce(0) { $0 + $1.requests }
    errors = talks.reduce(0) { $0 + $1.errors }
    notifications = talks.reduce(0) { $0 + $1.notifications }
    var order: [(time: Int64, talk: Int32, segment: Int32)] = []
    for (index, talk) in talks.enumerated() {
      for (number, segment) in talk.conversation.segments.enumerated() where segment.isCaptured {
        order.append((segment.time, Int32(index), Int32(number)))
      }
    }
    order.sort { ($0.time, $0.talk, $0.segment) < ($1.time, $1.talk, $1.segment) }
    SavefileEncoder.appendPcapHeader(linkType: .ethernet, to: &pcap)
    for place in order {
      let conversation = talks[Int(place.talk)].conversation
      for frame in conversation.frames(of: conversation.segments[Int(place.segment)]) {
        unsafe SavefileEncoder.appendPcapRecord(
          frame.bytes.span.bytes, time: CaptureTime(nanoseconds: place.time),
          originalLength: UInt32(frame.bytes.count), to: &pcap)
        packets += 1
      }
    }
  }
}
