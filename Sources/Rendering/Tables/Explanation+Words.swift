internal import Records

/// What causes, hints and reasons are in words.
extension Explanation {
  /// Appends the causes of a quality: `response retransmitted, request out of order`.
  static func append(causesOf record: borrowing TransactionRecord, to buffer: inout OutputBuffer) {
    var separator: StaticString = ": "
    let (quality, latency) = (record.quality, record.latency)
    let isAnsweredFirst = quality == .uncertain && latency == 0
    for (index, name) in Causes.names.enumerated() {
      let cause = Causes(rawValue: 1 << UInt16(index))
      guard record.causes.contains(cause) else { continue }
      buffer.append(separator)
      separator = ", "
      let asked = record.requestCauses.contains(cause)
      let answered = record.responseCauses.contains(cause)
      let whose: StaticString =
        asked ? answered ? "request and response" : "request" : "response"
      switch cause {
      case .retransmitted:
        buffer.append(whose)
        buffer.append(" retransmitted")
      case .reordered where isAnsweredFirst:
        buffer.append("response captured before its request")
      case .reordered:
        buffer.append(whose)
        buffer.append(" out of order")
      case .zeroWindow:
        buffer.append("no room for the ")
        buffer.append(whose)
        buffer.append(" (zero window)")
      case .gap:
        append(gapOf: record, asked: asked, answered: answered, to: &buffer)
      case .kernelDrop:
        buffer.append("the kernel dropped packets meanwhile")
      case .joinedMidstream:
        buffer.append("the capture joined just before")
      case .clockStep:
        buffer.append("the clock was set back meanwhile")
      case .snaplen:
        buffer.append(whose)
        buffer.append(" cut by the snapshot length")
      case .uuidReused:
        buffer.append("uuid used again, so this may answer an older request")
      case .earlyResponse:
        buffer.append("answered before the whole request had arrived")
      default:
        buffer.append(name)
      }
    }
  }

  /// A message has a gap in it, or came behind one.
  private static func append(
    gapOf record: borrowing TransactionRecord, asked: Bool, answered: Bool,
    to buffer: inout OutputBuffer
  ) {
    if asked {
      buffer.append(
        record.requestFrameEnd == nil
          ? "part of the request missing" : "request behind missing bytes")
    }
    if asked, answered { buffer.append(", ") }
    if answered {
      buffer.append(
        record.responseFrameEnd == nil
          ? "part of the response missing" : "response behind missing bytes")
    }
  }

  /// Appends what explains a slow transaction.
  static func append(hintsOf record: borrowing TransactionRecord, to buffer: inout OutputBuffer) {
    let hints = record.hints
    if hints.contains(.retransmissionTimeout) {
      buffer.append(" · waited for a retransmission timeout")
    }
    if hints.contains(.queued) {
      buffer.append(" · queued behind ")
      buffer.append(decimal: UInt64(record.inFlight))
    }
    if hints.contains(.behindLargeMessage) { buffer.append(" · behind a large message") }
    if hints.contains(.delayedACK) { buffer.append(" · a delayed ACK of 40 ms") }
    if hints.contains(.stall) { buffer.append(" · stall: nothing was answered meanwhile") }
  }

  /// Why a request has no answer.
  static func words(of reason: UnansweredReason) -> StaticString {
    switch reason {
    case .oneSided: "only one direction was captured"
    case .gap: "the answer may be missing from the capture"
    case .kernelDrop: "the kernel dropped packets meanwhile"
    case .timeout: "timeout"
    case .connectionClosed: "the connection was closed"
    case .connectionReset: "the connection was reset"
    case .captureEnded: "the capture ended"
    case .superseded: "its uuid was used again"
    case .evicted: "too many requests waited to keep it"
    }
  }
}
