internal import Glibc

/// Asks the kernel, over a routing socket, how interfaces of one network namespace are: up or not,
/// and what they lost. The socket belongs to the namespace in which it was made. No rights are needed.
final class LinkMonitor {
  /// One interface at one moment.
  struct State {
    /// Whether it is switched on.
    var isUp = false
    /// Whether it only leads back to this host.
    var isLoopback = false
    /// Packets that it received and lost since it exists: no room in its queue, or missed.
    var lost: UInt64 = 0
  }

  /// What an answer says.
  enum Answer {
    case state(State)
    /// There is no such interface (any more).
    case gone
    /// The kernel does not say.
    case unknown
  }

  private let descriptor: Int32
  private var sequence: UInt32 = 0
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// nil where there is no such socket.
  init?() {
    descriptor = socket(
      AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
  }

  deinit {
    close(descriptor)
  }

  /// How the interface with an index is.
  func state(of index: UInt32) -> Answer {
    guard ask(index: index, all: false) else { return .unknown }
    var answer = Answer.unknown
    receive { kind, body in
      switch kind {
      case Self.newLink: answer = .state(Self.state(in: body).state)
      // A negative error number: ENODEV.
      case Self.error:
        if body.count >= 4, Self.word(body, 0) == UInt32(bitPattern: -19) { answer = .gone }
      default: break
      }
      return false
    }
    return answer
  }

  /// What all interfaces lost together.
  func lostByAll() -> UInt64? {
    guard ask(index: 0, all: true) else { return nil }
    var lost: UInt64?
    receive { kind, body in
      guard kind == Self.newLink else { return false }
      lost = (lost ?? 0) &+ Self.state(in: body).state.lost
      return true
    }
    return lost
  }

  // RTM_NEWLINK, RTM_GETLINK, NLMSG_ERROR.
  private static let newLink: UInt16 = 16
  private static let getLink: UInt16 = 18
  private static let error: UInt16 = 2

  /// Sends struct nlmsghdr (length, type, flags, sequence, sender) and struct ifinfomsg (family, kind,
  /// index, flags, mask).
  private func ask(index: UInt32, all: Bool) -> Bool {
    sequence &+= 1
    var request: [UInt8] = []
    func put(_ value: some FixedWidthInteger) {
      unsafe withUnsafeBytes(of: value) { unsafe request.append(contentsOf: $0) }
    }
    put(32 as UInt32)
    put(Self.getLink)
    // NLM_F_REQUEST, and NLM_F_DUMP for all.
    put((all ? 0x301 : 1) as UInt16)
    put(sequence)
    put(0 as UInt32)
    put(0 as UInt32)
    put(index)
    put(0 as UInt64)
    return unsafe request.withUnsafeBytes {
      unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
    } == request.count
  }

  /// Hands the messages of the answer to `body` while it returns true, and there are more.
  private func receive(_ body: (UInt16, ArraySlice<UInt8>) -> Bool) {
    while true {
      // The kernel answers while it is asked, so there is nothing to wait for.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
      }
      guard count > 0 else { return }
      var place = 0
      while place + 16 <= count {
        let length = Int(Self.word(buffer[place...], 0))
        guard length >= 16, place + length <= count else { return }
        let kind = UInt16(truncatingIfNeeded: Self.word(buffer[place...], 4))
        let sender = Self.word(buffer[place...], 8)
        // An answer to an earlier question, left over.
        if sender == sequence {
          guard body(kind, buffer[(place + 16)..<(place + length)]) else { return }
        }
        place += (length + 3) & ~3
      }
    }
  }

  /// Reads struct ifinfomsg and, among the attributes behind it, IFLA_STATS64.
  private static func state(in body: ArraySlice<UInt8>) -> (index: UInt32, state: State) {
    var state = State()
    guard body.count >= 16 else { return (0, state) }
    let flags = word(body, 8)
    state.isUp = flags & 1 != 0
    state.isLoopback = flags & 8 != 0
    var place = 16
    while place + 4 <= body.count {
      let head = word(body, place)
      let length = Int(head & 0xffff)
      guard length >= 4, place + length <= body.count else { break }
      // rx_fifo_errors and rx_missed_errors, the 15th and 16th counter: what tcpdump counts, too.
      if head >> 16 & 0x3fff == 23, length >= 4 + 16 * 8 {
        for counter in [14, 15] {
          let low = word(body, place + 4 + counter * 8)
          let high = word(body, place + 8 + counter * 8)
          state.lost &+= UInt64(high) << 32 | UInt64(low)
        }
      }
      place += (length + 3) & ~3
    }
    return (word(body, 4), state)
  }

  /// A word of the host's byte order.
  private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
    let start = bytes.startIndex + offset
    guard start + 4 <= bytes.endIndex else { return 0 }
    return unsafe bytes[start..<start + 4].withUnsafeBytes {
      unsafe $0.loadUnaligned(as: UInt32.self)
    }
  }
}
