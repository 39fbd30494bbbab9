import Glibc
import TestSupport

/// The captures to measure with, in a temporary directory.
struct CaptureFiles {
  /// A capture in a file, and what is in it.
  struct File {
    var name: String
    var path: String
    var packets: Int
    var requests: Int
    var errors: Int
    var notifications: Int
  }

  /// Where they lie, and where outputs may.
  let directory: String
  let files: [File]

  /// Makes and writes all captures that the options want.
  init(_ options: Options) throws(BenchmarkError) {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var path = Array("\(parent)/souptap-benchmarks-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&path) != nil else {
      throw BenchmarkError("cannot make a directory in \(parent): error \(errno)")
    }
    let made = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    directory = made
    do {
      files = try Self.write(options.workloads, options, into: made)
    } catch {
      Self.remove(options.workloads.map { "\(made)/\($0.name).pcap" }, made)
      throw error
    }
  }

  /// Removes the directory with all that was put there.
  func remove() {
    Self.remove(files.map(\.path) + [output], directory)
  }

  /// A file for what souptap prints.
  var output: String { "\(directory)/output" }

  /// Writes captures as NAME.pcap.
  @discardableResult
  static func write(
    _ workloads: [Workload], _ options: Options, into directory: String
  ) throws(BenchmarkError) -> [File] {
    var files: [File] = []
    for workload in workloads {
      let capture = workload.capture(packets: options.packets, seed: options.seed)
      let path = "\(directory)/\(workload.name).pcap"
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      guard descriptor >= 0 else {
        throw BenchmarkError("\(path): cannot be written: error \(errno)")
      }
      defer { close(descriptor) }
      guard Console.put(capture.pcap[...], to: descriptor) else {
        throw BenchmarkError("\(path): cannot be written: error \(errno)")
      }
      files.append(
        File(
          name: workload.name, path: path, packets: capture.packets, requests: capture.requests,
          errors: capture.errors, notifications: capture.notifications))
    }
    return files
  }

  private static func remove(_ paths: [String], _ directory: String) {
    for path in paths { _ = unsafe unlink(path) }
    _ = unsafe rmdir(directory)
  }
}
