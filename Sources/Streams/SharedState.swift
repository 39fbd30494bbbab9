import Storage

/// What all streams of a reassembler share: waiting bytes, delivered ones, troubles and deadlines.
struct SharedState: ~Copyable {
  private let inPlace = InPlace()
  var store: IntervalStore
  var history = DeliveredHistory()
  /// Indexed by `StreamState.trouble`; the first is nobody's.
  var troubles = PagedRow<StreamTrouble>()
  private var freeTroubles: [UInt32] = []
  var reorder = DeadlineQueue()
  var holes = DeadlineQueue()
  /// What is added to packet time so that deadlines never go back: see `Reassembler.clockShift`.
  var clockShift: Int64 = 0 {
    didSet {
      store.clockEpoch &+= 1
      clockShifts[Int(clockEpoch)] = clockShift
    }
  }
  /// What `clockShift` was in each of the last 256 epochs of the clock.
  private(set) var clockShifts = [Int64](repeating: 0, count: 256)
  /// How often packet time was set back, the low bits.
  var clockEpoch: UInt8 { store.clockEpoch }
  let limits: StreamLimits

  init(limits: StreamLimits, seed: UInt64) {
    self.limits = limits
    store = IntervalStore(seed: seed)
    troubles.append(StreamTrouble())
  }

  /// The index of a stream's trouble, made when there is none.
  mutating func trouble(of stream: inout StreamState) -> Int {
    if stream.trouble == 0 {
      if let index = freeTroubles.popLast() {
        stream.trouble = index
      } else {
        stream.trouble = UInt32(troubles.count)
        troubles.append(StreamTrouble())
      }
    }
    return Int(stream.trouble)
  }

  /// A packet time of an epoch on the shifted clock.
  func shifted(_ time: Int64, of epoch: UInt8) -> Int64 {
    Reassembler.sum(time, clockShifts[Int(epoch)])
  }

  /// Begins the times of a stream anew with the first bytes that came after packet time was set back.
  @inline(never)
  mutating func enter(_ epoch: UInt8, of stream: inout StreamState) {
    stream.delivered = .min
    stream.clockEpoch = epoch
  }

  /// Takes the time of bytes that waited and are delivered now.
  @inline(__always)
  mutating func noteDelivery(of bytes: borrowing WaitingBytes, in stream: inout StreamState) {
    if bytes.clockEpoch != stream.clockEpoch {
      // They came before packet time was set back, and the bytes that they waited for behind that: they
      // could be read as soon as these.
      let isNewer = clockEpoch &- bytes.clockEpoch < clockEpoch &- stream.clockEpoch
      guard isNewer || stream.delivered == .min else { return }
      enter(bytes.clockEpoch, of: &stream)
    }
    stream.delivered = max(stream.delivered, bytes.arrival.time)
  }

  /// Frees what is kept for a stream.
  mutating func release(_ stream: inout StreamState) {
    guard stream.trouble != 0 else { return }
    let index = Int(stream.trouble)
    store.removeAll(of: &troubles[index].waiting)
    troubles[index] = StreamTrouble()
    freeTroubles.append(stream.trouble)
    stream.trouble = 0
  }

  /// Whether what went wrong in a stream is over: nothing waits, nothing is missed.
  func isSettled(_ stream: borrowing StreamState) -> Bool {
    guard stream.trouble != 0 else { return true }
    return troubles[Int(stream.trouble)].isSettled(at: stream.next)
  }

  /// Where the first bytes of a stream lie that wait.
  func firstWaiting(of stream: StreamState) -> UInt64? {
    stream.trouble == 0 ? nil : store.firstStart(of: troubles[Int(stream.trouble)].waiting)
  }

  /// When the first bytes that wait in a trouble arrived, on the shifted clock.
  func firstArrival(in trouble: Int) -> Int64? {
    store.firstArrival(of: troubles[trouble].waiting).map { shifted($0.time, of: $0.clockEpoch) }
  }

  /// Whether bytes at `offset` were delivered or wait with equal content, as far as can be compared.
  mutating func holdsEqual(
    _ bytes: RawSpan, at offset: UInt64, in stream: StreamState
  ) -> Bool {
    if offset < stream.next {
      let old = min(bytes.byteCount, Int(clamping: stream.next - offset))
      if history.firstDifference(
        of: bytes.extracting(0..<old), at: offset, newest: stream.history) != nil
      {
        return false
      }
    }
    guard stream.trouble != 0 else { return offset + UInt64(bytes.byteCount) <= stream.next }
    return store.holdsEqual(
      bytes, at: offset, from: stream.next, in: &troubles[Int(stream.trouble)].waiting)
  }

  /// Keeps the deadlines of a stream's hole in step with the hole.
  ///
  /// - Parameter isSame: whether it is the hole that was watched before, perhaps smaller now: its age
  ///   stays.
  mutating func watchHole(
    of stream: StreamState, slot: UInt32, side: Int, number: UInt64, isSame: Bool
  ) {
    let index = Int(stream.trouble)
    guard index != 0 else { return }
    let entry = DeadlineQueue.Entry(
      deadline: 0, slot: slot << 1 | UInt32(side), tag: UInt32(truncatingIfNeeded: number))
    if !isSame || troubles[index].holeSince == .max {
      troubles[index].holeSince = firstArrival(in: index) ?? .max
    }
    armHole(index, entry)
    if let first = troubles[index].acknowledgments.first {
      armReorder(index, entry, from: first.time)
    }
  }

  /// Asks to be called when a hole is too old, unless that was asked before: the deadline follows
  /// the hole when it passes.
  mutating func armHole(_ index: Int, _ entry: DeadlineQueue.Entry) {
    guard !troubles[index].awaitsHole, troubles[index].holeSince != .max else { return }
    troubles[index].awaitsHole = true
    var entry = entry
    entry.deadline = Reassembler.sum(troubles[index].holeSince, limits.holeNanoseconds)
    holes.append(entry)
  }

  /// Asks to be called when what an ACK of `time` covers should have been captured, unless that was
  /// asked before.
  mutating func armReorder(_ index: Int, _ entry: DeadlineQueue.Entry, from time: Int64) {
    guard !troubles[index].awaitsReorder else { return }
    troubles[index].awaitsReorder = true
    var entry = entry
    entry.deadline = Reassembler.sum(time, limits.reorderNanoseconds)
    reorder.append(entry)
  }
}
