import ControlProtocol
import Records
import Rendering

/// Takes every record whole and does nothing but count messages.
final class CountingSink: RecordSink {
  private(set) var messages = 0

  func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    messages += 1
  }
  func take(_ record: borrowing TransactionRecord, text: RawSpan) {}
  func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {}
  func take(_ record: borrowing ConnectionRecord) {}
}

/// Takes output and does nothing but count its bytes.
final class CountingOutput: OutputSink {
  private(set) var bytes = 0

  func write(_ bytes: RawSpan) {
    self.bytes += bytes.byteCount
  }
}
