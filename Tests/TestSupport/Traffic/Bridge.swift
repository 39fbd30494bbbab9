import Glibc

/// Carries frames between two devices, late, twice or not at all.
public struct Bridge: ~Copyable {
  private struct Frame {
    var due: Int64
    var exit: Int32
    var bytes: [UInt8]
  }

  /// The side on which frames are inside a VLAN, and which; elsewhere they are not.
  public var vlan: (side: TrafficScenario.Side, identifier: UInt16)?
  private var rules: BridgeRules
  private let client: Int32
  private let server: Int32
  /// Frames under way by time of departure, earliest first; equal times keep their order.
  private var underWay: [Frame] = []
  private var numbers: [TrafficScenario.Side: Int] = [:]

  /// Opens both devices, which the process must be able to see.
  public init(rules: BridgeRules, devices: (client: String, server: String)) throws(TrafficError) {
    let client = try packetSocket(on: devices.client)
    let server = try packetSocket(on: devices.server)
    self.rules = rules
    self.client = client
    self.server = server
  }

  deinit {
    close(client)
    close(server)
  }

  /// Carries frames for so long.
  public mutating func run(seconds: Int) {
    let deadline = now() + Int64(seconds) * 1_000_000_000
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while now() < deadline {
      let wake = min(underWay.first?.due ?? deadline, deadline)
      var waiting = [
        pollfd(fd: client, events: Int16(POLLIN), revents: 0),
        pollfd(fd: server, events: Int16(POLLIN), revents: 0),
      ]
      let wait = (max(0, wake - now()) + 999_999) / 1_000_000
      _ = unsafe poll(&waiting, 2, Int32(clamping: wait))
      for (side, entry, exit) in [
        (TrafficScenario.Side.client, client, server), (.server, server, client),
      ] {
        while true {
          let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe recv(entry, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
          }
          guard count > 0 else { break }
          take(tagged(Array(buffer[..<count]), from: side), from: side, exit: exit)
        }
      }
      let time = now()
      while let frame = underWay.first, frame.due <= time {
        _ = unsafe frame.bytes.withUnsafeBytes {
          unsafe send(frame.exit, $0.baseAddress, $0.count, 0)
        }
        underWay.removeFirst()
      }
    }
  }

  /// A frame as it is on the other side. The kernel may have taken its tag off already.
  private func tagged(_ frame: [UInt8], from side: TrafficScenario.Side) -> [UInt8] {
    guard let vlan, frame.count > 16 else { return frame }
    var frame = frame
    if side == vlan.side {
      if frame[12] == 0x81, frame[13] == 0 { frame.removeSubrange(12..<16) }
    } else {
      let identifier = vlan.identifier
      frame.insert(
        contentsOf: [0x81, 0, UInt8(identifier >> 8), UInt8(identifier & 0xff)], at: 12)
    }
    return frame
  }

  private mutating func take(_ bytes: [UInt8], from side: TrafficScenario.Side, exit: Int32) {
    var place: BridgeRules.Place?
    if Self.hasTCPPayload(bytes) {
      numbers[side, default: 0] += 1
      place = BridgeRules.Place(side: side, number: numbers[side, default: 0])
    }
    for milliseconds in rules.departures(of: place) {
      let due = now() + Int64(milliseconds) * 1_000_000
      let index = underWay.firstIndex { $0.due > due } ?? underWay.count
      underWay.insert(Frame(due: due, exit: exit, bytes: bytes), at: index)
    }
  }

  private static func hasTCPPayload(_ frame: [UInt8]) -> Bool {
    func word(_ offset: Int) -> Int {
      frame.count > offset + 1 ? Int(frame[offset]) << 8 | Int(frame[offset + 1]) : 0
    }
    let isIPv6 = word(12) == 0x86dd
    guard isIPv6 || word(12) == 0x0800, frame.count >= 54 else { return false }
    let headers = isIPv6 ? 40 : Int(frame[14] & 15) * 4
    let end = 14 + (isIPv6 ? 40 + word(18) : word(16))
    guard frame[isIPv6 ? 20 : 23] == 6, frame.count > 14 + headers + 12 else { return false }
    return end > 14 + headers + Int(frame[14 + headers + 12] >> 4) * 4
  }

  private func now() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
