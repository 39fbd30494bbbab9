public import Records

/// Tells a transaction's times in words.
public enum Explanation {
  /// Appends what is known of a transaction's latency, or of its wait: `42.1 ms · network 1.9 ·
  /// server at most 40.2 · degraded: response retransmitted · queued behind 3`. Both parts of a latency
  /// have its unit.
  public static func append(
    _ record: borrowing TransactionRecord, to buffer: inout OutputBuffer
  ) {
    if let latency = record.latency {
      Units.append(duration: latency, to: &buffer)
      if record.isLate { buffer.append(" · late") }
      if let network = record.network, let server = record.server {
        buffer.append(" · network ")
        Units.append(part: network, of: latency, to: &buffer)
        // What lost or late segments cost the answer is no work of the server.
        buffer.append(record.quality == .degraded ? " · server at most " : " · server ")
        Units.append(part: server, of: latency, to: &buffer)
      }
    } else if let reason = record.unanswered {
      buffer.append("unanswered")
      if let waited = record.waited {
        buffer.append(" after ")
        Units.append(duration: waited, to: &buffer)
      }
      buffer.append(": ")
      buffer.append(words(of: reason))
    } else {
      buffer.append("latency not known")
      if record.quality == nil { append(causesOf: record, to: &buffer) }
    }
    append(" · request took ", nonzero: record.requestTransfer, to: &buffer)
    append(" · response took ", nonzero: record.responseTransfer, to: &buffer)
    if let quality = record.quality, quality != .exact {
      buffer.append(" · ")
      buffer.append(quality.name)
      append(causesOf: record, to: &buffer)
    }
    append(hintsOf: record, to: &buffer)
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
    _ label: StaticString, nonzero duration: Int64?, to buffer: inout OutputBuffer
  ) {
    guard let duration, duration != 0 else { return }
    buffer.append(label)
    Units.append(duration: duration, to: &buffer)
  }
}
