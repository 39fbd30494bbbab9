import Glibc
import Rendering

/// Where the output of a run goes: standard output, or the file of `--output`.
///
/// The first trouble is remembered and ends the output; a closed pipe is no trouble, because its
/// reader had enough.
final class OutputFile: OutputSink {
  /// What went wrong while writing.
  enum Trouble {
    /// Whoever read the output has closed it.
    case closedPipe
    /// One line for a person.
    case failed(String)
  }

  private(set) var trouble: Trouble?
  private(set) var descriptor: Int32
  private let name: String
  /// Whether the file still has what was in it before.
  private var hasFormer = false

  /// Standard output.
  ///
  /// - Parameter name: what it is called in messages.
  init(named name: String = "standard output") {
    descriptor = STDOUT_FILENO
    self.name = name
  }

  /// A file that is open already, or, with a negative descriptor, nothing: what is written is gone.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// The file at `path`, which was opened; what was in it is there until something is written, or
  /// the run is over.
  ///
  /// - Throws: a `ConfigurationError` that names the file and the cause, where it could not be.
  init(
    _ path: String, _ opened: Result<Int32, FileOpener.SystemError>
  ) throws(ConfigurationError) {
    name = path
    switch opened {
    case .success(let descriptor):
      self.descriptor = descriptor
      hasFormer = true
    case .failure(let error):
      throw ConfigurationError("--output \(path): \(systemMessage(error.number))")
    }
  }

  /// Goes on in the file that the name stands for now.
  ///
  /// - Parameter opened: that file, to be written behind its end.
  /// - Returns: whether it is another one, and empty; or why it could not be opened, and the old one
  ///   is written on.
  func reopen(
    _ opened: Result<Int32, FileOpener.SystemError>
  ) -> Result<Bool, FileOpener.SystemError> {
    guard case .success(let new) = opened else { return opened.map { _ in false } }
    var former = stat()
    var current = stat()
    _ = unsafe fstat(descriptor, &former)
    _ = unsafe fstat(new, &current)
    if former.st_dev == current.st_dev, former.st_ino == current.st_ino {
      close(new)
      return .success(false)
    }
    finish()
    descriptor = new
    return .success(current.st_size == 0)
  }

  private func empty() {
    guard hasFormer else { return }
    hasFormer = false
    // What is no regular file has nothing to be emptied of.
    _ = ftruncate(descriptor, 0)
  }

  func write(_ bytes: RawSpan) {
    guard trouble == nil, descriptor >= 0 else { return }
    empty()
    unsafe bytes.withUnsafeBytes { buffer in
      var rest = unsafe buffer[...]
      while let start = unsafe UnsafeRawBufferPointer(rebasing: rest).baseAddress,
        unsafe !rest.isEmpty
      {
        let count = unsafe Glibc.write(descriptor, start, rest.count)
        if count >= 0 {
          unsafe rest = rest.dropFirst(count)
        } else if !canRetry(errno) {
          return
        }
      }
    }
  }

  /// Closes the file. Some file systems tell only then that the disk is full.
  func finish() {
    guard descriptor >= 0, descriptor != STDOUT_FILENO else { return }
    empty()
    guard close(descriptor) != 0, trouble == nil else { return }
    trouble = .failed("\(name): \(systemMessage(errno))")
  }

  /// Whether a write that failed may be tried again; remembers the trouble otherwise.
  private func canRetry(_ number: Int32) -> Bool {
    switch number {
    case EINTR:
      return true
    case EAGAIN:
      // The other end shares the descriptor and made it nonblocking.
      var waits = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = unsafe poll(&waits, 1, 1000)
      return true
    case EPIPE:
      trouble = .closedPipe
    case ENOSPC, EDQUOT:
      trouble = .failed("\(name): the disk is full, the output is incomplete")
    default:
      trouble = .failed("\(name): \(systemMessage(number))")
    }
    return false
  }
}
