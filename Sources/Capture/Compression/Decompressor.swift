/// Turns compressed bytes into plain ones, as much at a time as there is room for: a small file that
/// unpacks to a huge one costs time, not memory.
///
/// Members that follow one another are one stream, as their command-line tools have it.
protocol Decompressor: AnyObject {
  /// Whether the bytes may end here: behind a whole member.
  var isAtEnd: Bool { get }

  /// Takes some of `input` and writes some of what it stands for to `output`.
  ///
  /// - Parameter isLast: whether no bytes come behind `input`.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep
}

/// How far a step went, in bytes.
struct DecompressionStep {
  var consumed = 0
  var produced = 0
  /// Why nothing comes behind what was produced: what the library says about bytes that cannot be
  /// what they claim.
  var problem: String?
}
