/// Runs a script whole and in other cuts and compares everything that was told.
package enum SplitCheck {
  /// How a script is cut.
  package enum Cuts: Sendable {
    /// Every single cut, byte by byte and some random ones.
    case all
    /// Byte by byte and some random ones.
    case some
    /// At random, and byte by byte when the seed is a multiple of eight.
    case few
  }

  /// The run of the whole script, and what is wrong with it or with another way of cutting.
  package static func run(
    _ script: StreamScript, cuts: Cuts, seed: UInt64
  ) -> (whole: ScriptRun, faults: [String]) {
    let whole = ScriptRun(script, cuts: [])
    var faults = faults(of: whole, whole, "whole")
    let count = script.capturedCount
    var random = SeededRandom(seed: seed)
    var ways: [[Int]] = []
    if cuts != .few || seed % 8 == 0 { ways.append(Array(1..<max(count, 2))) }
    if cuts == .all { ways += (1..<max(count, 2)).map { [$0] } }
    for _ in 0..<(cuts == .few ? 1 : 2) {
      let longest = 1 + Int(random.next() % 60)
      var way: [Int] = []
      while (way.last ?? 0) < count {
        way.append((way.last ?? 0) + 1 + Int(random.next() % UInt64(longest)))
      }
      ways.append(way)
    }
    for way in ways where faults.isEmpty {
      let run = ScriptRun(script, cuts: way)
      faults = Self.faults(of: run, whole, "cut at \(way.prefix(20))")
    }
    return (whole, faults)
  }

  private static func faults(of run: ScriptRun, _ whole: ScriptRun, _ how: String) -> [String] {
    var faults = run.problems.map { "\(how): \($0)" }
    if run.skipped != whole.skipped {
      faults.append("\(how) skips \(run.skipped) instead of \(whole.skipped)")
    }
    if run.told != whole.told {
      let first = zip(run.told, whole.told).first { $0 != $1 }
      faults.append(
        """
        \(how) tells \(run.told.map(\.description))
        instead of \(whole.told.map(\.description))
        first difference: \(String(describing: first))
        """)
    }
    return faults
  }
}
