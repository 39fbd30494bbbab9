import Storage
import Wire

extension Reassembler {
  /// Puts the payload of a segment where it belongs: delivered, waiting, or known already.
  static func insert(
    _ segment: PlainSegment, bytes: RawSpan, arrival: Arrival, irtt: Int64,
    into stream: inout StreamState, shared: inout SharedState, slot: UInt32,
    side: Int, number connection: UInt64, outcome: inout SegmentOutcome
  ) {
    let sequence = segment.sequenceNumber &+ (segment.flags.contains(.syn) ? 1 : 0)
    let offset = stream.offset(of: sequence)
    let captured = segment.payloadLength
    var wire = segment.wirePayloadLength
    if UInt64(bitPattern: offset) == stream.next, stream.trouble == 0, captured == wire,
      stream.next + UInt64(wire) <= stream.finOffset
    {
      // In order, whole, and nothing waits: the common path.
      deliver(
        bytes, from: segment.payloadOffset, skipping: 0, count: captured, arrival: arrival,
        in: &stream, shared: &shared, outcome: &outcome)
      return
    }
    let index = shared.trouble(of: &stream)
    if isProbe(segment, in: bytes, offset: offset, stream: stream) {
      shared.troubles[index].keepAlives += 1
      return
    }
    if offset - Int64(bitPattern: stream.next) > maximumAhead {
      shared.troubles[index].outOfWindowSegments += 1
      shared.troubles[index].outOfWindowBytes += UInt64(wire)
      shared.troubles[index].lostSegments += 1
      return
    }
    if offset + Int64(wire) > Int64(clamping: stream.finOffset) {
      let kept = max(0, Int(Int64(clamping: stream.finOffset) - offset))
      shared.troubles[index].bytesAfterFIN += UInt64(wire - kept)
      wire = kept
    }
    var skipped = 0
    if offset < 0 {
      skipped = Int(min(Int64(wire), -offset))
      shared.troubles[index].beforeOrigin += UInt64(skipped)
      shared.troubles[index].beforeOriginTime = max(
        shared.troubles[index].beforeOriginTime, arrival.time)
      // What was delivered waited for this at the receiver, until anything of the stream was
      // acknowledged: byte 0 stands for it.
      noteSentAgain(0..<1, of: &stream, &shared)
    }
    guard skipped < wire else { return }
    var start = UInt64(offset + Int64(skipped))
    let end = UInt64(offset + Int64(wire))
    if start < stream.next {
      let old = Int(min(stream.next, end) - start)
      noteRepeat(
        payload(of: segment, in: bytes, from: skipped, to: skipped + old), at: start,
        arrival: arrival, stream: stream, shared: &shared)
      outcome.hasConflict = shared.troubles[index].conflict != nil
      noteSentAgain(start..<(start + UInt64(old)), of: &stream, &shared)
      shared.troubles[index].retransmittedSegments += 1
      if end <= stream.acknowledged { shared.troubles[index].spuriousRetransmissions += 1 }
      stream.sampleTime = .min
      skipped += old
      start += UInt64(old)
      guard skipped < wire else { return }
    }
    let isBehind = start < stream.furthest
    if start > stream.furthest { shared.troubles[index].lostSegments += 1 }
    stream.furthest = max(stream.furthest, end)
    guard start > stream.next || (shared.firstWaiting(of: stream) ?? .max) < end else {
      if isBehind {
        noteLate(start..<end, arrival: arrival, irtt: irtt, of: &stream, &shared)
      } else {
        noteBehindACK(start..<end, of: &stream, &shared)
      }
      let low = min(skipped, captured)
      deliver(
        bytes, from: segment.payloadOffset, skipping: low, count: min(captured, wire) - low,
        arrival: arrival, in: &stream, shared: &shared, outcome: &outcome)
      outcome.snapped = end - stream.next
      outcome.mayUnblock = shared.troubles[index].waiting.intervals > 0
      return
    }
    let insertion = shared.store.insert(
      payload(of: segment, in: bytes, from: skipped, to: wire), length: wire - skipped, at: start,
      arrival: arrival, into: &shared.troubles[index].waiting)
    if insertion.added == 0 {
      shared.troubles[index].retransmittedSegments += 1
      noteSentAgain(start..<end, of: &stream, &shared)
    } else if isBehind {
      noteLate(start..<end, arrival: arrival, irtt: irtt, of: &stream, &shared)
    } else {
      noteBehindACK(start..<end, of: &stream, &shared)
    }
    if let first = insertion.firstDifference {
      shared.troubles[index].noteConflict(
        at: first, length: UInt64(insertion.differing), arrival: arrival)
      outcome.hasConflict = true
    }
    shared.watchHole(of: stream, slot: slot, side: side, number: connection, isSame: true)
    outcome.mayUnblock = start <= stream.next
    outcome.exceedsLimit =
      shared.troubles[index].waiting.bytes > shared.limits.waitingBytesPerStream
  }

