import Foundation
import Glibc

/// A network namespace of its own, with nothing in it but a loopback device.
final class LiveNamespace {
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

/// A program that runs in a namespace, its lines of output kept with the time when they came.
final class LiveProgram {
  let lines = LiveLog<String>()
  private let process = Process()
  private let errors = Pipe()
  private let reader: LiveThread

  init(_ arguments: [String], in namespace: LiveNamespace) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["ip", "netns", "exec", namespace.name] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = errors
    // Threads of the test runner block signals, and a child would inherit that.
    var none = sigset_t()
    var former = sigset_t()
    _ = unsafe sigemptyset(&none)
    _ = unsafe pthread_sigmask(SIG_SETMASK, &none, &former)
    defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &former, nil) }
    try process.run()
    let descriptor = output.fileHandleForReading.fileDescriptor
    let lines = lines
    reader = LiveThread {
      var pending: [UInt8] = []
      var block = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = unsafe block.withUnsafeMutableBytes {
          unsafe read(descriptor, $0.baseAddress, $0.count)
        }
        guard count > 0 else { break }
        pending += block[..<count]
        while let end = pending.firstIndex(of: 10) {
          lines.append(String(decoding: pending[..<end], as: UTF8.self))
          pending.removeFirst(end + 1)
        }
      }
      withExtendedLifetime(output) {}
    }
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Waits until a line came that contains a text.
  func waitForLine(containing text: String, seconds: Double) throws {
    let deadline = Date().addingTimeInterval(seconds)
    while !lines.all.contains(where: { $0.element.contains(text) }) {
      guard Date() < deadline, process.isRunning else {
        process.terminate()
        let told = String(
          decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        throw LiveError("no line with \(text): \(told)")
      }
      usleep(5_000)
    }
  }

  /// Sends SIGINT and waits for the end; the exit status.
  func interrupt(seconds: Double) throws -> Int32 {
    process.interrupt()
    return try end(seconds: seconds)
  }

  /// Waits for the end; the exit status.
  func end(seconds: Double) throws -> Int32 {
    try reader.wait(seconds: seconds)
    process.waitUntilExit()
    ProgramRun.judge(lines.all.map(\.element).joined(separator: "\n"), of: "a live capture")
    return process.terminationStatus
  }
}
