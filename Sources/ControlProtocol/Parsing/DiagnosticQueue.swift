import Storage

/// Diagnostics that wait to be told, in order, with the text that they show.
struct DiagnosticQueue: ~Copyable {
  private var diagnostics = Buffer<Diagnostic>()
  /// How many of them were told.
  private var told = 0
  private var text = ByteBuffer()
  /// What is only counted.
  var muted = MutedCodes()
  var mutedCounts = MutedCounts()

  /// Where strict reading stops to have them told, so that a message of nothing else holds few.
  static let most = 32

  var isEmpty: Bool {
    @inline(__always) get { diagnostics.isEmpty }
  }
  var hasRoom: Bool {
    @inline(__always) get { diagnostics.count < Self.most }
  }
  /// Captured bytes held.
  var heldBytes: Int { text.count }

  /// Adds a diagnostic; `excerpt` is a range of `shown`, of which the first bytes are kept.
  mutating func add(
    _ code: DiagnosticCode, at offset: UInt64, length: UInt64, mark: ArrivalMark,
    excerpt: Range<Int>, of shown: RawSpan
  ) {
    guard !muted.contains(code) else { return mutedCounts.add(code) }
    let count = min(excerpt.count, SkippedRun.excerptBytes)
    text.append(shown, excerpt.lowerBound..<excerpt.lowerBound + count)
    add(code, at: offset, length: length, mark: mark, excerpt: text.textRange(last: count))
  }

  /// Adds a diagnostic that shows nothing.
  mutating func add(_ code: DiagnosticCode, at offset: UInt64, length: UInt64, mark: ArrivalMark) {
    guard !muted.contains(code) else { return mutedCounts.add(code) }
    add(code, at: offset, length: length, mark: mark, excerpt: .absent)
  }

  private mutating func add(
    _ code: DiagnosticCode, at offset: UInt64, length: UInt64, mark: ArrivalMark,
    excerpt: TextRange
  ) {
    var diagnostic = Diagnostic()
    diagnostic.code = code
    diagnostic.offset = offset
    diagnostic.length = length
    diagnostic.mark = mark
    diagnostic.excerpt = excerpt
    diagnostics.append(diagnostic)
  }

  /// Adds a diagnostic about odd bytes, if there are any.
  mutating func add(_ code: DiagnosticCode, _ range: OddRange) {
    guard !range.isEmpty else { return }
    add(code, at: range.start, length: range.end &- range.start, mark: range.mark)
  }

  /// Adds what the checks of a line found, and whether it ended without CR.
  ///
  /// - Returns: what was added.
  mutating func add(
    _ checks: LineChecks, lineFeedAt lineFeed: UInt64, mark: ArrivalMark
  ) -> DiagnosticSet {
    var found = DiagnosticSet()
    if !checks.bareCR.isEmpty { found.insert(.bareCR) }
    if !checks.control.isEmpty { found.insert(.controlBytes) }
    if !checks.invalid.isEmpty { found.insert(.invalidUTF8) }
    add(.bareCR, checks.bareCR)
    add(.controlBytes, checks.control)
    add(.invalidUTF8, checks.invalid)
    if !checks.endsWithCR {
      found.insert(.bareLF)
      add(.bareLF, at: lineFeed, length: 1, mark: mark)
    }
    return found
  }

  /// Moves the next diagnostic and its text to where they are told from; false when there is none.
  mutating func tell(_ diagnostic: inout Diagnostic, _ shown: inout ByteBuffer) -> Bool {
    guard told < diagnostics.count else { return false }
    diagnostic = diagnostics[told]
    told &+= 1
    shown.removeAll()
    if diagnostic.excerpt.isPresent {
      shown.append(text.span, diagnostic.excerpt.range)
      diagnostic.excerpt = TextRange(start: 0, count: Int(diagnostic.excerpt.count))
    }
    if told == diagnostics.count { removeAll() }
    return true
  }

  mutating func removeAll() {
    diagnostics.removeAll()
    told = 0
    text.removeAll()
  }
}
