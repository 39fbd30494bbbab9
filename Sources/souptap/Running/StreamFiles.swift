import Glibc
import Records
import Rendering
import Wire

/// Writes the bytes of each stream into a file of its own.
///
/// Files are made with their first byte or gap, for the owner alone; one of that name is emptied, a
/// symbolic link is not followed. Few are open at a time. Those of connections that turn out to be
/// something else are taken away again.
final class StreamFiles: StreamSink {
  /// Gaps and conflicts beyond it, of one stream and of all open ones, are counted, not listed.
  private static let maximumListed = 65_536
  private static let maximumListedTogether = 500_000

  private struct Stream {
    var name = ""
    var file: Int?
    var length: UInt64 = 0
    var gaps: [StreamRecord.Gap] = []
    var conflicts: [StreamRecord.Conflict] = []
    var unlistedGaps: UInt64 = 0
    var unlistedConflicts: UInt64 = 0
    /// Whether the file was made, and is opened again only to write behind its end.
    var isMade = false
  }

  private struct Conversation {
    var identity: ConnectionIdentity
    var streams = [Stream(), Stream()]
  }

  private let directory: String
  private let showsOthers: Bool
  private let tell: (StreamRecord) -> Void
  private var conversations: [UInt64: Conversation] = [:]
  private var open = OpenFiles()
  private var written: UInt64 = 0
  private var listedTogether = 0
  /// The first thing that went wrong, for a person; nothing is written from then on.
  private(set) var trouble: String?

  /// Makes the directory when it is not there.
  ///
  /// - Parameters:
  ///   - showsOthers: whether connections without a message are kept.
  ///   - tell: takes the record of each stream when its connection is over.
  /// - Throws: a `ConfigurationError` that names the directory and the cause.
  init(
    directory: String, showsOthers: Bool, tell: @escaping (StreamRecord) -> Void
  ) throws(ConfigurationError) {
    self.directory = directory
    self.showsOthers = showsOthers
    self.tell = tell
    if unsafe mkdir(directory, 0o700) != 0, errno != EEXIST {
      throw ConfigurationError("--directory \(directory): \(systemMessage(errno))")
    }
    guard unsafe access(directory, W_OK | X_OK) == 0 else {
      throw ConfigurationError("--directory \(directory): \(systemMessage(errno))")
    }
  }

  /// What a person must know about the files.
  var warning: String {
    "\(Units.count(written)) files in \(directory): raw captured bytes, secrets are not hidden"
  }

  func begin(_ identity: ConnectionIdentity) {
    var conversation = Conversation(identity: identity)
    for direction in [Direction.clientToServer, .serverToClient] {
      conversation.streams[Int(direction.rawValue)].name = Self.name(identity, direction)
    }
    conversations[identity.connection] = conversation
  }

  func take(_ bytes: RawSpan, connection: UInt64, direction: Direction) {
    guard trouble == nil else { return }
    let side = Int(direction.rawValue)
    conversations[connection]?.streams[side].length += UInt64(bytes.byteCount)
    guard let descriptor = descriptor(connection, side) else { return }
    unsafe bytes.withUnsafeBytes { buffer in
      var rest = unsafe buffer[...]
      while let start = unsafe UnsafeRawBufferPointer(rebasing: rest).baseAddress,
        unsafe !rest.isEmpty
      {
        let count = unsafe write(descriptor, start, rest.count)
        if count >= 0 {
          unsafe rest = rest.dropFirst(count)
        } else if errno != EINTR {
          fail(errno)
          return
        }
      }
    }
  }

  func skip(
    _ range: Range<UInt64>, reason: String, connection: UInt64, direction: Direction
  ) {
    let side = Int(direction.rawValue)
    guard let listed = conversations[connection]?.streams[side].gaps.count else { return }
    _ = descriptor(connection, side)
    if canList(listed) {
      conversations[connection]?.streams[side].gaps.append(
        StreamRecord.Gap(
          offset: range.lowerBound, length: range.upperBound - range.lowerBound, reason: reason))
    } else {
      conversations[connection]?.streams[side].unlistedGaps += 1
    }
  }

