import TestSupport
import Testing

/// Tells tests what is wrong when a script reads differently in different cuts.
enum ParserVerifier {
  /// The events of the whole script, after checking that every other way of cutting gives the same.
  @discardableResult
  static func verify(
    _ script: StreamScript, cuts: SplitCheck.Cuts = .all, seed: UInt64 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> ScriptRun {
    let (whole, faults) = SplitCheck.run(script, cuts: cuts, seed: seed)
    for fault in faults { Issue.record("\(fault)", sourceLocation: sourceLocation) }
    return whole
  }
}
