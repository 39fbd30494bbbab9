import CLinux
import Capture
import Inspection
import Rendering
import Statistics
import Wire

extension Run {
  /// Reads one file or pipe. What was read is told after each read, so that a pipe is followed live.
  func read(_ path: String, _ filter: CaptureFilter?) throws -> RunEnd {
    let intake = FileIntake(self, filter: filter)
    let source = try SavefileSource(path: path)
    source.lossHandler = noteLoss
    source.untimedHandler = inspector.noteUntimed
    begin(plan.description(inputs: [path], mode: .file, anonymizer: anonymizer))
    defer {
      droppedByKernel = source.droppedByKernel
      droppedByInterface = source.droppedByInterface
      timeResolution = source.resolutionNanoseconds
      if let problem = source.linkTypeProblem { report(problem) }
      if let problem = source.timeProblem { warn(problem) }
    }
    do {
      while !isOutputGone {
        switch try source.readMore(interrupt: signals.anyDescriptor) {
        case .end:
          reachEnd(source.statisticsTime)
          return .endOfInput
        case .interrupted:
          if signals.isRaised { return .interrupted }
          grantWishes(at: last)
          continue
        case .bytes: break
        }
        let going = try source.forEachBufferedPacket(foreseeing: foresight) {
          packet, bytes, comment throws(CaptureError) in
          try intake.take(&packet, bytes: bytes, comment: comment)
        }
        writer.flush()
        flushPackets()
        giveBackCode()
        if !going { return .count }
        progress.update(done: source.bytesRead, total: source.size)
      }
      return .interrupted
    } catch {
      report(error)
      return .error
    }
  }

  /// Shows the inspector what comes, where that is worth it.
  private var foresight: ((RawSpan, LinkType) -> Void)? {
    guard inspector.profitsFromForesight else { return nil }
    return { [inspector] in inspector.foresee($0, linkType: $1) }
  }

  /// Reads several files as one capture.
  func merge(_ paths: [String], _ filter: CaptureFilter?) throws -> RunEnd {
    let intake = FileIntake(self, filter: filter)
    let source = MergedSource(
      paths: paths, interrupt: signals.descriptor, lossHandler: noteLoss,
      untimedHandler: inspector.noteUntimed
    ) { self.report($0) }
    begin(plan.description(inputs: paths, mode: .file, anonymizer: anonymizer))
    defer {
      droppedByKernel = source.droppedByKernel
      droppedByInterface = source.droppedByInterface
      timeResolution = source.resolutionNanoseconds
      for problem in source.timeProblems { warn(problem) }
    }
    do {
      while !isOutputGone {
        let result = try source.forEachPacket(limit: 1024) {
          packet, bytes, comment throws(CaptureError) in
          inputs.note(packet.input)
          return try intake.take(&packet, bytes: bytes, comment: comment)
        }
        writer.flush()
        flushPackets()
        giveBackCode()
        switch result {
        case .end:
          reachEnd(source.statisticsTime)
          return .endOfInput
        case .interrupted: return .interrupted
        case .bytes: break
        }
        if let limit = plan.packetLimit, inspected >= limit { return .count }
        if signals.isRaised { return .interrupted }
        grantWishes(at: last)
        progress.update(done: source.bytesRead, total: source.totalBytes)
      }
      return .interrupted
    } catch {
      report(error)
      return .error
    }
  }

  /// Which of several inputs packets come from, one after the other.
  struct InputOrder {
    private var latest: UInt16?
    private var left: Set<UInt16> = []
    /// Whether an input went on after another: parts of one capture do not.
    private(set) var isMixed = false

    mutating func note(_ input: UInt16) {
      guard !isMixed, input != latest else { return }
      isMixed = left.contains(input)
      if let latest { left.insert(latest) }
      latest = input
    }
  }

  /// Gives the code that only starting needed back, once, when there are many connections: they need the
  /// memory.
  private func giveBackCode() {
    guard !gaveBackCode, inspector.profitsFromForesight else { return }
    gaveBackCode = true
    souptap_give_back_code()
  }

  /// Takes what a file says was lost.
  private func noteLoss(_ count: UInt64, between start: CaptureTime, and end: CaptureTime) {
    inspector.lost(count, between: start, and: end)
    keeper?.noteLoss(count, between: start, and: end)
  }

  /// Lets packet time pass up to where the capture ended, as far as the files say so.
  private func reachEnd(_ time: CaptureTime?) {
    guard let time else { return }
    reach(time)
    inspector.advance(to: time)
    last = max(last, time)
  }
}
