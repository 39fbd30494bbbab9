public import Statistics

/// The `interval` line of `records.md`: a summary of an interval, or of a run of empty ones.
public enum IntervalJSON {
  /// Writes the line.
  public static func appendLine(
    _ interval: Summary, views: ReportViews = ReportViews(), to writer: inout JSONWriter
  ) {
    writer.beginLine(record: "interval")
    SummaryJSON.appendFields(of: interval, views, to: &writer)
    writer.endLine()
  }
}
