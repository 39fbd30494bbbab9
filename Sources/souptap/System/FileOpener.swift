import CLinux
import Capture
import Glibc

/// Opens the files that a run writes, also when the rights to do so were dropped long ago.
///
/// Rights are checked when a file is opened, and rings and moved files are opened while packets come.
/// So a run that will drop its rights forks a process beforehand that does nothing but open files of
/// the places that it was made for, and passes their descriptors on. It keeps the right to reach
/// them, but no other, and ends with the run.
final class FileOpener {
  /// Where files may be opened.
  enum Place: Sendable {
    /// One file. Secrets in it are hidden unless it is asked for, so others may read it.
    case file(String)
    /// Files of packets.
    case packets(PacketFileNames)
    /// Any file of a directory whose name has only digits, letters, points, hyphens and underscores.
    case directory(String)
  }

  /// What is asked for.
  enum Request {
    /// A file to be made or emptied.
    case create(count: Int, seconds: Int64)
    /// A file to be made, or to be written on behind its end.
    case append(count: Int, seconds: Int64)
    case createNamed(String)
    case appendNamed(String)
    case removeNamed(String)
  }

  private let places: [Place]
  private let owner: Identity?
  private var helper: (process: pid_t, channel: Int32)?
  /// Whether this process can no longer do it itself.
  private var hasDroppedRights = false

  /// Creates an opener.
  ///
  /// - Parameters:
  ///   - owner: who shall own files that are made; nil for whoever makes them.
  ///   - outlivesRights: whether rights will be dropped that opening needs.
  init(places: [Place], owner: Identity?, outlivesRights: Bool) throws(ConfigurationError) {
    self.places = places
    self.owner = owner
    guard outlivesRights, !places.isEmpty else { return }
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw ConfigurationError("cannot prepare for dropping rights: \(systemMessage(errno))")
    }
    let process = souptap_fork()
    guard process >= 0 else {
      throw ConfigurationError("cannot prepare for dropping rights: \(systemMessage(errno))")
    }
    if process == 0 { FileOpener.serve(ends[1], places, owner) }
    close(ends[1])
    helper = (process, ends[0])
  }

  deinit {
    guard let helper else { return }
    close(helper.channel)
    // It ends when nobody can ask it any more.
    while waitpid(helper.process, nil, 0) < 0, errno == EINTR {}
  }

  /// Says that from now on the other process must do it.
  func rightsWereDropped() { hasDroppedRights = true }

  /// Opens a file of a place, or takes one away.
  ///
  /// - Returns: the descriptor (0 where a file was taken away), or the error number.
  func open(_ place: Int, _ request: Request) -> Result<Int32, SystemError> {
    guard let helper, hasDroppedRights else {
      return Self.perform(request, at: places[place], owner)
    }
    let bytes = request.bytes(place: UInt8(place))
    var count = 0
    repeat {
      count = unsafe bytes.withUnsafeBytes {
        unsafe send(helper.channel, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
    } while count < 0 && errno == EINTR
    guard count == bytes.count else { return .failure(SystemError(number: errno)) }
    var number: Int32 = 0
    let descriptor = unsafe souptap_receive_descriptor(helper.channel, &number)
    if number != 0 { return .failure(SystemError(number: number < 0 ? EPIPE : number)) }
    return .success(max(0, descriptor))
  }

  /// Gives a directory that was made to whom its files will belong.
  func give(_ directory: String) {
    if let owner { _ = unsafe chown(directory, owner.user, owner.group) }
  }

  /// An error number of the system.
  struct SystemError: Error {
    let number: Int32
  }

  // MARK: In either process

  private static func perform(
    _ request: Request, at place: Place, _ owner: Identity?
  ) -> Result<Int32, SystemError> {
    switch (place, request) {
    case (.file(let path), .create):
      // Whoever writes empties it: a run that fails before that leaves it as it was.
      return open(path, 0, 0o644, owner)
    case (.file(let path), .append): return open(path, O_APPEND, 0o644, owner)
    case (.packets(let names), .create(let count, let seconds)):
      // Names that were made up here are no wish for what a link of that name leads to.
      return open(
        names.name(count: count, time: seconds),
        names.areSeveral ? O_TRUNC | O_NOFOLLOW | O_NONBLOCK : O_TRUNC, 0o600, owner)
    case (.packets(let names), .append(let count, let seconds)):
      return open(
        names.name(count: count, time: seconds), names.areSeveral ? O_NOFOLLOW | O_NONBLOCK : 0,
        0o600, owner)
    case (.directory(let directory), .createNamed(let name)) where isPlain(name):
      return open("\(directory)/\(name)", O_TRUNC | O_NOFOLLOW, 0o600, owner)
    case (.directory(let directory), .appendNamed(let name)) where isPlain(name):
      return open("\(directory)/\(name)", O_APPEND | O_NOFOLLOW, 0o600, owner)
    case (.directory(let directory), .removeNamed(let name)) where isPlain(name):
      let state = unsafe unlink("\(directory)/\(name)")
      return state == 0 ? .success(0) : .failure(SystemError(number: errno))
    default: return .failure(SystemError(number: EINVAL))
    }
  }

  private static func open(
    _ path: String, _ flags: Int32, _ mode: mode_t, _ owner: Identity?
  ) -> Result<Int32, SystemError> {
    let common = O_WRONLY | O_CLOEXEC | flags
    var descriptor = unsafe Glibc.open(path, common | O_CREAT | O_EXCL, mode)
    if descriptor >= 0 {
      if let owner { _ = fchown(descriptor, owner.user, owner.group) }
      return .success(descriptor)
    }
    if errno == EEXIST { descriptor = unsafe Glibc.open(path, common | O_CREAT, mode) }
    return descriptor >= 0 ? .success(descriptor) : .failure(SystemError(number: errno))
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count < 256 && name != "." && name != ".."
      && name.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
        default: false
        }
      }
  }

  // MARK: In the process that opens

  /// Answers until the other end is gone, and ends.
  private static func serve(_ channel: Int32, _ places: [Place], _ owner: Identity?) -> Never {
    // The run ends in order; what stops it must not stop this before it.
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE] {
      signal(number, SIG_IGN)
    }
    _ = souptap_end_with_parent()
    _ = unsafe souptap_set_name("souptap-files")
    // Nothing else must stay open here when the run is over: no pipe, and no terminal.
    let nothing = unsafe Glibc.open("/dev/null", O_RDWR)
    for descriptor in 0...2 as ClosedRange<Int32> { dup2(nothing, descriptor) }
    let limit = Int32(clamping: max(256, min(sysconf(Int32(_SC_OPEN_MAX)), 65_536)))
    for descriptor in 3..<limit where descriptor != channel { close(descriptor) }
    // CAP_CHOWN and CAP_DAC_OVERRIDE, as far as they are there.
    _ = souptap_keep_capabilities(souptap_capabilities() & 0b11)
    _ = souptap_set_no_new_privileges()
    var bytes = [UInt8](repeating: 0, count: 512)
    while true {
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe recv(channel, $0.baseAddress, $0.count, 0)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { _exit(0) }
      guard let (place, request) = Request.read(bytes[..<count]), place < places.count else {
        _ = souptap_send_descriptor(channel, -1, EINVAL)
        continue
      }
      switch perform(request, at: places[place], owner) {
      case .success(let descriptor):
        _ = souptap_send_descriptor(channel, descriptor > 2 ? descriptor : -1, 0)
        if descriptor > 2 { close(descriptor) }
      case .failure(let error):
        _ = souptap_send_descriptor(channel, -1, error.number)
      }
    }
  }
}

