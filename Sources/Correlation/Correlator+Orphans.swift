import ControlProtocol
import Storage

extension Correlator {
  /// Keeps a response that found no request, in case the capture shows it before its request.
  public mutating func keepOrphan(
    _ texts: MessageTexts, in bytes: RawSpan, facts: MessageFacts, key: PairingKey,
    to conversation: inout Conversation
  ) {
    var own = texts
    var text: [UInt8] = []
    if bytes.byteCount <= Self.shortTexts {
      text.append(bytes)
    } else {
      text = own.gather(from: bytes)
    }
    nextOrphan &+= 1
    let index = orphans.take(
      OrphanResponse(
        uuid: key.uuid, hash: key.hash, connection: facts.connection, side: key.asker,
        texts: own, facts: facts, kept: kept.add(text), tag: nextOrphan, lastEqual: 0))
    link(index, key, in: &conversation)
    orphanDeadlines.append(
      .init(
        deadline: Self.sum(
          Self.sum(facts.delivered, facts.clockShift), configuration.orphanNanoseconds),
        slot: index, tag: nextOrphan))
  }

  /// Up to so many bytes it costs less to keep all of a message's text than to look what is needed.
  private static var shortTexts: Int { 128 }

  /// Whether one more orphan is more than may be kept.
  public var hasTooManyOrphans: Bool { orphans.count > configuration.orphans }

  /// The orphan kept longest.
  public mutating func oldestOrphan() -> UInt32? {
    while let entry = orphanDeadlines.popFirst(notAfter: .max) {
      if orphans.isTaken(entry.slot), orphans[entry.slot].tag == entry.tag { return entry.slot }
    }
    return nil
  }

  /// An orphan that is kept.
  public func orphan(_ index: UInt32) -> OrphanResponse { orphans[index] }

  /// The text that an orphan's message points into.
  public func text(ofOrphan index: UInt32) -> [UInt8] { kept[orphans[index].kept] }

  /// Whether an orphan's request was answered before: then it is a second response.
  public mutating func isSecondResponse(_ index: UInt32) -> Bool {
    answered.contains(orphans[index].hash)
  }

  /// Whether a response repeats one to an earlier request with its uuid: its packet acknowledges
  /// nothing from `start` on, where the request begins that waits now, so its sender cannot have
  /// known of that.
  ///
  /// - Parameter acknowledged: how far that packet acknowledges, the low 32 bits; 0 when not known.
  public mutating func isRepeated(
    acknowledging acknowledged: UInt32, before start: UInt64, key: PairingKey
  ) -> Bool {
    guard acknowledged != 0,
      Int32(bitPattern: acknowledged &- UInt32(truncatingIfNeeded: start)) <= 0
    else { return false }
    return answered.contains(key.hash)
  }

  /// The orphan with this key that stands first in its stream, if there is one.
  @inline(never)
  func firstOrphan(_ key: PairingKey) -> UInt32? {
    orphanTable.find(hash: key.shortHash) { candidate in
      orphans[candidate].connection == key.connection && orphans[candidate].side == key.asker
        && orphans[candidate].uuid == key.uuid
    }
  }

  /// Puts an orphan behind those of its key, and before those of its connection.
  private mutating func link(
    _ index: UInt32, _ key: PairingKey, in conversation: inout Conversation
  ) {
    if let first = firstOrphan(key) {
      let last = orphans[first].lastEqual
      orphans[last].nextEqual = index
      orphans[index].previousEqual = last
      orphans[first].lastEqual = index
    } else {
      orphans[index].lastEqual = index
      orphanTable.insert(hash: key.shortHash, slot: index)
    }
    orphans[index].next = conversation.newestOrphan
    if conversation.newestOrphan != .max { orphans[conversation.newestOrphan].previous = index }
    conversation.newestOrphan = index
  }

  /// Takes an orphan out from between its neighbours.
  private mutating func unlink(_ index: UInt32, from conversation: inout Conversation) {
    let orphan = orphans[index]
    if orphan.next != .max { orphans[orphan.next].previous = orphan.previous }
    if orphan.previous == .max {
      conversation.newestOrphan = orphan.next
    } else {
      orphans[orphan.previous].next = orphan.next
    }
    let hash = UInt32(truncatingIfNeeded: orphan.hash)
    if orphan.nextEqual != .max { orphans[orphan.nextEqual].previousEqual = orphan.previousEqual }
    guard orphan.previousEqual == .max else {
      orphans[orphan.previousEqual].nextEqual = orphan.nextEqual
      if orphan.nextEqual == .max {
        let key = PairingKey(
          uuid: orphan.uuid, connection: orphan.connection, asker: orphan.side, hash: orphan.hash)
        if let first = firstOrphan(key) { orphans[first].lastEqual = orphan.previousEqual }
      }
      return
    }
    orphanTable.remove(hash: hash, slot: index)
    guard orphan.nextEqual != .max else { return }
    orphans[orphan.nextEqual].lastEqual = orphan.lastEqual
    orphanTable.insert(hash: hash, slot: orphan.nextEqual)
  }

  /// Forgets an orphan.
  public mutating func removeOrphan(_ index: UInt32, from conversation: inout Conversation) {
    unlink(index, from: &conversation)
    kept.remove(orphans[index].kept)
    orphans.giveBack(index)
  }

  /// The orphans of a connection in order of their offsets.
  public func orphans(of conversation: Conversation) -> [UInt32] {
    var found: [UInt32] = []
    var index = conversation.newestOrphan
    while index != .max {
      found.append(index)
      index = orphans[index].next
    }
    return found.sorted {
      (orphans[$0].facts.offset, orphans[$0].tag) < (orphans[$1].facts.offset, orphans[$1].tag)
    }
  }
}

extension MessageTexts {
  /// Copies the texts into one, into which they point from now on.
  @inline(never)
  fileprivate mutating func gather(from bytes: RawSpan) -> [UInt8] {
    var text: [UInt8] = []
    func keep(_ field: inout TextRange) {
      guard field.isPresent else { return }
      let start = text.count
      text.append(bytes.extracting(field.range))
      field = TextRange(start: start, count: text.count - start)
    }
    keep(&type)
    keep(&uuid)
    keep(&statusText)
    keep(&code)
    keep(&reason)
    return text
  }
}
