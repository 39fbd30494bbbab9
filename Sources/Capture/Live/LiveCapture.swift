internal import Glibc
public import Wire

/// A capture on one or several interfaces, as one capture: their packets in the order of their times.
///
/// Packets are numbered across the interfaces. With several, a packet waits until those of the others
/// with an earlier time must have come, at most twice the delivery time.
public final class LiveCapture {
  /// The interfaces, in the order in which they were named.
  public let sources: [LiveSource]
  /// Packets handed out so far.
  public private(set) var packetCount: UInt64 = 0
  /// Up to when everything was handed out; moves on only when nothing more was there.
  public private(set) var completeUntil = CaptureTime.distantPast
  /// Whether the next packet is later than what was asked for.
  public private(set) var isPastEnd = false

  private let links: LinkMonitor?
  private var waits: [pollfd] = []
  private var isHolding = false
  private var linkStates: [LinkState] = []
  private var nextLook: Int64 = 0

  /// How an interface was at the last look.
  private struct LinkState {
    var index: UInt32
    var isUp = true
    var lost: UInt64?
  }

  /// What happened to an interface.
  public enum Event: Sendable {
    /// It was switched off; packets come again when it is switched on.
    case down(String)
    case up(String)
    /// It is gone for good.
    case gone(CaptureError)
  }

  /// What was lost since the last look.
  public struct Drops: Sendable {
    /// The place of the interface among the sources.
    public var source: Int
    /// Packets that the ring had no room for.
    public var kernel: UInt64
    /// Packets that the interface lost.
    public var interface: UInt64
  }

  private static let linkNanoseconds: Int64 = 250_000_000
  private static let holdNanoseconds = 2 * LiveSource.deliveryNanoseconds

  /// Starts to capture.
  ///
  /// - Parameters:
  ///   - interfaces: at least one, as `--interface` names them.
  ///   - namespace: the network namespace that they are in; nil for that of the process.
  /// - Throws: a `CaptureError` that says what is missing: a device, or the right to capture.
  public init(
    interfaces: [String], filter: LiveFilter, options: LiveOptions, namespace: String?
  ) throws(CaptureError) {
    let opened: ([LiveSource], LinkMonitor?, [LinkState]) = try NetworkNamespace.inside(namespace) {
      () throws(CaptureError) in
      let links = LinkMonitor()
      var sources: [LiveSource] = []
      var states: [LinkState] = []
      for interface in interfaces {
        let source = try LiveSource(
          interface: interface, filter: filter, options: options, links: links)
        if sources.contains(where: { $0.name == source.name }) {
          throw CaptureError("--interface \(interface)", "is named twice")
        }
        sources.append(source)
        states.append(LinkState(index: unsafe if_nametoindex(source.name)))
      }
      return (sources, links, states)
    }
    (sources, links, linkStates) = opened
    _ = lookAtLinks { _ in }
  }

  /// Waits until packets are there, `interrupt` becomes readable or the time is over.
  ///
  /// - Parameters:
  ///   - interrupt: a descriptor that ends the wait, or -1.
  ///   - milliseconds: the longest wait.
  /// - Throws: a `CaptureError` when the kernel refuses to wait.
  public func wait(interrupt: Int32, milliseconds: Int32) throws(CaptureError) -> WaitResult {
    waits.removeAll(keepingCapacity: true)
    waits.append(pollfd(fd: interrupt, events: Int16(POLLIN), revents: 0))
    var longest = milliseconds
    if isHolding {
      // What is held keeps its descriptor readable.
      longest = min(longest, 2)
    } else {
      for source in sources where source.isOpen {
        if source.hasFailed {
          longest = min(longest, 2)
        } else {
          waits.append(pollfd(fd: source.descriptor, events: Int16(POLLIN), revents: 0))
        }
      }
    }
    let count = unsafe poll(&waits, nfds_t(waits.count), longest)
    if count < 0 {
      guard errno == EINTR else { throw CaptureError("--interface", systemMessage(errno)) }
      return .timedOut
    }
    if waits[0].revents != 0 { return .interrupted }
    return count > 0 ? .ready : .timedOut
  }

