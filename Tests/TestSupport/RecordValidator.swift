import Foundation
import Synchronization

/// Debian's python3-jsonschema as the judge of records: a schema validator that is none of ours.
public enum RecordValidator {
  /// The one process that judges for all tests of a run.
  private struct Judge {
    var input: FileHandle
    var output: FileHandle
    /// Lines that were judged before.
    var known: Set<String> = []

    init?(schema: String) {
      let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("souptap-\(UUID().uuidString).schema.json")
      let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("validate-records.py")
      let process = Process()
      // The system's own, because Debian's packages are installed for that one.
      process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
      process.arguments = [script.path, "--batches", path.path]
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      guard (try? Data(schema.utf8).write(to: path)) != nil, (try? process.run()) != nil else {
        return nil
      }
      self.input = input.fileHandleForWriting
      self.output = output.fileHandleForReading
      // Once it has answered, it has read the schema.
      guard answer(to: "\n") != nil else { return nil }
      try? FileManager.default.removeItem(at: path)
    }

    func answer(to batch: String) -> String? {
      guard (try? input.write(contentsOf: Data(batch.utf8))) != nil else { return nil }
      var answer = Data()
      while let byte = try? output.read(upToCount: 1), let first = byte.first {
        if first == 0x0a { return String(decoding: answer, as: UTF8.self) }
        answer.append(first)
      }
      return nil
    }
  }

  private static let judge = Mutex<Judge?>(nil)

  /// Whether the validator is installed. Where tests must not be skipped, the answer is yes.
  public static let isAvailable: Bool = {
    if ProcessInfo.processInfo.environment["CI"] != nil { return true }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", "import jsonschema"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// What is wrong with the lines of a text that are records; empty when nothing is.
  ///
  /// - Parameter schema: what `souptap schema` prints; asked for once.
  public static func faults(in text: String, schema: @autoclosure () -> String) -> String {
    guard isAvailable, text.contains("{\"record\":") else { return "" }
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("{\"record\":") }.map(String.init)
    return judge.withLock { judge in
      if judge == nil { judge = Judge(schema: schema()) }
      guard judge != nil else { return "the validator does not start" }
      let news = lines.filter { judge?.known.insert($0).inserted == true }
      guard !news.isEmpty else { return "" }
      let answer = judge?.answer(to: news.joined(separator: "\n") + "\n\n")
      return answer == "[]" ? "" : answer ?? "the validator has ended"
    }
  }
}
