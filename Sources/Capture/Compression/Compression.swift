/// How a capture is compressed, known by its first bytes.
enum Compression: CaseIterable, Sendable {
  case gzip, zstd, lz4, xz

  /// How many of a file's first bytes tell them all apart.
  static let signatureLength = 6

  /// The name for a person.
  var name: String {
    switch self {
    case .gzip: "gzip"
    case .zstd: "zstd"
    case .lz4: "lz4"
    case .xz: "xz"
    }
  }

  /// Recognises a compression; nil when there is none that is read here.
  init?(recognizing bytes: Span<UInt8>) {
    func begins(with signature: [UInt8]) -> Bool {
      signature.count <= bytes.count && signature.indices.allSatisfy { signature[$0] == bytes[$0] }
    }
    // A frame to be skipped may lead: of zstd, because its parallel tools begin so.
    let isSkippable = bytes.count >= 4 && bytes[0] & 0xf0 == 0x50 && bytes[1] == 0x2a
    let match = Compression.allCases.first { begins(with: $0.signature) }
    if let match {
      self = match
    } else if isSkippable, bytes[2] == 0x4d, bytes[3] == 0x18 {
      self = .zstd
    } else {
      return nil
    }
  }

  /// RFC 1952 section 2.3.1 (with the one method there is), RFC 8878 section 3.1.1, the LZ4 frame
  /// format, the .xz file format section 2.1.1.1.
  private var signature: [UInt8] {
    switch self {
    case .gzip: [0x1f, 0x8b, 0x08]
    case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
    case .lz4: [0x04, 0x22, 0x4d, 0x18]
    case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
    }
  }

  /// Makes what unpacks it; nil when there is no memory.
  func makeDecompressor() -> (any Decompressor)? {
    switch self {
    case .gzip: GzipDecompressor()
    case .zstd: ZstdDecompressor()
    case .lz4: Lz4Decompressor()
    case .xz: XzDecompressor()
    }
  }
}