  /// Hands out packets that are there, at most `limit`; their bytes are borrowed.
  ///
  /// - Parameters:
  ///   - end: packets later than that are left alone.
  ///   - body: takes a packet, its bytes and the place of its interface; returns whether to go on.
  /// - Returns: how many there were.
  @discardableResult
  public func forEachWaitingPacket(
    limit: Int = 4096, until end: CaptureTime = .distantFuture,
    _ body: (Packet, RawSpan, Int) -> Bool
  ) -> Int {
    // Before anything is looked for: what comes later than this look is later than this time.
    let now = timeOfDay()
    isHolding = false
    isPastEnd = false
    var count = 0
    var empty = Set<Int>()
    while count < limit {
      guard let place = next(now, &empty) else {
        completeUntil = now.advanced(byNanoseconds: -Self.holdNanoseconds)
        return count
      }
      if sources[place].pendingTime > end {
        isPastEnd = true
        return count
      }
      count += 1
      packetCount &+= 1
      guard sources[place].takePending(number: packetCount, { body($0, $1, place) }) else { break }
    }
    return count
  }

  /// The place of the interface whose packet is next; nil when there is none or it must wait.
  private func next(_ now: CaptureTime, _ empty: inout Set<Int>) -> Int? {
    if sources.count == 1 { return sources[0].step() ? 0 : nil }
    var first: Int?
    for place in sources.indices where !empty.contains(place) {
      guard sources[place].step() else {
        if sources[place].isOpen { empty.insert(place) }
        continue
      }
      if let known = first, sources[known].pendingTime <= sources[place].pendingTime { continue }
      first = place
    }
    guard let first else { return nil }
    // Of a clock that is not the host's nothing can be said; it must not hold anything for ever.
    let age = now.nanoseconds(since: sources[first].pendingTime)
    if !empty.isEmpty, (0..<Self.holdNanoseconds).contains(age) {
      isHolding = true
      return nil
    }
    return first
  }

  /// Whether any interface is left.
  public var isOpen: Bool { sources.contains { $0.isOpen } }

  /// Looks at what was lost and how the interfaces are. To be called before packets are taken: what
  /// it tells then happened before those that come later.
  ///
  /// - Parameter drops: takes what was lost, for each interface that lost something.
  /// - Returns: what happened to interfaces.
  public func look(drops: (Drops) -> Void) -> [Event] {
    var events: [Event] = []
    for (place, source) in sources.enumerated() {
      if let kernel = source.takeKernelDrops(), kernel > 0 {
        drops(Drops(source: place, kernel: kernel, interface: 0))
      }
      if let error = source.takeFailure() {
        events.append(.gone(CaptureError(source.name, "the interface is gone (\(error.problem))")))
      }
    }
    let now = monotonicTime()
    if now >= nextLook { events += lookAtLinks(drops) }
    return events
  }

  private func lookAtLinks(_ drops: (Drops) -> Void) -> [Event] {
    var events: [Event] = []
    nextLook = monotonicTime() &+ Self.linkNanoseconds
    guard let links else { return [] }
    for place in linkStates.indices where sources[place].isOpen {
      guard linkStates[place].index > 0 else {
        // Asking for every interface costs more on hosts with many.
        nextLook = monotonicTime() &+ 4 * Self.linkNanoseconds
        if sources[place].name == "any" { note(links.lostByAll(), of: place, drops) }
        continue
      }
      guard case .state(let state) = links.state(of: linkStates[place].index) else { continue }
      note(state.lost, of: place, drops)
      guard state.isUp != linkStates[place].isUp else { continue }
      linkStates[place].isUp = state.isUp
      events.append(state.isUp ? .up(sources[place].name) : .down(sources[place].name))
    }
    return events
  }

  private func note(_ lost: UInt64?, of place: Int, _ drops: (Drops) -> Void) {
    guard let lost else { return }
    // A counter that fell began anew, or an interface of `any` is gone.
    if let known = linkStates[place].lost, lost > known {
      drops(Drops(source: place, kernel: 0, interface: lost - known))
    }
    linkStates[place].lost = lost
  }
}
