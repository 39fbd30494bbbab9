internal import Glibc

/// An input that is read with read(2): a file, a pipe or standard input. Closed with its last
/// reference, unless it is standard input.
final class InputFile {
  /// The name for messages: the path, or `standard input`.
  let name: String
  /// The bytes in it; nil for what is no regular file.
  let size: UInt64?
  /// How many bytes were read.
  private(set) var bytesRead: UInt64 = 0
  /// -1 between reads of a file that is not kept open.
  private var descriptor: Int32
  private var isKeptOpen: Bool
  /// Which file it was when it was opened first.
  private var identity: (device: dev_t, node: ino_t) = (0, 0)

  /// Opens `path`; `-` is standard input.
  ///
  /// - Parameter isKeptOpen: false to hold a descriptor of a regular file only while it is read.
  /// - Throws: a `CaptureError` when it is missing, cannot be read, is a directory or a terminal.
  init(path: String, isKeptOpen: Bool = true) throws(CaptureError) {
    self.isKeptOpen = isKeptOpen
    name = path == "-" ? "standard input" : path
    descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      size = nil
      throw CaptureError(name, openProblem(errno))
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      size = nil
      throw CaptureError(name, systemMessage(errno))
    }
    let kind = status.st_mode & S_IFMT
    size = kind == S_IFREG ? UInt64(clamping: status.st_size) : nil
    identity = (status.st_dev, status.st_ino)
    if kind != S_IFREG || descriptor == STDIN_FILENO { self.isKeptOpen = true }
    if kind == S_IFDIR { throw CaptureError(name, "is a directory; name the files in it") }
    if kind == S_IFCHR, isatty(descriptor) == 1 {
      throw CaptureError(name, "is a terminal; pipe a capture into it: tcpdump -U -w - | souptap …")
    }
  }

  deinit {
    if descriptor > STDIN_FILENO { close(descriptor) }
  }

  /// Reads what is there, waiting for at least one byte, into `bytes` from `start` on.
  ///
  /// - Returns: how many bytes came, 0 at the end; nil when `interrupt` became readable first.
  func read(
    into bytes: inout [UInt8], from start: Int, interrupt: Int32
  ) throws(CaptureError) -> Int? {
    if descriptor < 0 { try reopen() }
    defer {
      if !isKeptOpen {
        close(descriptor)
        descriptor = -1
      }
    }
    while true {
      if size == nil || interrupt >= 0 {
        switch try waitForInput(descriptor, named: name, interrupt: interrupt, milliseconds: -1) {
        case .interrupted: return nil
        case .timedOut: continue
        case .ready: break
        }
      }
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
        return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
      }
      if count >= 0 {
        bytesRead += UInt64(count)
        return count
      }
      guard errno == EINTR || errno == EAGAIN else {
        throw CaptureError(name, "cannot be read: \(systemMessage(errno))")
      }
    }
  }
}

extension InputFile {
  /// Opens a file again where it was left.
  private func reopen() throws(CaptureError) {
    descriptor = unsafe open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CaptureError(name, openProblem(errno)) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, identity == (status.st_dev, status.st_ino) else {
      throw CaptureError(name, "was replaced while it was read")
    }
    guard lseek(descriptor, off_t(clamping: bytesRead), SEEK_SET) >= 0 else {
      throw CaptureError(name, "cannot be read: \(systemMessage(errno))")
    }
  }
}

private func openProblem(_ number: Int32) -> String {
  switch number {
  case ENOENT: "no such file"
  case EACCES: "no permission to read it"
  default: "cannot be opened: \(systemMessage(number))"
  }
}
