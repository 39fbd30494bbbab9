import ControlProtocol
import Correlation
import Records
import Storage
import Streams
import Wire

/// The parts of an inspector and the order in which a packet goes through them.
///
/// For one packet: what its time makes due, then what its ACK says, then its bytes through the
/// parser, message by message, then the transactions that these completed.
struct InspectorCore: ~Copyable {
  private let inPlace = InPlace()
  let configuration: InspectionConfiguration
  let sink: any RecordSink
  let streams: (any StreamSink)?
  /// Who counts in place of the sink, if anybody does.
  let counter: any RecordCounter
  /// What it counts.
  let countsMessages: Bool
  let countsTransactions: Bool
  var reassembler: Reassembler
  var parser: MessageParser
  var correlator: Correlator
  var states = Slab<ConversationState>()
  var tallies = Slab<DiagnosticTally>()
  /// Of the few connections with many kinds of oddities.
  var tables: [DiagnosticTable] = []
  var freeTables: [UInt32] = []
  var quotable = QuotableRequests()
  var drops = DropLog()
  var untimed = UntimedPackets()
  var heldComments: [HeldComment] = []
  /// Connections that may hold captured bytes, by when they were active.
  var holders = DeadlineQueue()
  /// What sides of connections hold back while bytes of the other one's stream are awaited.
  var heldQueues = PagedRow<HeldQueue>()
  var freeHeldQueues: [UInt32] = []
  /// Bytes of memory that it takes.
  var heldBackBytes = 0
  /// How often packet time had been set back when what is handed on was captured; nil while nothing is.
  var heldEpoch: UInt32?
  /// Whether a message is being cut because all that is held is too much.
  var isGivingUp = false
  /// How much may be held now.
  var room: Int
  /// What pairing must know of the message at hand; filled anew for each.
  var facts = MessageFacts()
  /// The message told last.
  var messageRecord = MessageRecord()
  /// The identity asked for last, and whether it still holds.
  var identified = ConnectionIdentity()
  var isIdentified = false

  /// The latest packet time since the clock stepped last.
  var now = Int64.min
  /// How often packet time was set back.
  var clockEpoch: UInt32 = 0
  var first = Int64.max
  var last = Int64.min

  var health = CaptureHealth()
  var undecoded = [UInt64](repeating: 0, count: StopReason.allCases.count)
  var fragments: FragmentTable
  var segments: UInt64 = 0
  var ports = PortSurvey()

  init(
    configuration: InspectionConfiguration, sink: any RecordSink,
    streams: (any StreamSink)? = nil
  ) {
    self.configuration = configuration
    room = configuration.limits.heldBytes
    self.sink = sink
    self.streams = streams
    let counter = sink.counter
    countsMessages = counter != nil && sink.countsMessages
    countsTransactions = counter != nil && sink.countsTransactions
    self.counter = counter ?? NoCounter()
    var streamLimits = StreamLimits()
    streamLimits.waitingBytesPerStream = configuration.limits.waitingBytesPerStream
    streamLimits.connections = configuration.limits.connections
    streamLimits.reorderNanoseconds = configuration.limits.reorderNanoseconds
    streamLimits.holeNanoseconds = configuration.limits.holeNanoseconds
    streamLimits.halfOpenNanoseconds = configuration.limits.halfOpenNanoseconds
    reassembler = Reassembler(
      limits: streamLimits, seed: configuration.seed, hidesPackets: configuration.hidesPackets)
    var fragmentLimits = FragmentTable.Limits()
    fragmentLimits.datagrams = configuration.limits.fragmentedDatagrams
    fragmentLimits.heldBytes = configuration.limits.heldBytes / 4
    fragmentLimits.patienceNanoseconds = configuration.limits.fragmentNanoseconds
    fragments = FragmentTable(limits: fragmentLimits, seed: configuration.seed)
    var parserConfiguration = ParserConfiguration()
    parserConfiguration.maximumMessageLength = configuration.limits.messageBytes
    parserConfiguration.keepsParameters = configuration.keepsParameters
    parserConfiguration.seed = configuration.seed
    parser = MessageParser(configuration: parserConfiguration)
    var pairing = CorrelationConfiguration()
    pairing.timeoutNanoseconds = configuration.timeoutNanoseconds
    pairing.orphanNanoseconds = 2 * min(configuration.limits.reorderNanoseconds, .max / 2)
    pairing.pendingPerConnection = configuration.limits.pendingRequestsPerConnection
    pairing.seed = configuration.seed
    correlator = Correlator(configuration: pairing)
  }

