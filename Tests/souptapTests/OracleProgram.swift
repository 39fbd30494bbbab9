import Foundation
import Synchronization

/// A program that was run to its end.
struct OracleProgram {
  var status: Int32
  var output: String
  var errors: String

  /// The lines of its output that are JSON objects.
  var records: [[String: Any]] { Self.records(output) }

  /// Runs a program by its path or name and waits for its end.
  ///
  /// - Parameter arguments: the program and what it is given.
  static func run(_ arguments: [String], input: String = "") throws -> OracleProgram {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let scratch = FileManager.default.temporaryDirectory
    // A file, because a pipe's reads are interrupted when other children end.
    let output = scratch.appendingPathComponent("souptap-\(UUID().uuidString).out")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    let errors = scratch.appendingPathComponent("souptap-\(UUID().uuidString).err")
    let given = scratch.appendingPathComponent("souptap-\(UUID().uuidString).in")
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    try Data(input.utf8).write(to: given)
    defer {
      try? FileManager.default.removeItem(at: errors)
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: given)
    }
    process.standardInput = try FileHandle(forReadingFrom: given)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return OracleProgram(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  /// Runs souptap.
  static func souptap(_ arguments: String...) throws -> OracleProgram {
    try run([souptapPath] + arguments)
  }

  /// What a command of souptap writes as NDJSON about a capture in `Fixtures`; run once for all tests.
  static func records(of command: String, _ capture: String) throws -> [[String: Any]] {
    records(try output(of: command, capture))
  }

  /// The same as text.
  static func output(of command: String, _ capture: String) throws -> String {
    let key = "\(command) \(capture)"
    if let output = outputs.withLock({ $0[key] }) { return output }
    let run = try souptap(command, "--format", "ndjson", OracleFixtures.path(capture))
    guard run.status == 0 else { throw LiveError("\(key): \(run.errors)") }
    ProgramRun.judge(run.output, of: key)
    outputs.withLock { $0[key] = run.output }
    return run.output
  }

  private static let outputs = Mutex<[String: String]>([:])

  /// The program that is tested.
  static var souptapPath: String { ProgramRun.testedProgram.path }

  /// Whether a program is there. Where tests must not be skipped, the answer is yes.
  static func has(_ program: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return mustNotSkip
      || path.split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
      }
  }

  /// In CI a test that cannot run is a failure, not a skip.
  static var mustNotSkip: Bool { ProcessInfo.processInfo.environment["CI"] != nil }

  static func records(_ text: String) -> [[String: Any]] {
    text.split(separator: "\n").compactMap { line in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
    }
  }
}
