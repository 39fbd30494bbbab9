import Foundation
import Glibc

/// A program that runs in a namespace, its lines of output and of errors kept with the time when they
/// came.
final class LiveProgram: @unchecked Sendable {
  let lines = LiveLog<String>()
  let told = LiveLog<String>()
  private let process = Process()
  private let output = Pipe()
  private let errors = Pipe()
  private var readers: [LiveThread] = []
  private var isReading = false

  /// Starts a program.
  ///
  /// - Parameter isHeld: whether nobody reads its output before `readOutput`.
  init(_ arguments: [String], in namespace: LiveNamespace, isHeld: Bool = false) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["ip", "netns", "exec", namespace.name] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["TZ"] = "UTC"
    environment["SOUPTAP_TOKEN_KEY"] = "tests"
    environment["SUDO_USER"] = nil
    process.environment = environment
    process.standardOutput = output
    process.standardError = errors
    // Threads of the test runner block signals, and a child would inherit that.
    var none = sigset_t()
    var former = sigset_t()
    _ = unsafe sigemptyset(&none)
    _ = unsafe pthread_sigmask(SIG_SETMASK, &none, &former)
    defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &former, nil) }
    try process.run()
    readers.append(Self.read(errors, into: told))
    if !isHeld { readOutput() }
  }

  /// Starts souptap and waits until it captures.
  static func souptap(
    _ arguments: String, in namespace: LiveNamespace, isHeld: Bool = false,
    path: String = OracleProgram.souptapPath
  ) throws -> LiveProgram {
    let words = arguments.split(separator: " ").map(String.init)
    let program = try LiveProgram([path] + words, in: namespace, isHeld: isHeld)
    try program.waitUntilTold("capturing on", seconds: 20)
    return program
  }

  deinit {
    if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
  }

  var processIdentifier: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// The records among its lines of output.
  var records: [[String: Any]] { OracleProgram.records(text) }
  var text: String { lines.all.map(\.element).joined(separator: "\n") }
  var errorText: String { told.all.map(\.element).joined(separator: "\n") }

  /// Begins to read its output.
  func readOutput() {
    guard !isReading else { return }
    isReading = true
    readers.append(Self.read(output, into: lines))
  }

  func signal(_ number: Int32) { Glibc.kill(process.processIdentifier, number) }

  /// Waits until a line came that contains a text.
  func waitForLine(containing text: String, seconds: Double) throws {
    try wait(for: lines, containing: text, count: 1, seconds: seconds)
  }

  /// Waits until so many lines of output came that contain a text.
  func waitForLines(_ count: Int, containing text: String, seconds: Double) throws {
    try wait(for: lines, containing: text, count: count, seconds: seconds)
  }

  /// Waits until a line of errors came that contains a text.
  func waitUntilTold(_ text: String, seconds: Double) throws {
    try wait(for: told, containing: text, count: 1, seconds: seconds)
  }

  private func wait(
    for log: LiveLog<String>, containing text: String, count: Int, seconds: Double
  ) throws {
    let deadline = Date().addingTimeInterval(seconds)
    while log.all.count(where: { $0.element.contains(text) }) < count {
      guard Date() < deadline, process.isRunning else {
        process.terminate()
        throw LiveError("no line with \(text): \(errorText)")
      }
      usleep(5_000)
    }
  }

  /// Sends SIGINT and waits for the end; the exit status.
  func interrupt(seconds: Double) throws -> Int32 {
    process.interrupt()
    return try end(seconds: seconds)
  }

  /// Waits for the end; the exit status, or the number of the signal that ended it plus 128.
  func end(seconds: Double) throws -> Int32 {
    readOutput()
    for reader in readers { try reader.wait(seconds: seconds) }
    process.waitUntilExit()
    ProgramRun.judge(text, of: "a live capture")
    let status = process.terminationStatus
    return process.terminationReason == .uncaughtSignal ? status + 128 : status
  }

  private static func read(_ pipe: Pipe, into log: LiveLog<String>) -> LiveThread {
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    return LiveThread {
      var pending: [UInt8] = []
      var block = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = unsafe block.withUnsafeMutableBytes {
          unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        guard count > 0 else { break }
        pending += block[..<count]
        while let end = pending.firstIndex(of: 10) {
          log.append(String(decoding: pending[..<end], as: UTF8.self))
          pending.removeFirst(end + 1)
        }
      }
      withExtendedLifetime(pipe) {}
    }
  }
}
