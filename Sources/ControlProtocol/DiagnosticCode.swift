/// Every oddity that souptap reads over and tells. The names are stable.
///
/// Source: `semantics.md` section 3, its table; the last ones are found by the reassembler and by
/// pairing, or written by whoever annotated a capture, and stand here so that there is one list.
public enum DiagnosticCode: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case bareLF, bareCR, blankLine, keywordCase, extraWhitespace, typeMissing, typeCharset
  case uuidTooLong, uuidNotInteger, uuidMissing, statusCase, statusUnknown, statusMissing
  case errorFieldsOnOK, errorCodeMissing, errorFieldsOrder, noSpaceAfterColon, malformedParameter
  case emptyKey, duplicateKey, controlBytes, invalidUTF8, missingTerminator, junk, echoedRequest
  case messageTooLarge, messageTruncated, gapInMessage, unfinishedMessage, joinedMidstream
  case overlapConflict
  case orphanResponse, duplicateResponse, uuidReused, typeMismatch
  case packetComment
}

extension DiagnosticCode {
  /// The name in records and on screens.
  public var name: String {
    switch self {
    case .bareLF: "bare-lf"
    case .bareCR: "bare-cr"
    case .blankLine: "blank-line"
    case .keywordCase: "keyword-case"
    case .extraWhitespace: "extra-whitespace"
    case .typeMissing: "type-missing"
    case .typeCharset: "type-charset"
    case .uuidTooLong: "uuid-too-long"
    case .uuidNotInteger: "uuid-not-integer"
    case .uuidMissing: "uuid-missing"
    case .statusCase: "status-case"
    case .statusUnknown: "status-unknown"
    case .statusMissing: "status-missing"
    case .errorFieldsOnOK: "error-fields-on-ok"
    case .errorCodeMissing: "error-code-missing"
    case .errorFieldsOrder: "error-fields-order"
    case .noSpaceAfterColon: "no-space-after-colon"
    case .malformedParameter: "malformed-parameter"
    case .emptyKey: "empty-key"
    case .duplicateKey: "duplicate-key"
    case .controlBytes: "control-bytes"
    case .invalidUTF8: "invalid-utf8"
    case .missingTerminator: "missing-terminator"
    case .junk: "junk"
    case .echoedRequest: "echoed-request"
    case .messageTooLarge: "message-too-large"
    case .messageTruncated: "message-truncated"
    case .gapInMessage: "gap-in-message"
    case .unfinishedMessage: "unfinished-message"
    case .joinedMidstream: "joined-midstream"
    case .overlapConflict: "overlap-conflict"
    case .orphanResponse: "orphan-response"
    case .duplicateResponse: "duplicate-response"
    case .uuidReused: "uuid-reused"
    case .typeMismatch: "type-mismatch"
    case .packetComment: "packet-comment"
    }
  }

  /// How bad it is.
  public var severity: DiagnosticSeverity {
    switch self {
    case .blankLine, .errorFieldsOnOK, .errorCodeMissing, .noSpaceAfterColon, .duplicateKey,
      .echoedRequest, .messageTooLarge, .joinedMidstream, .packetComment:
      .note
    case .messageTruncated, .gapInMessage, .unfinishedMessage, .overlapConflict:
      .error
    default:
      .warning
    }
  }
}

/// How bad a diagnostic is: a `note` is unusual, a `warning` breaks the grammar, an `error` lost
/// something.
public enum DiagnosticSeverity: UInt8, Comparable, Sendable {
  case note, warning, error

  /// A note is below a warning, a warning below an error.
  public static func < (a: DiagnosticSeverity, b: DiagnosticSeverity) -> Bool {
    a.rawValue < b.rawValue
  }

  /// The name in records.
  public var name: String {
    switch self {
    case .note: "note"
    case .warning: "warning"
    case .error: "error"
    }
  }
}

/// A set of diagnostic codes.
public struct DiagnosticSet: BitwiseCopyable, OptionSet, Hashable, Sendable {
  /// Bit n stands for the code with raw value n.
  public var rawValue: UInt64

  /// The set with these bits: one for each code, at its raw value.
  @inlinable
  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Adds a code.
  @inlinable
  public mutating func insert(_ code: DiagnosticCode) {
    rawValue |= 1 << UInt64(code.rawValue)
  }

  /// Whether a code is in the set.
  @inlinable
  public func contains(_ code: DiagnosticCode) -> Bool {
    rawValue & 1 << UInt64(code.rawValue) != 0
  }
}
