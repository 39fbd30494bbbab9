import Foundation
import TestSupport
import Testing

/// A sample of the broken savefiles through the program: what it tells and how it ends.
struct DamagedInputTests {
  @Test(arguments: WholeSavefile.all, [21] as [UInt64])
  func damageIsToldAndWhatStandsBeforeItToo(file: WholeSavefile, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let damaged =
      (file.lies.shuffled(using: &random).prefix(5) + file.cuts.shuffled(using: &random).prefix(2))
    let scratch = try ScratchDirectory()
    for (index, damaged) in damaged.enumerated() {
      try Data(damaged.bytes).write(to: URL(fileURLWithPath: "\(scratch.path)/\(index)"))
    }
    let run = try ProgramRun.script(
      """
      ulimit -v 1000000
      for i in $(seq 0 \(damaged.count - 1)); do
        timeout -s KILL 20 "$SOUPTAP_BUILT" report -q --format ndjson \(scratch.path)/$i \\
          > \(scratch.path)/out 2> \(scratch.path)/err
        echo $? $(grep -o '"packets":[0-9]*' \(scratch.path)/out) '|' $(cat \(scratch.path)/err)
      done
      """)
    let lines = run.output.split(separator: "\n").map(String.init)
    try #require(lines.count == damaged.count)
    for (index, damaged) in damaged.enumerated() {
      let (line, name) = (lines[index], "\(damaged.name), seed \(seed)")
      let halves = line.split(separator: "|", maxSplits: 1).map(String.init)
      let packets = halves[0].firstMatch(of: /:([0-9]+) $/).flatMap { Int($0.output.1) } ?? -1
      #expect(packets >= file.packets(before: damaged.damage), "\(name): \(line)")
      guard !line.hasPrefix("0 ") else { continue }
      #expect(line.hasPrefix("2 "), "\(name): \(line)")
      let told = halves.count > 1 ? String(halves[1].dropFirst()) : ""
      #expect(told.hasPrefix("souptap: \(scratch.path)/\(index): "), "\(name): \(line)")
      if told.contains("is no capture file") || told.contains("is empty")
        || told.contains("link type that souptap does not decode")
      {
        continue
      }
      #expect(told.contains("at byte "), "\(name): \(line)")
      #expect(
        told.contains("packet \(packets)") || told.contains("packet \(packets + 1)")
          || told.contains("before its first packet"), "\(name): \(line)")
    }
  }
}
