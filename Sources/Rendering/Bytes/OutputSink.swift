/// Where finished output goes: standard output, a file, a test.
public protocol OutputSink: AnyObject {
  /// Takes bytes, lent for the call. Troubles are remembered by the sink, not thrown.
  func write(_ bytes: RawSpan)
}
