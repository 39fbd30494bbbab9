/// Why a savefile cannot be read (any further). All whole packets before the trouble were delivered.
public struct SavefileError: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// There is no byte.
    case empty
    /// The first bytes are not those of a capture.
    case notACapture(ForeignFormat)
    /// The end comes inside a record or block: the capture was interrupted, or the copy.
    case cutShort
    /// A record or block contradicts itself or cannot be.
    case damaged
    /// It may be right, but is more or other than is read here.
    case unsupported
  }

  public var kind: Kind
  /// How many packets were read before it.
  public var packetsRead: UInt64
  /// The offset in the file of the first byte of the record or block.
  public var offset: UInt64
  /// The field or the reason, in words, with the values that disagree. No captured text is in it.
  public var reason: String

  public init(kind: Kind, packetsRead: UInt64, offset: UInt64, reason: String) {
    self.kind = kind
    self.packetsRead = packetsRead
    self.offset = offset
    self.reason = reason
  }
}

extension SavefileError: CustomStringConvertible {
  /// One line for a person: what, where, why.
  public var description: String {
    switch kind {
    case .empty: "the file is empty"
    case .notACapture(let format): "not a capture file: \(format.name)"
    case .cutShort: "cut short \(place): \(reason)"
    case .damaged: "damaged \(place): \(reason)"
    case .unsupported: "not supported \(place): \(reason)"
    }
  }

  private var place: String { "after \(packetsRead) packets, at byte \(offset)" }
}

/// What a file is that is not a capture.
public enum ForeignFormat: UInt8, CaseIterable, Sendable {
  case gzip, zstd, xz, lz4, bzip2, zip, snoop, networkMonitor, text, unknown

  /// The name for a person.
  public var name: String {
    switch self {
    case .gzip: "compressed with gzip"
    case .zstd: "compressed with zstd"
    case .xz: "compressed with xz"
    case .lz4: "compressed with lz4"
    case .bzip2: "compressed with bzip2"
    case .zip: "a zip archive"
    case .snoop: "a snoop capture"
    case .networkMonitor: "a Network Monitor capture"
    case .text: "text"
    case .unknown: "unknown first bytes"
    }
  }

  /// Recognises a format by its first bytes; those of no known one are text when they look like it.
  init(recognizing bytes: RawSpan) {
    let count = Swift.min(bytes.byteCount, 64)
    let match = Self.allCases.first { format in
      let signature = format.signature
      return !signature.isEmpty && signature.count <= count
        && signature.indices.allSatisfy { bytes.byte(at: $0) == signature[$0] }
    }
    if let match {
      self = match
      return
    }
    let looksLikeText = (0..<count).allSatisfy { index in
      let byte = bytes.byte(at: index)
      return byte >= 0x20 && byte != 0x7f || (0x09...0x0d).contains(byte)
    }
    self = looksLikeText && count > 0 ? .text : .unknown
  }

  private var signature: [UInt8] {
    switch self {
    case .gzip: [0x1f, 0x8b]
    case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
    case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
    case .lz4: [0x04, 0x22, 0x4d, 0x18]
    case .bzip2: [0x42, 0x5a, 0x68]
    case .zip: [0x50, 0x4b, 0x03, 0x04]
    case .snoop: [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00, 0x00, 0x00]
    case .networkMonitor: [0x47, 0x4d, 0x42, 0x55]
    case .text, .unknown: []
    }
  }
}