extension FileOpener.Request {
  /// The place, the kind, and the name or two numbers.
  fileprivate func bytes(place: UInt8) -> [UInt8] {
    func numbers(_ kind: UInt8, _ count: Int, _ seconds: Int64) -> [UInt8] {
      var bytes = [place, kind]
      unsafe withUnsafeBytes(of: Int64(count)) { unsafe bytes.append(contentsOf: $0) }
      unsafe withUnsafeBytes(of: seconds) { unsafe bytes.append(contentsOf: $0) }
      return bytes
    }
    return switch self {
    case .create(let count, let seconds): numbers(0, count, seconds)
    case .append(let count, let seconds): numbers(1, count, seconds)
    case .createNamed(let name): [place, 2] + name.utf8
    case .appendNamed(let name): [place, 3] + name.utf8
    case .removeNamed(let name): [place, 4] + name.utf8
    }
  }

  fileprivate static func read(
    _ bytes: ArraySlice<UInt8>
  ) -> (place: Int, request: FileOpener.Request)? {
    guard bytes.count >= 2 else { return nil }
    let place = Int(bytes[bytes.startIndex])
    let rest = bytes.dropFirst(2)
    let name = String(decoding: rest, as: UTF8.self)
    func number(_ offset: Int) -> Int64 {
      unsafe rest.withUnsafeBytes {
        unsafe $0.loadUnaligned(fromByteOffset: offset, as: Int64.self)
      }
    }
    switch bytes[bytes.startIndex + 1] {
    case 0 where rest.count == 16:
      return (place, .create(count: Int(number(0)), seconds: number(8)))
    case 1 where rest.count == 16:
      return (place, .append(count: Int(number(0)), seconds: number(8)))
    case 2: return (place, .createNamed(name))
    case 3: return (place, .appendNamed(name))
    case 4: return (place, .removeNamed(name))
    default: return nil
    }
  }
}
