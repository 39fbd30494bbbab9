import Glibc

/// What went wrong with a socket.
public struct TrafficError: Error, CustomStringConvertible {
  public var description: String

  public init(_ description: String) {
    self.description = description
  }

  /// With the system's own words for the last error.
  static func system(_ call: String) -> TrafficError {
    TrafficError("\(call): error \(errno)")
  }
}

/// A TCP socket of the kernel that never blocks.
struct TrafficSocket: ~Copyable {
  private let descriptor: Int32
  /// The client's port, once connected.
  private(set) var clientPort: UInt16 = 0

  private init(adopting descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    _ = Glibc.close(descriptor)
  }

  /// Opens a socket for an IPv4 address, or for an IPv6 one (with a colon in it).
  private static func open(for address: String) throws(TrafficError) -> TrafficSocket {
    let family = address.contains(":") ? AF_INET6 : AF_INET
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { throw .system("socket") }
    let opened = TrafficSocket(adopting: descriptor)
    opened.set(SOL_SOCKET, SO_REUSEADDR, 1)
    return opened
  }

  /// Opens a socket that listens.
  static func listening(
    on address: String, port: UInt16, receiveBuffer: Int?
  ) throws(TrafficError) -> TrafficSocket {
    let opened = try open(for: address)
    if let receiveBuffer { opened.set(SOL_SOCKET, SO_RCVBUF, Int32(receiveBuffer)) }
    guard unsafe withAddress(address, port, { unsafe bind(opened.descriptor, $0, $1) }) == 0 else {
      throw .system("bind to \(address)")
    }
    guard listen(opened.descriptor, 16) == 0 else { throw .system("listen") }
    return opened
  }

  /// Connects, for at most two seconds and again while the server does not listen yet.
  static func connected(
    to address: String, port: UInt16, localPort: UInt16?, receiveBuffer: Int?
  ) throws(TrafficError) -> TrafficSocket {
    for _ in 0..<40 {
      var opened = try open(for: address)
      if let receiveBuffer { opened.set(SOL_SOCKET, SO_RCVBUF, Int32(receiveBuffer)) }
      if let localPort {
        let any = address.contains(":") ? "::" : "0.0.0.0"
        guard unsafe withAddress(any, localPort, { unsafe bind(opened.descriptor, $0, $1) }) == 0
        else {
          throw .system("bind to port \(localPort)")
        }
      }
      var state = unsafe withAddress(address, port) { unsafe connect(opened.descriptor, $0, $1) }
      if state != 0, errno == EINPROGRESS {
        opened.wait(toRead: false, toWrite: true, milliseconds: 2000)
        state = opened.pendingError() == 0 ? 0 : -1
      }
      if state == 0 {
        opened.finishConnecting(isClient: true)
        return opened
      }
      usleep(50_000)
    }
    throw .system("connect to \(address)")
  }

  /// The next connection of a listening socket; nil when none came in time.
  func accepted(milliseconds: Int) -> TrafficSocket? {
    guard wait(toRead: true, toWrite: false, milliseconds: milliseconds).canRead else { return nil }
    let descriptor = accept(descriptor, nil, nil)
    guard descriptor >= 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { return nil }
    var accepted = TrafficSocket(adopting: descriptor)
    accepted.finishConnecting(isClient: false)
    return accepted
  }

  private mutating func finishConnecting(isClient: Bool) {
    set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    // Both families have the port in the third and fourth byte.
    var storage = [UInt8](repeating: 0, count: 28)
    let descriptor = descriptor
    _ = unsafe storage.withUnsafeMutableBytes { bytes in
      var length = socklen_t(bytes.count)
      guard let name = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return Int32(-1)
      }
      return isClient
        ? unsafe getsockname(descriptor, name, &length)
        : unsafe getpeername(descriptor, name, &length)
    }
    clientPort = UInt16(storage[2]) << 8 | UInt16(storage[3])
  }

  /// Waits until the socket can be read or written.
  @discardableResult
  func wait(
    toRead: Bool, toWrite: Bool, milliseconds: Int
  ) -> (canRead: Bool, hasFailed: Bool) {
    var request = pollfd(
      fd: descriptor, events: Int16((toRead ? POLLIN : 0) | (toWrite ? POLLOUT : 0)), revents: 0)
    _ = unsafe poll(&request, 1, Int32(clamping: milliseconds))
    let events = Int32(request.revents)
    return (events & POLLIN != 0, events & (POLLERR | POLLHUP | POLLNVAL) != 0)
  }

  /// Writes what it can; nil when the connection is broken.
  func write(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = unsafe bytes.withUnsafeBytes {
      unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    if count < 0 { return errno == EAGAIN || errno == EINTR ? 0 : nil }
    return count
  }

  /// What one read gives.
  enum Reading {
    case bytes([UInt8])
    case nothing, end, broken
  }

  func read() -> Reading {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
    }
    if count < 0 { return errno == EAGAIN || errno == EINTR ? .nothing : .broken }
    return count == 0 ? .end : .bytes(Array(bytes[..<count]))
  }

  /// Ends the stream towards the peer.
  func halfClose() {
    _ = shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Makes the coming close a reset.
  func prepareReset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
  }

  private func pendingError() -> Int32 {
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
    return error
  }

  private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    _ = unsafe setsockopt(
      descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func withAddress(
    _ address: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    if address.contains(":") {
      var name = sockaddr_in6()
      name.sin6_family = sa_family_t(AF_INET6)
      name.sin6_port = port.bigEndian
      _ = unsafe inet_pton(AF_INET6, address, &name.sin6_addr)
      return unsafe withUnsafePointer(to: &name) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    _ = unsafe inet_pton(AF_INET, address, &name.sin_addr)
    return unsafe withUnsafePointer(to: &name) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
