import Storage
import Wire

extension Reassembler {
  /// Puts the payload of a segment where it belongs: delivered, waiting, or known already.
  static func insert(
    _ frame: DecodedFrame, bytes: RawSpan, arrival: Arrival, irtt: Int64,
    into stream: inout StreamState, shared: inout SharedState, slot: UInt32,
    side: Int, number connection: UInt64, outcome: inout SegmentOutcome
  ) {
    let sequence = frame.sequenceNumber &+ (frame.flags.contains(.syn) ? 1 : 0)
    let offset = stream.offset(of: sequence)
    var captured = frame.payloadLength
    var wire = frame.wirePayloadLength
    if UInt64(bitPattern: offset) == stream.next, stream.trouble == 0, captured == wire,
      stream.next + UInt64(wire) <= stream.finOffset
    {
      // In order, whole, and nothing waits: the common path.
      deliver(
        bytes, from: frame.payloadOffset, skipping: 0, count: captured, arrival: arrival,
        in: &stream, shared: &shared, outcome: &outcome)
      return
    }
    let index = shared.trouble(of: &stream)
    if isProbe(frame, offset: offset, stream: stream) {
      shared.troubles[index].keepAlives += 1
      return
    }
    var skipped = 0
    if offset < 0 {
      skipped = Int(min(Int64(wire), -offset))
      shared.troubles[index].beforeOrigin += UInt64(skipped)
    }
    if offset - Int64(bitPattern: stream.next) > maximumAhead {
      shared.troubles[index].outOfWindowSegments += 1
      return
    }
    if offset + Int64(wire) > Int64(clamping: stream.finOffset) {
      shared.troubles[index].outOfWindowSegments += 1
      wire = max(0, Int(Int64(clamping: stream.finOffset) - offset))
      captured = min(captured, wire)
    }
    guard skipped < wire else { return }
    var start = UInt64(offset + Int64(skipped))
    let end = UInt64(offset + Int64(wire))
    let fillsHole = start < stream.furthest && end > stream.next
    if start < stream.next {
      let old = Int(min(stream.next, end) - start)
      noteRepeat(
        bytes, from: frame.payloadOffset + skipped, count: min(old, max(0, captured - skipped)),
        at: start, arrival: arrival, stream: stream, shared: &shared)
      outcome.hasConflict = shared.troubles[index].conflict != nil
      shared.troubles[index].sentAgain.insert(start..<(start + UInt64(old)))
      shared.troubles[index].retransmittedSegments += 1
      stream.sampleTime = .min
      skipped += old
      start += UInt64(old)
      guard skipped < wire else { return }
    }
    if fillsHole {
      let since = shared.troubles[index].holeSince
      let isRecent = since == .max || arrival.time &- since <= max(3_000_000, irtt)
      if isRecent {
        shared.troubles[index].outOfOrderSegments += 1
        shared.troubles[index].outOfOrder.insert(start..<end)
      } else {
        shared.troubles[index].retransmittedSegments += 1
        shared.troubles[index].sentAgain.insert(start..<end)
      }
      shared.troubles[index].bridge = isRecent ? .reordered : .sentAgain
    }
    stream.furthest = max(stream.furthest, end)
    let isBlocked =
      start > stream.next
      || (shared.store.firstStart(of: shared.troubles[index].waiting) ?? .max) < end
    let count = max(0, captured - skipped)
    guard isBlocked else {
      deliver(
        bytes, from: frame.payloadOffset, skipping: skipped, count: count, arrival: arrival,
        in: &stream, shared: &shared, outcome: &outcome)
      outcome.snapped = end - stream.next
      outcome.mayUnblock = shared.troubles[index].waiting.intervals > 0
      return
    }
    let payload = bytes.extracting(
      (frame.payloadOffset + skipped)..<(frame.payloadOffset + skipped + count))
    let insertion = shared.store.insert(
      payload, at: start, snapped: UInt32(clamping: wire - captured), arrival: arrival,
      into: &shared.troubles[index].waiting)
    if insertion.repeated > 0, insertion.added == 0 {
      shared.troubles[index].retransmittedSegments += 1
      shared.troubles[index].sentAgain.insert(start..<end)
    }
    if let first = insertion.firstDifference {
      shared.troubles[index].noteConflict(
        at: first, length: UInt64(insertion.differing), arrival: arrival)
      outcome.hasConflict = true
    }
    shared.watchHole(of: stream, slot: slot, side: side, number: connection)
    outcome.mayUnblock = start <= stream.next
    outcome.exceedsLimit =
      shared.troubles[index].waiting.bytes > shared.limits.waitingBytesPerStream
  }

  private static func deliver(
    _ bytes: RawSpan, from payloadOffset: Int, skipping skipped: Int, count: Int,
    arrival: Arrival, in stream: inout StreamState, shared: inout SharedState,
    outcome: inout SegmentOutcome
  ) {
    let payload = bytes.extracting(
      (payloadOffset + skipped)..<(payloadOffset + skipped + count))
    stream.history = shared.history.append(payload, at: stream.next, after: stream.history)
    stream.next += UInt64(count)
    stream.furthest = max(stream.furthest, stream.next)
    stream.delivered = max(stream.delivered, arrival.time)
    stream.sampleOffset = stream.next
    stream.sampleTime = arrival.time
    outcome.deliver = skipped..<(skipped + count)
    outcome.arrival = arrival
  }

  /// A keep-alive, whatever byte it carries: what it repeats was acknowledged long ago.
  private static func isProbe(
    _ frame: DecodedFrame, offset: Int64, stream: StreamState
  ) -> Bool {
    frame.wirePayloadLength <= 1 && frame.flags.isDisjoint(with: [.syn, .fin, .reset])
      && offset == Int64(bitPattern: stream.furthest) - 1
      && (stream.acknowledged >= stream.furthest || stream.acknowledged == 0)
  }

  private static func noteRepeat(
    _ bytes: RawSpan, from position: Int, count: Int, at start: UInt64, arrival: Arrival,
    stream: StreamState, shared: inout SharedState
  ) {
    let copy = bytes.extracting(position..<(position + count))
    if let difference = shared.history.firstDifference(
      of: copy, at: start, newest: stream.history)
    {
      shared.troubles[Int(stream.trouble)].noteConflict(
        at: difference.offset, length: UInt64(difference.count), arrival: arrival)
    }
  }
}
