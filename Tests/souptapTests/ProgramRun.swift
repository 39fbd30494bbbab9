import Foundation
import TestSupport
import Testing

/// What a shell made of a script in which `souptap` is the program that is tested.
struct ProgramRun {
  var status: Int32
  var output: String
  var errors: String

  /// Runs a script in the root of the package and waits for its end.
  ///
  /// - Parameter environment: set for it, besides what the tests have.
  static func script(
    _ script: String, environment: [String: String] = [:]
  ) throws -> ProgramRun {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "souptap() { \"$SOUPTAP_BUILT\" \"$@\"; }; \(script)"]
    process.currentDirectoryURL = packageRoot
    var values = ProcessInfo.processInfo.environment
    values["SOUPTAP_BUILT"] = testedProgram.path
    values["TZ"] = "UTC"
    // So that two runs hide secrets behind the same tokens.
    values["SOUPTAP_TOKEN_KEY"] = "tests"
    values["COLUMNS"] = nil
    process.environment = values.merging(environment) { $1 }
    let scratch = FileManager.default.temporaryDirectory
    let files = ["out", "err"].map {
      scratch.appendingPathComponent("souptap-\(UUID().uuidString).\($0)")
    }
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    let output = String(decoding: try Data(contentsOf: files[0]), as: UTF8.self)
    judge(output, of: script)
    return ProgramRun(
      status: process.terminationStatus, output: output,
      errors: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self))
  }

  /// Holds every record that any test sees against the program's own schema.
  static func judge(_ output: String, of script: String) {
    let faults = RecordValidator.faults(in: output, schema: schema)
    #expect(faults.isEmpty, "\(script)")
  }

  /// What `souptap schema` prints.
  private static let schema =
    (try? OracleProgram.run([testedProgram.path, "schema"]).output) ?? "no schema"

  /// Runs the program with arguments that a shell splits.
  static func souptap(_ arguments: String) throws -> ProgramRun {
    try script("souptap \(arguments)")
  }

  /// The program: what `SOUPTAP` names, from the root of the package on, or the one that lies
  /// beside the tests.
  static var testedProgram: URL {
    if let path = ProcessInfo.processInfo.environment["SOUPTAP"] {
      return URL(fileURLWithPath: path, relativeTo: packageRoot).absoluteURL
    }
    return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("souptap")
  }

  /// Where Package.swift lies.
  static var packageRoot: URL {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root
  }

  /// A file of the package as text.
  static func text(of path: String) throws -> String {
    try String(contentsOf: packageRoot.appendingPathComponent(path), encoding: .utf8)
  }
}

/// A directory that is removed with the last reference.
final class ScratchDirectory: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("souptap-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
