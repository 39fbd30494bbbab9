import Capture
import Inspection
import Rendering
import Statistics
import Wire

extension Run {
  /// The longest wait for packets: packet time moves on by itself that often.
  private static let waitMilliseconds: Int64 = 50

  /// Why and when a capture is to end.
  private struct Stop {
    var time: CaptureTime
    var reason: RunEnd
    /// When patience ends with a device whose times are not the host's.
    var patience: Int64
  }

  /// Captures until somebody stops it.
  func capture(_ live: LiveCapture) throws -> RunEnd {
    begin(plan.description(live, anonymizer: anonymizer))
    announce(live)
    droppedByKernel = 0
    let hasHostTime = plan.live.options.timeStampType != "adapter_unsynced"
    let deadline = plan.live.durationNanoseconds.map { Clock.monotonic() &+ $0 }
    var watch = DropWatch(now: Clock.now())
    var stop: Stop?
    var wait = WaitResult.timedOut
    while true {
      let now = Clock.now()
      if stop == nil {
        if wait == .interrupted {
          grantWishes(at: now)
          if signals.isRaised {
            stop = Stop(time: now, reason: .interrupted, patience: 0)
            // The terminal has written ^C.
            if Terminal.isTerminal(2), !plan.isQuiet { Console.write("\n") }
          }
        }
        if let deadline, Clock.monotonic() >= deadline {
          stop = Stop(time: now, reason: .duration, patience: 0)
        }
        stop?.patience = Clock.monotonic() &+ 2_000_000_000
      }
      // What was lost up to here concerns the packets that come now. Nothing after the end counts.
      watch.look(live, self, now: now, counts: stop.map { $0.time == now } ?? true)
      live.forEachWaitingPacket(
        until: hasHostTime ? stop?.time ?? .distantFuture : .distantFuture
      ) { packet, bytes, source in
        if inspected == 0 { tee.begin(at: packet.time) }
        reach(packet.time)
        inspector.inspect(packet, bytes: bytes)
        keeper?.keep(packet, bytes: bytes, source: source)
        inspected &+= 1
        last = packet.time
        return plan.packetLimit.map { inspected < $0 } ?? true
      }
      if hasHostTime { passTime(to: min(live.completeUntil, stop?.time ?? .distantFuture)) }
      writer.flush()
      flushPackets()
      if let reason = reasonToEnd(live) { return reason }
      if let stop {
        let isOver = hasHostTime ? live.isPastEnd : Clock.monotonic() >= stop.patience
        if isOver || live.completeUntil >= stop.time {
          if hasHostTime { passTime(to: stop.time) }
          last = max(last, stop.time)
          watch.tell(self)
          return stop.reason
        }
      }
      do {
        wait = try live.wait(
          interrupt: stop == nil ? signals.anyDescriptor : -1,
          milliseconds: Run.milliseconds(until: deadline, isStopping: stop != nil))
      } catch {
        report(error)
        return .error
      }
    }
  }

  /// Lets packet time pass without a packet.
  private func passTime(to time: CaptureTime) {
    guard time > .distantPast else { return }
    reach(time)
    inspector.advance(to: time)
  }

  /// What ends a capture beside its user and the clock.
  private func reasonToEnd(_ live: LiveCapture) -> RunEnd? {
    if isOutputGone { return .interrupted }
    if let limit = plan.packetLimit, inspected >= limit { return .count }
    if keeper?.isComplete ?? false { return .count }
    return live.isOpen ? nil : .error
  }

  private static func milliseconds(until deadline: Int64?, isStopping: Bool) -> Int32 {
    if isStopping { return 2 }
    guard let deadline else { return Int32(waitMilliseconds) }
    let left = (deadline &- Clock.monotonic()) / 1_000_000 + 1
    return Int32(min(waitMilliseconds, max(0, left)))
  }

  /// Says what is captured, and as whom.
  private func announce(_ live: LiveCapture) {
    guard !plan.isQuiet else { return }
    let identity = identity.map { " as user \($0.name)" } ?? ""
    for source in live.sources {
      let linkType = source.linkType.name ?? "link type \(source.linkType.rawValue)"
      let filter = anonymizer?.changed(source.filter) ?? source.filter
      Console.say("capturing on \(source.name) (\(linkType))\(identity), filter: \(filter)")
      if !plan.live.isFilterExact, !LiveFilter.knowsTags(of: source.linkType) {
        Console.say(
          "\(source.name): libpcap looks behind no VLAN tag of \(linkType); to see tagged frames"
            + " capture on their interface")
      }
    }
  }

  /// What happened to an interface.
  fileprivate func tell(_ event: LiveCapture.Event) {
    writer.flush()
    switch event {
    case .down(let name): Console.say("\(name) is down; waiting for it to come up")
    case .up(let name): Console.say("\(name) is up again")
    case .gone(let error): report(error)
    }
  }
}

/// Looks at what was lost, counts it, and tells it: at once, but not more often than once a second.
private struct DropWatch {
  private static let pauseNanoseconds: Int64 = 1_000_000_000
  private var since: CaptureTime
  private var kernel: UInt64 = 0
  private var interface: UInt64 = 0
  private var told = Int64.min

  init(now: CaptureTime) {
    since = now
  }

  /// Counts what was lost since the last look.
  mutating func look(_ live: LiveCapture, _ run: Run, now: CaptureTime, counts: Bool) {
    let start = min(since, now)
    let happened = live.look { drops in
      guard counts else { return }
      run.droppedByKernel = (run.droppedByKernel ?? 0) &+ drops.kernel
      if drops.interface > 0 {
        run.droppedByInterface = (run.droppedByInterface ?? 0) &+ drops.interface
      }
      run.inspector.lost(drops.kernel &+ drops.interface, between: start, and: now)
      run.keeper?.noteLoss(
        source: drops.source, kernel: drops.kernel, interface: drops.interface, from: start,
        to: now)
      kernel &+= drops.kernel
      interface &+= drops.interface
    }
    happened.forEach(run.tell)
    since = now
    let clock = Clock.monotonic()
    if kernel > 0 || interface > 0, told == .min || clock - told >= Self.pauseNanoseconds {
      tell(run)
      told = clock
    }
  }

  /// Tells what was counted and not yet told.
  mutating func tell(_ run: Run) {
    var parts: [String] = []
    if kernel > 0 { parts.append("the kernel dropped \(Units.count(kernel, "packet"))") }
    if interface > 0 {
      parts.append("the interface dropped \(Units.count(interface, "packet"))")
    }
    (kernel, interface) = (0, 0)
    guard !parts.isEmpty else { return }
    run.writer.flush()
    Console.say(parts.joined(separator: ", ") + "; latencies around here are uncertain")
  }
}
