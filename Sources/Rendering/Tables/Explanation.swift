public import Records

/// Tells a transaction's times in words.
public enum Explanation {
  /// Appends what is known of a transaction's latency, or of its wait: `42.1 ms · network 1.90 ms ·
  /// server 40.2 ms · degraded: retransmitted · queued behind 3`.
  public static func append(
    _ record: borrowing TransactionRecord, to buffer: inout OutputBuffer
  ) {
    if let latency = record.latency {
      Units.append(duration: latency, to: &buffer)
      if record.isLate { buffer.append(" · late") }
    } else if let reason = record.unanswered {
      buffer.append("unanswered")
      if let waited = record.waited {
        buffer.append(" after ")
        Units.append(duration: waited, to: &buffer)
      }
      buffer.append(": ")
      buffer.append(reason.name)
    } else {
      buffer.append("latency not known")
    }
    append(" · network ", record.network, to: &buffer)
    append(" · server ", record.server, to: &buffer)
    append(" · request took ", nonzero: record.requestTransfer, to: &buffer)
    append(" · response took ", nonzero: record.responseTransfer, to: &buffer)
    if let quality = record.quality, quality != .exact {
      buffer.append(" · ")
      buffer.append(quality.name)
      append(causes: record.causes, to: &buffer)
    }
    append(hints: record.hints, inFlight: record.inFlight, to: &buffer)
  }

  /// The letter that marks a latency which is not exact: `D` degraded, `U` uncertain.
  static func letter(of quality: Quality?) -> StaticString {
    switch quality {
    case .degraded: "D"
    case .uncertain: "U"
    case .exact, nil: ""
    }
  }

  private static func append(
    _ label: StaticString, _ duration: Int64?, to buffer: inout OutputBuffer
  ) {
    guard let duration else { return }
    buffer.append(label)
    Units.append(duration: duration, to: &buffer)
  }

  private static func append(
    _ label: StaticString, nonzero duration: Int64?, to buffer: inout OutputBuffer
  ) {
    append(label, duration == 0 ? nil : duration, to: &buffer)
  }

  private static func append(causes: Causes, to buffer: inout OutputBuffer) {
    var separator: StaticString = ": "
    for (index, name) in Causes.names.enumerated()
    where causes.contains(Causes(rawValue: 1 << UInt16(index))) {
      buffer.append(separator)
      buffer.append(name)
      separator = ", "
    }
  }

  private static func append(hints: Hints, inFlight: UInt32, to buffer: inout OutputBuffer) {
    if hints.contains(.retransmissionTimeout) { buffer.append(" · waited for a retransmission") }
    if hints.contains(.queued) {
      buffer.append(" · queued behind ")
      buffer.append(decimal: UInt64(inFlight))
    }
    if hints.contains(.behindLargeMessage) { buffer.append(" · behind a large message") }
    if hints.contains(.delayedACK) { buffer.append(" · delayed ACK") }
    if hints.contains(.stall) { buffer.append(" · nothing was answered meanwhile") }
  }
}