  func conflict(_ range: Range<UInt64>, connection: UInt64, direction: Direction) {
    let side = Int(direction.rawValue)
    guard let listed = conversations[connection]?.streams[side].conflicts.count else { return }
    if canList(listed) {
      conversations[connection]?.streams[side].conflicts.append(
        StreamRecord.Conflict(
          offset: range.lowerBound, length: range.upperBound - range.lowerBound))
    } else {
      conversations[connection]?.streams[side].unlistedConflicts += 1
    }
  }

  func giveUp(connection: UInt64) {
    guard let conversation = remove(connection) else { return }
    for stream in conversation.streams where stream.isMade {
      if let file = stream.file { open.close(file) }
      _ = unsafe unlink("\(directory)/\(stream.name)")
    }
  }

  func end(_ record: borrowing ConnectionRecord) {
    let connection = record.identity.connection
    if record.protocolKnown == .other, !showsOthers {
      giveUp(connection: connection)
      return
    }
    guard let conversation = remove(connection) else { return }
    for direction in [Direction.clientToServer, .serverToClient] {
      let stream = conversation.streams[Int(direction.rawValue)]
      guard stream.isMade else { continue }
      if let file = stream.file { open.close(file) }
      var told = StreamRecord(
        identity: record.identity, direction: direction, file: stream.name, length: stream.length)
      told.gaps = stream.gaps
      told.conflicts = stream.conflicts.sorted { $0.offset < $1.offset }
      told.unlistedGaps = stream.unlistedGaps
      told.unlistedConflicts = stream.unlistedConflicts
      written += 1
      tell(told)
    }
  }

  /// Closes what is still open.
  func finish() {
    if let number = open.closeAll() { fail(number) }
  }

  private func remove(_ connection: UInt64) -> Conversation? {
    let conversation = conversations.removeValue(forKey: connection)
    for stream in conversation?.streams ?? [] {
      listedTogether -= stream.gaps.count + stream.conflicts.count
    }
    return conversation
  }

  private func canList(_ listed: Int) -> Bool {
    guard listed < Self.maximumListed, listedTogether < Self.maximumListedTogether else {
      return false
    }
    listedTogether += 1
    return true
  }

  /// A name of digits, letters, points and hyphens, whatever was captured.
  private static func name(_ identity: ConnectionIdentity, _ direction: Direction) -> String {
    func part(_ endpoint: Endpoint) -> String {
      var text: [UInt8] = []
      endpoint.address.appendText(to: &text)
      let address = text.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: "_") : $0 }
      return "\(String(decoding: address, as: UTF8.self)).\(endpoint.port)"
    }
    let number = String(identity.connection)
    let zeros = String(repeating: "0", count: max(0, 6 - number.utf8.count))
    return "\(zeros)\(number)-\(part(identity.client))-\(part(identity.server))-\(direction.name)"
  }

  private func descriptor(_ connection: UInt64, _ side: Int) -> Int32? {
    guard trouble == nil, let stream = conversations[connection]?.streams[side] else { return nil }
    if let file = stream.file, let descriptor = open.descriptor(file) { return descriptor }
    let mode = stream.isMade ? O_APPEND : O_CREAT | O_TRUNC
    let flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | mode
    let descriptor = unsafe Glibc.open("\(directory)/\(stream.name)", flags, 0o600)
    guard descriptor >= 0 else {
      fail(errno)
      return nil
    }
    conversations[connection]?.streams[side].isMade = true
    conversations[connection]?.streams[side].file = open.add(descriptor)
    return descriptor
  }

  private func fail(_ number: Int32) {
    guard trouble == nil else { return }
    trouble = "--directory \(directory): \(systemMessage(number)); the streams are incomplete"
  }
}
