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

  /// What few streams have.
  private final class Lists {
    var gaps: [StreamRecord.Gap] = []
    var conflicts: [StreamRecord.Conflict] = []
    var unlistedGaps: UInt64 = 0
    var unlistedConflicts: UInt64 = 0
  }

  private struct Stream {
    var length: UInt64 = 0
    var lists: Lists?
    /// Its number among the open files; 0 before it has one.
    var file = 0
    /// Whether the file was made, and is opened again only to write behind its end.
    var isMade = false
  }

  /// There may be as many as connections are followed, so names are made when they are needed.
  private struct Conversation {
    var number: UInt64
    var client: Endpoint
    var server: Endpoint
    var streams: InlineArray<2, Stream> = [Stream(), Stream()]

    func name(_ side: Int) -> String {
      StreamFiles.name(
        number, client, server, side == 0 ? .clientToServer : .serverToClient)
    }
  }

  private let directory: String
  private let showsOthers: Bool
  private let tell: (StreamRecord) -> Void
  private var conversations: [Conversation] = []
  /// Where each connection lies in them, and which places are free.
  private var places: [UInt64: Int32] = [:]
  private var free: [Int32] = []
  private var open = OpenFiles()
  private let opener: FileOpener
  /// The place of the directory in the opener.
  private let opening: Int
  private var written: UInt64 = 0
  private var listedTogether = 0
  /// The first thing that went wrong, for a person; nothing is written from then on.
  private(set) var trouble: String?

  /// Makes the directory when it is not there.
  ///
  /// - Parameters:
  ///   - opener: opens the files, which live is done when rights are gone.
  ///   - place: that of the directory in it.
  ///   - showsOthers: whether connections without a message are kept.
  ///   - tell: takes the record of each stream when its connection is over.
  /// - Throws: a `ConfigurationError` that names the directory and the cause.
  init(
    directory: String, opener: FileOpener, place: Int, showsOthers: Bool,
    tell: @escaping (StreamRecord) -> Void
  ) throws(ConfigurationError) {
    self.directory = directory
    self.opener = opener
    opening = place
    self.showsOthers = showsOthers
    self.tell = tell
    if unsafe mkdir(directory, 0o700) == 0 {
      opener.give(directory)
    } else if errno != EEXIST {
      throw ConfigurationError("--directory \(directory): \(systemMessage(errno))")
    }
    // The point makes it a mistake when it is no directory.
    guard unsafe access(directory + "/.", W_OK | X_OK) == 0 else {
      throw ConfigurationError("--directory \(directory): \(systemMessage(errno))")
    }
  }

  /// How many files are in which directory, for a person.
  var contents: String { "\(Units.count(written, "file")) in \(directory)" }

  func begin(_ identity: ConnectionIdentity) {
    let conversation = Conversation(
      number: identity.connection, client: identity.client, server: identity.server)
    if let place = free.popLast() {
      conversations[Int(place)] = conversation
      places[identity.connection] = place
    } else {
      places[identity.connection] = Int32(conversations.count)
      conversations.append(conversation)
    }
  }

  func take(_ bytes: RawSpan, connection: UInt64, direction: Direction) {
    guard trouble == nil else { return }
    guard let place = place(of: connection) else { return }
    let side = Int(direction.rawValue)
    conversations[place].streams[side].length += UInt64(bytes.byteCount)
    guard let descriptor = descriptor(place, side) else { return }
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
    guard let place = place(of: connection) else { return }
    let side = Int(direction.rawValue)
    let lists = lists(place, side)
    _ = descriptor(place, side)
    if canList(lists.gaps.count) {
      lists.gaps.append(
        StreamRecord.Gap(
          offset: range.lowerBound, length: range.upperBound - range.lowerBound, reason: reason))
    } else {
      lists.unlistedGaps += 1
    }
  }

  func conflict(_ range: Range<UInt64>, connection: UInt64, direction: Direction) {
    guard let place = place(of: connection) else { return }
    let lists = lists(place, Int(direction.rawValue))
    if canList(lists.conflicts.count) {
      lists.conflicts.append(
        StreamRecord.Conflict(
          offset: range.lowerBound, length: range.upperBound - range.lowerBound))
    } else {
      lists.unlistedConflicts += 1
    }
  }

  /// Nil for a connection that is not written.
  private func place(of connection: UInt64) -> Int? {
    places[connection].map { Int($0) }
  }

  /// The lists of a stream, made when there are none.
  private func lists(_ place: Int, _ side: Int) -> Lists {
    if let lists = conversations[place].streams[side].lists { return lists }
    let lists = Lists()
    conversations[place].streams[side].lists = lists
    return lists
  }

  func giveUp(connection: UInt64) {
    guard let conversation = remove(connection) else { return }
    for side in 0..<2 where conversation.streams[side].isMade {
      open.close(conversation.streams[side].file)
      _ = opener.open(opening, .removeNamed(conversation.name(side)))
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
      open.close(stream.file)
      var told = StreamRecord(
        identity: record.identity, direction: direction,
        file: conversation.name(Int(direction.rawValue)), length: stream.length)
      if let lists = stream.lists {
        told.gaps = lists.gaps
        told.conflicts = lists.conflicts.sorted { $0.offset < $1.offset }
        told.unlistedGaps = lists.unlistedGaps
        told.unlistedConflicts = lists.unlistedConflicts
      }
      written += 1
      tell(told)
    }
  }

  /// Closes what is still open.
  func finish() {
    if let number = open.closeAll() { fail(number) }
  }

  private func remove(_ connection: UInt64) -> Conversation? {
    guard let place = places.removeValue(forKey: connection) else { return nil }
    let conversation = conversations[Int(place)]
    for side in 0..<2 { conversations[Int(place)].streams[side].lists = nil }
    free.append(place)
    for side in 0..<2 {
      guard let lists = conversation.streams[side].lists else { continue }
      listedTogether -= lists.gaps.count + lists.conflicts.count
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
  private static func name(
    _ number: UInt64, _ client: Endpoint, _ server: Endpoint, _ direction: Direction
  ) -> String {
    func part(_ endpoint: Endpoint) -> String {
      var text: [UInt8] = []
      endpoint.address.appendText(to: &text)
      let address = text.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: "_") : $0 }
      return "\(String(decoding: address, as: UTF8.self)).\(endpoint.port)"
    }
    let number = String(number)
    let zeros = String(repeating: "0", count: max(0, 6 - number.utf8.count))
    return "\(zeros)\(number)-\(part(client))-\(part(server))-\(direction.name)"
  }

  private func descriptor(_ place: Int, _ side: Int) -> Int32? {
    guard trouble == nil else { return nil }
    let stream = conversations[place].streams[side]
    if let descriptor = open.descriptor(stream.file) { return descriptor }
    let name = conversations[place].name(side)
    switch opener.open(opening, stream.isMade ? .appendNamed(name) : .createNamed(name)) {
    case .failure(let error):
      fail(error.number)
      return nil
    case .success(let descriptor):
      conversations[place].streams[side].isMade = true
      conversations[place].streams[side].file = open.add(descriptor)
      return descriptor
    }
  }

  private func fail(_ number: Int32) {
    guard trouble == nil else { return }
    trouble = "--directory \(directory): \(systemMessage(number)); the streams are incomplete"
  }
}
