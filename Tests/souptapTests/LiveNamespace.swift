import Foundation
import Glibc

/// A network namespace of its own, with nothing in it but a loopback device.
final class LiveNamespace: Sendable {
  let name = "souptap-test-\(UUID().uuidString.prefix(8).lowercased())"

  init() throws {
    try Self.ip("netns", "add", name)
    try Self.ip("-n", name, "link", "set", "lo", "up")
  }

  deinit {
    try? Self.ip("netns", "delete", name)
  }

  /// Whether this process may make namespaces here. Where tests must not be skipped, the answer is yes.
  static var isPossible: Bool {
    OracleProgram.mustNotSkip
      || getuid() == 0 && OracleProgram.has("ip") && (try? LiveNamespace()) != nil
  }

  /// Runs something in a thread that is inside the namespace.
  func run(_ body: @escaping @Sendable () throws -> Void) -> LiveThread {
    let path = "/run/netns/\(name)"
    return LiveThread {
      // The C library's module does not show setns(2).
      typealias SetNamespace = @convention(c) (Int32, Int32) -> Int32
      guard let symbol = unsafe dlsym(nil, "setns") else { throw LiveError("no setns") }
      let setNamespace = unsafe unsafeBitCast(symbol, to: SetNamespace.self)
      let descriptor = unsafe open(path, O_RDONLY)
      defer { close(descriptor) }
      guard setNamespace(descriptor, 0) == 0 else { throw LiveError("setns: error \(errno)") }
      try body()
    }
  }

  /// Runs `ip` inside the namespace.
  func ip(_ arguments: String) throws {
    let words = arguments.split(separator: " ").map(String.init)
    let run = try OracleProgram.run(["ip", "-n", name] + words)
    guard run.status == 0 else { throw LiveError("ip \(arguments): \(run.errors)") }
  }

  private static func ip(_ arguments: String...) throws {
    let run = try OracleProgram.run(["ip"] + arguments)
    guard run.status == 0 else { throw LiveError(run.errors) }
  }
}

struct LiveError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}

/// A thread that can be waited for.
final class LiveThread: @unchecked Sendable {
  private let finished = DispatchSemaphore(value: 0)
  private var failure: (any Error)?

  init(_ body: @escaping @Sendable () throws -> Void) {
    Thread.detachNewThread {
      do { try body() } catch { self.failure = error }
      self.finished.signal()
    }
  }

  /// Waits until the thread ends; throws what it threw.
  func wait(seconds: Double) throws {
    guard finished.wait(timeout: .now() + seconds) == .success else {
      throw LiveError("a thread did not end in time")
    }
    if let failure { throw failure }
  }
}

/// Things that several threads add, each with the time when it came.
final class LiveLog<Element>: @unchecked Sendable {
  private let lock = NSLock()
  private var entries: [(time: Int64, element: Element)] = []

  func append(_ element: Element) {
    let time = LiveLog<Never>.now()
    lock.withLock { entries.append((time, element)) }
  }

  var all: [(time: Int64, element: Element)] { lock.withLock { entries } }

  /// CLOCK_REALTIME in nanoseconds.
  static func now() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