  /// Takes a packet. It is lent, as its frame is further down, and not changed: both are too large to
  /// be copied for each packet.
  mutating func inspect(_ packet: inout Packet, bytes: RawSpan) {
    let time = packet.time.nanoseconds
    health.packets &+= 1
    health.bytes &+= UInt64(truncatingIfNeeded: bytes.byteCount)
    if time < first { first = time }
    if time > last { last = time }
    keepTime(time)
    let step = reassembler.takePlain(bytes, linkType: packet.linkType, time: time)
    guard step.isTaken else { return inspectAny(&packet, bytes: bytes, step) }
    guard step.hasPayload else {
      // Nothing is delivered, told or held.
      segments &+= 1
      return acknowledge(step, of: packet, isPlain: true)
    }
    finish(step, packet: &packet, bytes: bytes, before: heldByConnections, isPlain: true)
  }

  /// Notes what a segment acknowledged.
  @inline(__always)
  private mutating func acknowledge(
    _ step: PlainStep, of packet: borrowing Packet, isPlain: Bool
  ) {
    guard step.acknowledgmentAdvanced else { return }
    let time = packet.time.nanoseconds
    guard isPlain else {
      return acknowledge(
        upTo: step.reached, slot: step.slot, side: step.side, at: time,
        frame: Arrival.frame(of: copy packet))
    }
    correlator.acknowledge(
      &states[step.slot].pairing, side: 1 - step.side, upTo: step.reached, at: time)
  }

  var profitsFromForesight: Bool { reassembler.profitsFromForesight }

  /// Is shown a packet that is going to come soon.
  mutating func foresee(_ bytes: RawSpan, linkType: LinkType) {
    if let slot = reassembler.foresee(bytes, linkType: linkType) { states.prefetch(slot) }
  }

  /// Goes on with a segment that `takePlain` or `takeUsual` took.
  ///
  /// - Parameter before: what was held for connections before it.
  @inline(__always)
  private mutating func finish(
    _ step: PlainStep, packet: inout Packet, bytes: RawSpan, before: Int, isPlain: Bool
  ) {
    segments &+= 1
    let time = packet.time.nanoseconds
    let (slot, side) = (step.slot, step.side)
    acknowledge(step, of: packet, isPlain: isPlain)
    if step.hasPayload {
      let chunk = step.payload(in: bytes)
      // Its diagnostics are counted there; it arrives while the messages are read.
      tallies.prefetch(states[slot].tally)
      let arrival = Arrival(
        time: time, frame: Arrival.frame(of: packet), acknowledged: step.acknowledged)
      if isPlain {
        read(chunk, mark: mark(of: arrival, slot, side), slot: slot, side: side)
      } else {
        deliver(chunk, arrival: arrival, slot: slot, side: side)
      }
    }
    if !isPlain {
      if step.needsSettling {
        settleTrouble(slot, side, mayUnblock: step.mayUnblock, exceedsLimit: step.exceedsLimit)
      }
      if step.hasPayload { handOn(slot, awaiting: side) }
    }
    tellCompleted()
    settleHeld(slot, before: before)
  }

  @inline(never)
  private mutating func inspectAny(_ packet: inout Packet, bytes: RawSpan, _ step: PlainStep) {
    var step = step
    let before = heldByConnections
    if step.place != nil, let segment = PlainSegment(bytes, linkType: packet.linkType) {
      reassembler.takeUsual(segment, packet: &packet, bytes: bytes, &step)
      guard step.isTaken else {
        var frame = DecodedFrame(segment)
        return take(&frame, packet: &packet, bytes: bytes, after: step)
      }
    } else {
      var frame = DecodedFrame()
      switch FrameDecoder.decode(bytes, linkType: packet.linkType, into: &frame) {
      case .segment:
        step = reassembler.takePlain(&frame, packet: &packet, bytes: bytes)
        guard step.isTaken else {
          return take(&frame, packet: &packet, bytes: bytes, after: step)
        }
      case .fragment(let fragment):
        return take(fragment, of: packet, frame: frame, bytes: bytes, depth: 1)
      case .stopped(let reason):
        undecoded[Int(reason.rawValue)] += 1
        return
      }
    }
    finish(step, packet: &packet, bytes: bytes, before: before, isPlain: false)
  }

  /// Moves the packet clock on, and lets happen what is due. A step back by more than a second
  /// restarts the clock there; deadlines keep their distance.
  @inline(__always)
  private mutating func keepTime(_ time: Int64) {
    if time < now, !stepBack(to: time) { return }
    now = time
    expire()
  }

  /// Restarts the clock at an earlier time, unless that is only a packet out of order.
  @inline(never)
  private mutating func stepBack(to time: Int64) -> Bool {
    let (step, overflow) = now.subtractingReportingOverflow(time)
    guard overflow || step > 1_000_000_000 else { return false }
    clockEpoch &+= 1
    let shift = reassembler.clockShift.addingReportingOverflow(overflow ? .max : step)
    reassembler.clockShift = shift.overflow ? .max : shift.partialValue
    correlator.clockShift = reassembler.clockShift
    return true
  }