  /// Judges a segment that fills a hole: soon after the hole appeared it was captured out of order,
  /// later it was sent again.
  private static func noteLate(
    _ range: Range<UInt64>, arrival: Arrival, irtt: Int64, of stream: inout StreamState,
    _ shared: inout SharedState
  ) {
    let index = Int(stream.trouble)
    let since = shared.troubles[index].holeSince
    let now = sum(arrival.time, shared.clockShift)
    let isRecent = since == .max || now &- since <= max(3_000_000, irtt)
    if isRecent {
      shared.troubles[index].outOfOrderSegments += 1
      noteOutOfOrder(range, of: &stream, &shared)
    } else {
      shared.troubles[index].retransmittedSegments += 1
      noteSentAgain(range, of: &stream, &shared)
    }
    shared.troubles[index].bridge = isRecent ? .reordered : .sentAgain
  }

  /// Notes what of new bytes was captured behind its receiver's ACK, which counts as one of a lost segment.
  @inline(__always)
  static func noteBehindACK(
    _ range: Range<UInt64>, of stream: inout StreamState, _ shared: inout SharedState
  ) {
    guard range.lowerBound < stream.acknowledged else { return }
    noteOutOfOrder(
      range.lowerBound..<min(range.upperBound, stream.acknowledged), of: &stream, &shared)
  }

  private static func noteSentAgain(
    _ range: Range<UInt64>, of stream: inout StreamState, _ shared: inout SharedState
  ) {
    shared.troubles[Int(stream.trouble)].sentAgain.insert(range)
    stream.disturbed = max(stream.disturbed, range.upperBound)
  }

  static func noteOutOfOrder(
    _ range: Range<UInt64>, of stream: inout StreamState, _ shared: inout SharedState
  ) {
    shared.troubles[Int(stream.trouble)].outOfOrder.insert(range)
    stream.disturbed = max(stream.disturbed, range.upperBound)
  }

  /// The captured part of a payload between two of its offsets; the snapshot length may have cut it.
  @_lifetime(copy bytes)
  private static func payload(
    of segment: PlainSegment, in bytes: RawSpan, from low: Int, to high: Int
  ) -> RawSpan {
    let low = min(low, segment.payloadLength)
    let high = max(low, min(high, segment.payloadLength))
    return bytes.extracting((segment.payloadOffset + low)..<(segment.payloadOffset + high))
  }

  static func deliver(
    _ bytes: RawSpan, from payloadOffset: Int, skipping skipped: Int, count: Int,
    arrival: Arrival, in stream: inout StreamState, shared: inout SharedState,
    outcome: inout SegmentOutcome
  ) {
    let payload = bytes.extracting(
      (payloadOffset + skipped)..<(payloadOffset + skipped + count))
    append(payload, arrivingAt: arrival.time, to: &stream, &shared)
    outcome.deliver = skipped..<(skipped + count)
    outcome.arrival = arrival
  }

  /// Adds the next bytes to what was delivered of a stream.
  @inline(__always)
  static func append(
    _ payload: RawSpan, arrivingAt time: Int64, to stream: inout StreamState,
    _ shared: inout SharedState
  ) {
    stream.history = shared.history.append(payload, at: stream.next, after: stream.history)
    stream.next &+= UInt64(truncatingIfNeeded: payload.byteCount)
    stream.furthest = max(stream.furthest, stream.next)
    if stream.clockEpoch != shared.clockEpoch { shared.enter(shared.clockEpoch, of: &stream) }
    stream.delivered = max(stream.delivered, time)
    stream.sampleOffset = stream.next
    stream.sampleTime = time
  }

  /// A keep-alive, whatever byte it carries: what it repeats was acknowledged long ago.
  private static func isProbe(
    _ segment: PlainSegment, in bytes: RawSpan, offset: Int64, stream: StreamState
  ) -> Bool {
    guard segment.wirePayloadLength <= 1, segment.flags.isDisjoint(with: [.syn, .fin, .reset])
    else { return false }
    if offset == Int64(bitPattern: stream.furthest) - 1 {
      return stream.acknowledged >= stream.furthest || stream.acknowledged == 0
    }
    // A FIN takes a sequence number, which a keep-alive behind it repeats.
    if offset == Int64(clamping: stream.finOffset) { return true }
    // Behind bytes that the capture lacks; a byte that an application wrote would be pushed.
    guard !segment.flags.contains(.push) else { return false }
    let known = Int64(bitPattern: max(stream.furthest, stream.acknowledged))
    if stream.acknowledged > stream.furthest, offset == known - 1 { return true }
    // Where their ACK is not captured either, the byte of most systems tells.
    return offset > known && segment.payloadLength == 1
      && bytes.byte(at: segment.payloadOffset) == 0
  }

  private static func noteRepeat(
    _ copy: RawSpan, at start: UInt64, arrival: Arrival, stream: StreamState,
    shared: inout SharedState
  ) {
    if let difference = shared.history.firstDifference(
      of: copy, at: start, newest: stream.history)
    {
      shared.troubles[Int(stream.trouble)].noteConflict(
        at: difference.offset, length: UInt64(difference.count), arrival: arrival)
    }
  }
}
