public import Foundation

/// Python's html5lib as the judge of pages: a parser that is none of ours and takes no fault.
public struct PageJudge {
  /// What is wrong with the page, in words; empty for nothing.
  public var faults: [String]
  /// Bytes.
  public var size: Int
  /// By caption the rows of cells, the titles first.
  public var tables: [String: [[String]]]
  /// All that a reader sees, pieces apart by blanks.
  public var text: String
  /// By the id of a drawing's title and the class, the outlines.
  public var shapes: [String: [String: [String]]]

  /// Whether the judge is installed. Where tests must not be skipped, the answer is yes.
  public static let isAvailable: Bool =
    ProcessInfo.processInfo.environment["CI"] != nil
    || (try? run(["-c", "import html5lib"], input: Data()))?.status == 0

  /// Judges a page.
  public init(_ page: Data) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("check-page.py")
    let run = try Self.run([script.path], input: page)
    let object = try JSONSerialization.jsonObject(with: run.output) as? [String: Any] ?? [:]
    faults = object["faults"] as? [String] ?? ["the judge said nothing"]
    size = object["size"] as? Int ?? 0
    tables = object["tables"] as? [String: [[String]]] ?? [:]
    text = object["text"] as? String ?? ""
    shapes = object["shapes"] as? [String: [String: [String]]] ?? [:]
  }

  private static func run(
    _ arguments: [String], input: Data
  ) throws -> (status: Int32, output: Data) {
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("souptap-\(UUID().uuidString).html")
    try input.write(to: scratch)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let process = Process()
    // The system's own, because Debian's packages are installed for that one.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = arguments
    let output = Pipe()
    process.standardInput = try FileHandle(forReadingFrom: scratch)
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, data)
  }
}