  mutating func advance(to time: Int64) {
    guard time > now, now != .min else { return }
    now = time
    expire()
  }

  /// Takes a segment with which more is to be done than to deliver.
  ///
  /// - Parameter step: what was found out about it.
  mutating func take(
    _ frame: inout DecodedFrame, packet: inout Packet, bytes: RawSpan, after step: PlainStep
  ) {
    segments &+= 1
    let outcome: SegmentOutcome
    let place: Reassembler.Place
    let before: Int
    if let known = step.place, !isReplaced(by: frame, after: step, packet) {
      place = known
      before = heldByConnections
      outcome = reassembler.take(&frame, packet: packet, bytes: bytes, after: step)
    } else {
      guard let admitted = admit(frame, packet: packet) else { return }
      place = admitted
      before = heldByConnections
      outcome = reassembler.take(&frame, packet: packet, bytes: bytes, at: place)
    }
    if outcome.isDuplicate { return }
    let (slot, side) = (place.slot, place.side)
    if outcome.isReset {
      conclude(slot, because: .connectionReset, at: packet.time.nanoseconds)
      reassembler.close(slot, as: .reset, at: packet.time.nanoseconds)
      return
    }
    if outcome.acknowledgmentAdvanced {
      acknowledge(
        upTo: outcome.acknowledged, slot: slot, side: side, at: packet.time.nanoseconds,
        frame: Arrival.frame(of: packet))
    }
    if !outcome.deliver.isEmpty || outcome.snapped > 0 {
      let begin = frame.payloadOffset + outcome.deliver.lowerBound
      let chunk = bytes.extracting(begin..<(begin + outcome.deliver.count))
      deliver(chunk, arrival: outcome.arrival, slot: slot, side: side)
      if outcome.snapped > 0 {
        let next = reassembler.connections[slot].streams[side].next
        skipGap(slot, side, to: next + outcome.snapped, as: .snaplen)
      }
    }
    if outcome.needsSettling {
      settleTrouble(
        slot, side, mayUnblock: outcome.mayUnblock, exceedsLimit: outcome.exceedsLimit)
    }
    if !outcome.deliver.isEmpty || outcome.snapped > 0 { handOn(slot, awaiting: side) }
    if frame.flags.contains(.fin) || reassembler.connections[slot].streams[side].isFinished {
      settleFinish(slot, side, at: packet.time.nanoseconds)
    }
    tellCompleted()
    settleHeld(slot, before: before)
  }

  /// Ends a connection when a segment shows that there is another one between its ports.
  private mutating func isReplaced(
    by frame: DecodedFrame, after step: PlainStep, _ packet: Packet
  ) -> Bool {
    guard reassembler.showsAnother(frame, after: step) else { return false }
    conclude(step.slot, because: .connectionClosed, at: packet.time.nanoseconds)
    retire(step.slot, as: .reused)
    return true
  }

  /// The place of a segment that may begin a connection; nil when it belongs to none.
  @inline(never)
  private mutating func admit(_ frame: DecodedFrame, packet: Packet) -> Reassembler.Place? {
    while true {
      switch reassembler.admit(frame, packet: packet) {
      case .known(let place):
        return place
      case .new(let place):
        begin(place.slot)
        return place
      case .replaces(let old):
        conclude(old, because: .connectionClosed, at: packet.time.nanoseconds)
        retire(old, as: .reused)
      case .full(let victim):
        evict(victim, at: packet.time.nanoseconds)
      case .ignored:
        return nil
      }
    }
  }

  @inline(never)
  private mutating func settleTrouble(
    _ slot: UInt32, _ side: Int, mayUnblock: Bool, exceedsLimit: Bool
  ) {
    if let conflict = reassembler.takeConflict(slot, side) {
      tellConflict(conflict, slot: slot, side: side)
    }
    if mayUnblock { drain(slot, side) }
    while exceedsLimit,
      reassembler.waitingBytes(slot, side) > configuration.limits.waitingBytesPerStream,
      let end = reassembler.holeEnd(slot, side)
    {
      health.limits.waiting += 1
      skipGap(slot, side, to: end, as: .limit)
      drain(slot, side)
    }
  }
}

/// Stands where nobody counts, and is never asked.
private final class NoCounter: RecordCounter {
  var wholeFromLatency: Int64 { .min }
  func count(_ message: CountedMessage, type: TextRange, text: RawSpan) {}
  func count(_ answer: CountedAnswer, type: TextRange, text: RawSpan) {}
}
