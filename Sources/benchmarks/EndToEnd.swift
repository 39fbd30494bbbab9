import Glibc
import TestSupport

/// Whole runs of a souptap binary.
struct EndToEnd {
  private static let commands = [
    ["report"], ["transactions", "--format", "ndjson"], ["messages", "--format", "ndjson"],
  ]

  private let binary: String
  private let options: Options
  private let files: CaptureFiles
  private let countsInstructions: Bool

  init(_ binary: String, _ options: Options, _ files: CaptureFiles) throws(BenchmarkError) {
    guard unsafe access(binary, X_OK) == 0 else {
      throw BenchmarkError(
        usage: "--binary \(binary): no program; swift build -c release --product souptap makes it")
    }
    self.binary = binary
    self.options = options
    self.files = files
    var isThere = false
    if options.countsInstructions {
      isThere = (try? ChildProcess(["valgrind", "--version"], output: "/dev/null")) != nil
      if !isThere {
        Console.put(
          "benchmarks: no instructions: valgrind is not installed (apt-get install valgrind)\n",
          to: 2)
      }
    }
    countsInstructions = isThere
  }

  /// Prints a row for each capture and command.
  func run() throws(BenchmarkError) {
    let table = Table(
      [
        ("workload", 8), ("command", 12), ("packets", 8), ("CPU ms", 8), ("ns/packet", 9),
        ("peak MiB", 8), ("Minstr", countsInstructions ? 8 : 0),
        ("per packet", countsInstructions ? 10 : 0),
      ], texts: 2)
    for file in files.files {
      try check(file)
      for command in Self.commands {
        let line = [binary] + command + ["--quiet", file.path]
        let peak = try ChildProcess(line, output: files.output, watchesMemory: true).peakBytes
        var seconds: [Double] = []
        for _ in 0..<options.runs {
          seconds.append(try ChildProcess(line, output: files.output).seconds)
        }
        let packets = Double(file.packets)
        let median = Table.median(seconds)
        var cells = [
          file.name, command[0], String(file.packets), Table.number(median * 1e3),
          Table.number(median * 1e9 / packets, digits: 0),
          Table.number(Double(peak) / Double(1 << 20)),
        ]
        if countsInstructions {
          let count = try instructions(of: line)
          cells += [
            Table.number(count / 1e6), Table.number(count / packets, digits: 0),
          ]
        }
        table.row(cells)
      }
    }
  }

  /// Sees to it that souptap finds what is in a capture: quick and wrong is no figure.
  private func check(_ file: CaptureFiles.File) throws(BenchmarkError) {
    _ = try ChildProcess(
      [binary, "report", "--format", "ndjson", "--quiet", file.path], output: files.output)
    let text = String(decoding: FixtureFile.bytes(atPath: files.output), as: UTF8.self)
    let summary = text.split(separator: "\n").last { $0.hasPrefix("{\"record\":\"summary\"") } ?? ""
    for (field, expected) in [
      ("packets", file.packets), ("requests", file.requests), ("answered", file.requests),
      ("errors", file.errors), ("notifications", file.notifications),
    ] where Self.number(field, in: summary) != expected {
      throw BenchmarkError(
        "\(file.name): \(field): \(expected) in the capture, \(binary) tells another number:"
          + " \(summary)")
    }
  }

  /// The first number of that name in a line of JSON.
  private static func number(_ field: String, in line: Substring) -> Int? {
    let name = Array("\"\(field)\":".utf8)
    let bytes = Array(line.utf8)
    guard bytes.count > name.count else { return nil }
    for start in 0..<bytes.count - name.count
    where bytes[start..<start + name.count].elementsEqual(name) {
      let digits = bytes[(start + name.count)...].prefix { $0 >= 0x30 && $0 <= 0x39 }
      return Int(String(decoding: digits, as: UTF8.self))
    }
    return nil
  }

  private func instructions(of line: [String]) throws(BenchmarkError) -> Double {
    let log = "\(files.output).log"
    defer { _ = unsafe unlink(log) }
    _ = try ChildProcess(
      ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-file=\(log)"]
        + line, output: files.output)
    let text = String(decoding: FixtureFile.bytes(atPath: log), as: UTF8.self)
    guard let row = text.split(separator: "\n").first(where: { $0.contains("Collected : ") }),
      let count = row.split(separator: " ").last.flatMap({ Double($0) })
    else { throw BenchmarkError("valgrind told no number: \(text)") }
    return count
  }
}
