import Capture
import Glibc
import Inspection
import Rendering
import Wire

extension Run {
  /// Does what SIGUSR1 and SIGUSR2 asked for.
  func grantWishes(at time: CaptureTime) {
    while let wish = signals.takeWish() {
      switch wish {
      case .report: tellReport()
      case .reopen: reopen(at: time)
      }
    }
  }

  /// Writes a report about what was seen so far: a report's output has room for it, other records
  /// have not.
  private func tellReport() {
    writer.flush()
    let summary = summary(ended: nil)
    let survey = survey()
    if plan.view == .report, plan.format == .text {
      writer.end(summary, survey: survey)
    } else {
      plan.makeReportWriter(ConsoleSink(), descriptor: STDERR_FILENO).end(summary, survey: survey)
    }
  }

  /// Opens the files that are written anew, where they were moved away.
  private func reopen(at time: CaptureTime) {
    writer.flush()
    if let place = places.output {
      switch output.reopen(opener.open(place, .append(count: 0, seconds: 0))) {
      case .failure(let error):
        report(CaptureError("--output", "cannot be opened anew: \(systemMessage(error.number))"))
      case .success(let isEmpty):
        if isEmpty, let description { writer.begin(description) }
      }
    }
    do {
      try keeper?.reopen(at: time)
    } catch {
      report(error)
    }
  }
}

/// Standard error as an output.
private final class ConsoleSink: OutputSink {
  func write(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { buffer in
      Console.write(unsafe String(decoding: buffer, as: UTF8.self))
    }
  }
}
