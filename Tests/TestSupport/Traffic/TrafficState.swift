/// What one endpoint has still to do in one connection, and what it has of the peer's stream.
struct TrafficState {
  /// A part of a message that waits to be written.
  private struct Piece {
    var due: Int64
    var bytes: [UInt8]
    /// The message whose first byte this is the first of, until that was written.
    var begins: TrafficMessage?
  }

  /// Actions with the time when they are due, in no order.
  var todo: [(due: Int64, action: TrafficScenario.Action)]
  /// Uuids of own requests that will be answered.
  var awaited: Set<Int> = []
  var isReading = true
  var isHalfClosed = false
  /// Whether the peer ended its stream.
  var sawEnd = false
  /// Whether the last write was not taken whole.
  var isBlocked = false

  private var pieces: [Piece] = []
  private var written = 0
  private var unread: [UInt8] = []
  private var readOffset = 0

  init(todo: [(due: Int64, action: TrafficScenario.Action)]) {
    self.todo = todo
  }

  /// Whether nothing is left to do without hearing from the peer.
  var isIdle: Bool { todo.isEmpty && pieces.isEmpty }

  /// When something is due next.
  var wake: Int64? {
    let next = isBlocked ? nil : pieces.first?.due
    return [todo.map(\.due).min(), next].compactMap(\.self).min()
  }

  /// The earliest action that is due; equal times keep their order.
  mutating func takeDue(_ now: Int64) -> TrafficScenario.Action? {
    guard
      let index = todo.indices.min(by: { (todo[$0].due, $0) < (todo[$1].due, $1) }),
      todo[index].due <= now
    else { return nil }
    return todo.remove(at: index).action
  }

  /// Lines a message up behind what waits already.
  mutating func queue(_ message: TrafficMessage, cut: TrafficScenario.Cut?, at now: Int64) {
    let bytes = Array(message.text.utf8)
    let count = min(max(cut?.pieces ?? 1, 1), bytes.count)
    for index in 0..<count {
      let range = bytes.count * index / count..<bytes.count * (index + 1) / count
      pieces.append(
        Piece(
          due: now + Int64(index * (cut?.pauseMilliseconds ?? 0)) * 1_000_000,
          bytes: Array(bytes[range]), begins: index == 0 ? message : nil))
    }
    if message.kind == .request, message["silent"] == nil, let uuid = message.uuid {
      awaited.insert(uuid)
    }
  }

  /// All bytes that may be written now, in one write.
  func dueBytes(_ now: Int64) -> [UInt8] {
    pieces.prefix { $0.due <= now }.flatMap(\.bytes)
  }

  /// Takes away what was written; the messages of which it was the beginning, with their offsets.
  mutating func wrote(_ count: Int) -> [(TrafficMessage, Int)] {
    var begun: [(TrafficMessage, Int)] = []
    var left = count
    while left > 0, let piece = pieces.first {
      if let message = piece.begins { begun.append((message, written)) }
      let taken = min(left, piece.bytes.count)
      written += taken
      left -= taken
      if taken == piece.bytes.count {
        pieces.removeFirst()
      } else {
        pieces[0].bytes.removeFirst(taken)
        pieces[0].begins = nil
      }
    }
    return begun
  }

  /// Takes bytes of the peer; the messages that they complete, with their offsets.
  mutating func received(_ bytes: [UInt8]) -> [(TrafficMessage, Int)] {
    unread += bytes
    var messages: [(TrafficMessage, Int)] = []
    var begin = 0
    var index = 0
    let end = Array("\r\n\r\n".utf8)
    while index + end.count <= unread.count {
      guard unread[index] == end[0], unread[index..<index + end.count].elementsEqual(end) else {
        index += 1
        continue
      }
      index += end.count
      let text = String(decoding: unread[begin..<index], as: UTF8.self)
      if let message = TrafficMessage(text: text) {
        messages.append((message, readOffset + begin))
      }
      begin = index
    }
    unread.removeFirst(begin)
    readOffset += begin
    return messages
  }
}
