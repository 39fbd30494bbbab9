import Glibc
import Rendering

/// Where the page of `--html` goes: a file that appears whole or not at all, or standard output.
///
/// A live capture gives up its rights before the page is written: for it the file is opened first, and
/// filled at the end.
struct PageFile {
  private let path: String
  /// The file, where it was opened first.
  private var opened: Int32?

  /// Checks that the page can be written there, before a long capture is read for it.
  ///
  /// - Parameter opensNow: whether the file has to be opened while there are rights to do so.
  /// - Throws: a `ConfigurationError` that names the option, the file and the cause.
  init(_ path: String, opensNow: Bool = false) throws(ConfigurationError) {
    guard !path.isEmpty else { throw ConfigurationError("--html: name a file, or '-'") }
    self.path = PageFile.resolved(path)
    guard path != "-" else { return }
    let problem: Int32? =
      switch PageFile.kind(of: self.path) {
      case S_IFDIR: EISDIR
      case S_IFREG, nil:
        unsafe access(directory, W_OK | X_OK) == 0 ? nil : errno
      default: unsafe access(self.path, W_OK) == 0 ? nil : errno
      }
    if let problem { throw ConfigurationError("--html \(path): \(systemMessage(problem))") }
    guard opensNow else { return }
    let descriptor = unsafe open(self.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw ConfigurationError("--html \(path): \(systemMessage(errno))")
    }
    opened = descriptor
  }

  /// Writes the page.
  ///
  /// - Parameter body: writes it to the sink it is given.
  /// - Returns: one line for a person when it could not be written; nil when all is well, and when
  ///   whoever read standard output has closed it.
  func write(_ body: (any OutputSink) -> Void) -> String? {
    if path == "-" { return fill(OutputFile(named: "--html -"), body) }
    if let opened {
      // What has no length, a pipe for one, needs no cutting.
      _ = ftruncate(opened, 0)
      return fill(OutputFile(descriptor: opened, name: "--html \(path)"), body)
    }
    let kind = PageFile.kind(of: path)
    guard kind == nil || kind == S_IFREG else {
      let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return "--html \(path): \(systemMessage(errno))" }
      return fill(OutputFile(descriptor: descriptor, name: "--html \(path)"), body)
    }
    var template = Array("\(directory)/.souptap-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { return "--html \(path): \(systemMessage(errno))" }
    let temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // Such files are made for their owner alone; this one is as any other.
    let mask = umask(0)
    _ = umask(mask)
    _ = fchmod(descriptor, 0o666 & ~mask)
    var problem = fill(OutputFile(descriptor: descriptor, name: "--html \(path)"), body)
    if problem == nil, unsafe rename(temporary, path) != 0 {
      problem = "--html \(path): \(systemMessage(errno))"
    }
    if problem != nil { _ = unsafe unlink(temporary) }
    return problem
  }

  private func fill(_ file: OutputFile, _ body: (any OutputSink) -> Void) -> String? {
    body(file)
    file.finish()
    guard case .failed(let problem) = file.trouble else { return nil }
    return problem
  }

  private var directory: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The path behind symbolic links, which a new file must not replace.
  private static func resolved(_ path: String) -> String {
    guard path != "-", let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// What lies at a path, as the bits of its mode that say so; nil for nothing.
  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }
}
