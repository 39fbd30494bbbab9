import Foundation
import TestSupport
import Testing

/// Reports of more kinds of things than there are rows.
@Suite struct BoundedReportTests {
  private static let count = 100_000

  /// Everything that a report can show, of a hundred thousand types, clients, connections and
  /// parameter values: bounded in memory and output, and the rest adds up.
  @Test func memoryAndOutputStayBounded() throws {
    let scratch = try ScratchDirectory()
    let path = "\(scratch.path)/many.pcap"
    try Data(ManyKinds.pcap(Self.count)).write(to: URL(fileURLWithPath: path))
    let options =
      "--by type,client,connection,param.room --interval 20s --timeline --heatmap"
      + " --histogram-by-row --censored --sort p99"
    // The peak of resident memory is what the kernel counted for the program alone.
    let run = try ProgramRun.script(
      """
      cd \(scratch.path)
      /usr/bin/env python3 -c '
      import os, resource, sys
      for name, extra in (("ndjson", ["--format", "ndjson"]), ("text", [])):
          child = os.fork()
          if child == 0:
              out = os.open(name, os.O_WRONLY | os.O_CREAT)
              os.dup2(out, 1)
              os.execv(sys.argv[1], ["souptap", "report"] + extra + sys.argv[2:])
          _, status, usage = os.wait4(child, 0)
          print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
      ' "$SOUPTAP_BUILT" \(options) \(path)
      """)
    let results = run.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(results.map { $0.first } == ["0", "0"], "\(run.errors)")
    for result in results {
      // A hundred thousand connections take some 110 MB of it; statistics the least part.
      #expect(Int(result.last ?? "") ?? .max < 300_000, "KiB")
    }
    let text = try String(contentsOfFile: "\(scratch.path)/text", encoding: .utf8)
    #expect(text.utf8.count < 400_000)
    let records = OracleProgram.records(
      try String(contentsOfFile: "\(scratch.path)/ndjson", encoding: .utf8))
    #expect(records.count > 8)
    var sums: [String: Int] = [:]
    for record in records.dropFirst() {
      let totals = try #require(record["totals"] as? [String: Any])
      for name in ["groups", "by_type"] {
        let rows = try #require(record[name] as? [[String: Any]])
        #expect(rows.count <= 257)
        for figure in ["requests", "answered", "ok", "errors"] {
          #expect(
            rows.reduce(0) { $0 + ($1.int(figure) ?? 0) } == totals.int(figure), "\(name)")
        }
      }
      if record.string("record") == "interval" {
        sums["requests", default: 0] += totals.int("requests") ?? 0
        sums["errors", default: 0] += totals.int("errors") ?? 0
      } else {
        #expect((record["groups"] as? [[String: Any]])?.count == 257)
        #expect(totals.int("requests") == Self.count)
        #expect(totals.int("errors") == Self.count / 10)
        let bins = (record["timeline"] as? [String: Any])?["bins"] as? [[String: Any]] ?? []
        #expect(bins.count <= 256 && bins.count > 100)
        #expect(bins.reduce(0) { $0 + ($1.int("requests") ?? 0) } == Self.count)
        let rows = (record["heatmap"] as? [String: Any])?["rows"] as? [[String: Any]] ?? []
        #expect(rows.count == 41)
        let cells = rows.flatMap { $0["cells"] as? [[String: Any]] ?? [] }
        #expect(cells.reduce(0) { $0 + ($1.int("requests") ?? 0) } == Self.count)
      }
    }
    #expect(sums == ["requests": Self.count, "errors": Self.count / 10])
    let size = try FileManager.default.attributesOfItem(atPath: "\(scratch.path)/ndjson")[.size]
    #expect(size as? Int ?? .max < 8_000_000)
  }
}
