import Glibc
import TestSupport

/// Carries frames between two devices, late, twice or not at all.
struct Bridge: ~Copyable {
  private struct Frame {
    var due: Int64
    var exit: Int32
    var bytes: [UInt8]
  }

  private var rules: BridgeRules
  private let client: Int32
  private let server: Int32
  /// Frames under way by time of departure, earliest first; equal times keep their order.
  private var underWay: [Frame] = []
  private var numbers: [TrafficScenario.Side: Int] = [:]

  init(rules: BridgeRules, devices: (client: String, server: String)) throws(TrafficError) {
    let client = try Self.packetSocket(on: devices.client)
    let server = try Self.packetSocket(on: devices.server)
    self.rules = rules
    self.client = client
    self.server = server
  }

  deinit {
    close(client)
    close(server)
  }

  mutating func run(seconds: Int) {
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
          take(Array(buffer[..<count]), from: side, exit: exit)
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

  private static func packetSocket(on device: String) throws(TrafficError) -> Int32 {
    let everything = UInt16(0x0003).bigEndian
    let descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), Int32(everything))
    guard descriptor >= 0 else { throw TrafficError("no packet socket: error \(errno)") }
    // struct sockaddr_ll, which the C library's module does not show: family, protocol, index.
    var name = [UInt8](repeating: 0, count: 20)
    unsafe name.withUnsafeMutableBytes { bytes in
      unsafe bytes.storeBytes(of: UInt16(AF_PACKET), toByteOffset: 0, as: UInt16.self)
      unsafe bytes.storeBytes(of: everything, toByteOffset: 2, as: UInt16.self)
      unsafe bytes.storeBytes(of: if_nametoindex(device), toByteOffset: 4, as: UInt32.self)
    }
    let bound = unsafe name.withUnsafeBytes { bytes in
      guard let name = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return Int32(-1)
      }
      return unsafe bind(descriptor, name, 20)
    }
    guard bound == 0 else { throw TrafficError("cannot bind to \(device): error \(errno)") }
    // Else it would read what it sends. SOL_PACKET, PACKET_IGNORE_OUTGOING.
    var yes: Int32 = 1
    guard unsafe setsockopt(descriptor, 263, 23, &yes, 4) == 0 else {
      throw TrafficError("cannot ignore own frames: error \(errno)")
    }
    return descriptor
  }

  private func now() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
