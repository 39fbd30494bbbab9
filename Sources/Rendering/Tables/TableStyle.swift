public import Wire

/// How text tables look.
public struct TableStyle {
  /// Columns of the terminal; rows never take more, except those written in full.
  public var width = 80
  public var palette = Palette.plain
  /// Whether messages are written with all their parameters, transactions with an explanation and
  /// connections with where they were captured.
  public var isFull = false
  /// Seconds that local time is ahead of UTC at a moment; the executable knows the time zone.
  public var secondsFromUTC: (CaptureTime) -> Int32 = { _ in 0 }

  /// Creates the style of an 80 columns wide terminal without colours, in UTC.
  public init() {}
}
