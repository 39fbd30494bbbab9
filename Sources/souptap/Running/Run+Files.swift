import Capture
import Inspection
import Rendering
import Statistics
import Wire

extension Run {
  /// Reads one file or pipe. What was read is told after each read, so that a pipe is followed live.
  func read(_ path: String, _ filter: CaptureFilter?) throws -> RunEnd {
    let source = try SavefileSource(path: path)
    writer.begin(plan.description(inputs: [path], mode: .file))
    defer {
      droppedByKernel = source.droppedByKernel
      droppedByInterface = source.droppedByInterface
      if let problem = source.linkTypeProblem { report(problem) }
    }
    do {
      while !isOutputGone {
        switch try source.readMore(interrupt: signals.descriptor) {
        case .end: return .endOfInput
        case .interrupted: return .interrupted
        case .bytes: break
        }
        let going = try source.forEachBufferedPacket(inspecting(filter))
        writer.flush()
        if !going { return .count }
        progress.update(done: source.bytesRead, total: source.size)
      }
      return .interrupted
    } catch {
      report(error)
      return .error
    }
  }

  /// Reads several files as one capture.
  func merge(_ paths: [String], _ filter: CaptureFilter?) throws -> RunEnd {
    let source = MergedSource(paths: paths, interrupt: signals.descriptor) { self.report($0) }
    writer.begin(plan.description(inputs: paths, mode: .file))
    defer {
      droppedByKernel = source.droppedByKernel
      droppedByInterface = source.droppedByInterface
    }
    do {
      while !isOutputGone {
        let result = try source.forEachPacket(limit: 1024, inspecting(filter))
        writer.flush()
        switch result {
        case .end: return .endOfInput
        case .interrupted: return .interrupted
        case .bytes: break
        }
        if let limit = plan.packetLimit, inspected >= limit { return .count }
        if signals.isRaised { return .interrupted }
        progress.update(done: source.bytesRead, total: source.totalBytes)
      }
      return .interrupted
    } catch {
      report(error)
      return .error
    }
  }

  /// What is done with each packet of a file.
  private func inspecting(
    _ filter: CaptureFilter?
  ) -> (Packet, RawSpan, UInt64) throws(CaptureError) -> Bool {
    let inspector = inspector
    let limit = plan.packetLimit ?? .max
    var previous = CaptureTime.distantPast
    return { packet, bytes, drops throws(CaptureError) in
      if drops > 0 { inspector.lost(drops, between: previous, and: packet.time) }
      previous = packet.time
      if let filter, try !filter.passes(packet, bytes: bytes) {
        self.filteredOut &+= 1
        return true
      }
      inspector.inspect(packet, bytes: bytes)
      self.inspected &+= 1
      return self.inspected < limit
    }
  }
}
