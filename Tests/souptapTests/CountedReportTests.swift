import Testing

/// A plain view counts what it does not show without making records of it; one that chooses makes them
/// all.
struct CountedReportTests {
  /// Whoever chooses everything is told the same figures.
  @Test(arguments: ["report", "transactions", "messages"])
  func choosingEverythingChangesNoFigure(view: String) throws {
    var compared = 0
    for capture in OracleFixtures.captures where Self.isCompared(capture) {
      let path = OracleFixtures.path(capture)
      // Tokens differ from run to run.
      let options = ["-q", "--format", "ndjson", "--show-secrets", path]
      let counted = try OracleProgram.run([OracleProgram.souptapPath, view] + options)
      let recorded = try OracleProgram.run(
        [OracleProgram.souptapPath, view, "--since", "1970-01-01"] + options)
      #expect(Self.told(counted) == Self.told(recorded), "\(capture)")
      if !Self.told(counted).isEmpty { compared += 1 }
    }
    #expect(compared > 10)
  }

  /// The captures made by hand have every outcome, quality and diagnostic.
  private static func isCompared(_ capture: String) -> Bool {
    capture.hasPrefix("generated/") && !capture.hasPrefix("generated/streams")
  }

  /// All lines but the first, which says what was asked for.
  private static func told(_ run: OracleProgram) -> ArraySlice<Substring> {
    run.output.split(separator: "\n").dropFirst()
  }
}
