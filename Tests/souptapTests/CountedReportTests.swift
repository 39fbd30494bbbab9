import Testing

/// A plain report counts without making records of what it counts; one that chooses makes them all.
struct CountedReportTests {
  /// Whoever chooses everything is told the same figures.
  @Test func choosingEverythingChangesNoFigure() throws {
    var compared = 0
    for capture in OracleFixtures.captures where Self.isCompared(capture) {
      let path = OracleFixtures.path(capture)
      let counted = try OracleProgram.souptap("report", "-q", "--format", "ndjson", path)
      let recorded = try OracleProgram.souptap(
        "report", "-q", "--format", "ndjson", "--since", "1970-01-01", path)
      #expect(Self.summary(counted) == Self.summary(recorded), "\(capture)")
      if Self.summary(counted) != nil { compared += 1 }
    }
    #expect(compared > 10)
  }

  /// The captures made by hand have every outcome, quality and diagnostic.
  private static func isCompared(_ capture: String) -> Bool {
    capture.hasPrefix("generated/") && !capture.hasPrefix("generated/streams")
  }

  private static func summary(_ run: OracleProgram) -> Substring? {
    run.output.split(separator: "\n").last { $0.contains("\"record\":\"summary\"") }
  }
}
