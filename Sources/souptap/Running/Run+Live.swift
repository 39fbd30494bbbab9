import Capture
import Inspection
import Rendering
import Statistics
import Wire

extension Run {
  /// The longest wait for packets: packet time moves on by itself that often.
  private static let waitMilliseconds: Int32 = 50
  private static let statisticsNanoseconds: Int64 = 250_000_000

  /// Captures on an interface until somebody stops it.
  func capture(_ interface: String) throws -> RunEnd {
    let source = try LiveSource(interface: interface, filter: plan.liveFilter)
    begin(
      plan.description(
        inputs: [source.name], mode: .live, filter: source.filter, anonymizer: anonymizer))
    writer.flush()
    if plan.isVerbose {
      let filter = anonymizer?.changed(source.filter) ?? source.filter
      Console.say("capturing on \(source.name), filter: \(filter)")
    }
    var drops = DropWatch(now: Clock.now())
    defer { drops.poll(source, self, now: Clock.now()) }
    do {
      while !isOutputGone {
        let wait = try source.wait(
          interrupt: signals.descriptor, milliseconds: Run.waitMilliseconds)
        let count = try source.forEachWaitingPacket { packet, bytes in
          if inspected == 0 { tee.begin(at: packet.time) }
          reach(packet.time)
          inspector.inspect(packet, bytes: bytes)
          inspected &+= 1
          return plan.packetLimit.map { inspected < $0 } ?? true
        }
        let now = Clock.now()
        if count == 0 {
          let passed = now.advanced(byNanoseconds: -2 * LiveSource.deliveryNanoseconds)
          reach(passed)
          inspector.advance(to: passed)
        }
        if drops.isDue(now) { drops.poll(source, self, now: now) }
        writer.flush()
        if let limit = plan.packetLimit, inspected >= limit { return .count }
        if wait == .interrupted { return .interrupted }
      }
      return .interrupted
    } catch {
      report(error)
      return .error
    }
  }

  /// Looks now and then at what was lost.
  private struct DropWatch {
    private var since: CaptureTime
    private var known = LiveSource.Drops()

    init(now: CaptureTime) {
      since = now
    }

    func isDue(_ now: CaptureTime) -> Bool {
      let passed = now.nanoseconds(since: since)
      // Below zero when somebody set the clock back.
      return passed >= Run.statisticsNanoseconds || passed < 0
    }

    /// Tells what was lost since the last look.
    mutating func poll(_ source: LiveSource, _ run: Run, now: CaptureTime) {
      guard let drops = source.drops() else { return }
      run.droppedByKernel = drops.kernel
      run.droppedByInterface = drops.interface
      let kernel = drops.kernel &- known.kernel
      let interface = (drops.interface ?? 0) &- (known.interface ?? 0)
      if kernel > 0 || interface > 0 {
        run.inspector.lost(kernel &+ interface, between: since, and: now)
        run.tellDrops(kernel: kernel, interface: interface)
      }
      known = drops
      since = now
    }
  }

  private func tellDrops(kernel: UInt64, interface: UInt64) {
    writer.flush()
    var parts: [String] = []
    if kernel > 0 { parts.append("the kernel dropped \(Units.count(kernel)) packets") }
    if interface > 0 { parts.append("the interface dropped \(Units.count(interface)) packets") }
    Console.say(parts.joined(separator: ", ") + "; latencies around here are uncertain")
  }
}
