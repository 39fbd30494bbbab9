public import ControlProtocol
public import Wire

/// How a request ended.
public enum Outcome: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case ok, error, unknownStatus, unanswered

  /// The name in records.
  public var name: String {
    switch self {
    case .ok: "ok"
    case .error: "error"
    case .unknownStatus: "unknown-status"
    case .unanswered: "unanswered"
    }
  }
}

/// Why a request has no answer. Source: `semantics.md` section 4.
public enum UnansweredReason: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case oneSided, gap, kernelDrop, timeout, connectionClosed, connectionReset, captureEnded
  case superseded, evicted

  /// The name in records.
  public var name: String {
    switch self {
    case .oneSided: "one-sided"
    case .gap: "gap"
    case .kernelDrop: "kernel-drop"
    case .timeout: "timeout"
    case .connectionClosed: "connection-closed"
    case .connectionReset: "connection-reset"
    case .captureEnded: "capture-ended"
    case .superseded: "superseded"
    case .evicted: "evicted"
    }
  }

  /// Whether it says something about the server (or the network), not about the capture.
  public var isFailure: Bool {
    switch self {
    case .timeout, .connectionClosed, .connectionReset, .superseded: true
    case .oneSided, .gap, .kernelDrop, .captureEnded, .evicted: false
    }
  }
}

/// Whether a latency can be believed.
public enum Quality: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case exact, degraded, uncertain

  /// The name in records.
  public var name: String {
    switch self {
    case .exact: "exact"
    case .degraded: "degraded"
    case .uncertain: "uncertain"
    }
  }
}

/// Why a latency is not exact. The first three degrade it, the others make it uncertain.
public struct Causes: BitwiseCopyable, OptionSet, Hashable, Sendable {
  public var rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  @inlinable public static var retransmitted: Causes { Causes(rawValue: 1 << 0) }
  @inlinable public static var reordered: Causes { Causes(rawValue: 1 << 1) }
  @inlinable public static var zeroWindow: Causes { Causes(rawValue: 1 << 2) }
  @inlinable public static var gap: Causes { Causes(rawValue: 1 << 3) }
  @inlinable public static var kernelDrop: Causes { Causes(rawValue: 1 << 4) }
  @inlinable public static var joinedMidstream: Causes { Causes(rawValue: 1 << 5) }
  @inlinable public static var clockStep: Causes { Causes(rawValue: 1 << 6) }
  @inlinable public static var snaplen: Causes { Causes(rawValue: 1 << 7) }
  @inlinable public static var uuidReused: Causes { Causes(rawValue: 1 << 8) }
  @inlinable public static var earlyResponse: Causes { Causes(rawValue: 1 << 9) }

  /// The names in records, in the order of the bits.
  public static let names = [
    "retransmitted", "reordered", "zero-window", "gap", "kernel-drop", "joined-midstream",
    "clock-step", "snaplen", "uuid-reused", "early-response",
  ]

}

/// Findings about a slow transaction that do not lower its quality.
public struct Hints: BitwiseCopyable, OptionSet, Hashable, Sendable {
  public var rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  @inlinable public static var retransmissionTimeout: Hints { Hints(rawValue: 1 << 0) }
  @inlinable public static var queued: Hints { Hints(rawValue: 1 << 1) }
  @inlinable public static var behindLargeMessage: Hints { Hints(rawValue: 1 << 2) }
  @inlinable public static var delayedACK: Hints { Hints(rawValue: 1 << 3) }
  @inlinable public static var stall: Hints { Hints(rawValue: 1 << 4) }

  /// The names in records, in the order of the bits.
  public static let names = [
    "retransmission-timeout", "queued", "behind-large-message", "delayed-ack", "stall",
  ]
}

/// A `transaction` line of `records.md`. Text fields are ranges into the bytes lent beside the
/// record; durations are nanoseconds; what is absent is not known.
public struct TransactionRecord: BitwiseCopyable, Sendable {
  public var identity = ConnectionIdentity()
  /// Of the request.
  public var direction = Direction.clientToServer
  public var number: UInt64 = 0
  /// 0; 1 for a late answer.
  public var revision: UInt8 = 0
  public var isLate: Bool { revision != 0 }
  public var outcome = Outcome.unanswered
  /// Present when `outcome` is `unanswered`.
  public var unanswered: UnansweredReason?
  /// Present when its deadline passed: why it was told as unanswered then. So it is on its late answer,
  /// unless that is all that was selected of the transaction.
  public var missedDeadline: UnansweredReason?
  /// Whether it is told again, answered now, where it was counted as unanswered before.
  public var isCorrection: Bool { isLate && missedDeadline != nil }
  public var quality: Quality?
  public var causes = Causes()
  /// Those of the causes that lie with the request, and with the response.
  public var requestCauses = Causes()
  public var responseCauses = Causes()
  public var hints = Hints()
  public var type = TextRange.absent
  /// Equal for equal types of a run, and below 4,096; `TypeNumber.none` where it is not known.
  public var typeNumber = TypeNumber.none
  /// As sent, trimmed.
  public var uuid = TextRange.absent
  public var statusText = TextRange.absent
  public var code = TextRange.absent
  public var reason = TextRange.absent
  /// Present when it differs from `type`.
  public var responseType = TextRange.absent
  public var start = CaptureTime.distantPast
  public var end = CaptureTime.distantPast
  public var latency: Int64?
  public var duration: Int64?
  public var requestTransfer: Int64?
  public var responseTransfer: Int64?
  public var network: Int64?
  public var server: Int64?
  public var acknowledged: Int64?
  /// Of an unanswered one: request delivered → given up.
  public var waited: Int64?
  public var inFlight: UInt32 = 0
  public var requestFrame: UInt64 = 0
  /// Absent when the request's last byte was not captured.
  public var requestFrameEnd: UInt64?
  public var responseFrame: UInt64?
  public var responseFrameEnd: UInt64?
  /// The inputs of the latter three where they are not that of the first.
  public var requestInputEnd: UInt16?
  public var responseInput: UInt16?
  public var responseInputEnd: UInt16?
  public var requestOffset: UInt64 = 0
  public var responseOffset: UInt64?

  public init() {}
}
