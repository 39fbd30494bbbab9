import Foundation
import TestSupport
import Testing

/// Thousands of transactions that a simulation of two TCP endpoints made, with all that befalls them
/// on the wire and in the capture, against what a perfect observer knows of each.
@Suite(.enabled(if: OracleProgram.has("python3"), "python3 is not installed"))
struct ExchangeTests {
  /// What befalls a capture, as options of the generator.
  private static let troubles = [
    "--seed 1 --both 0.5 --deep 0.3 --again 0.5 --split 0.5",
    "--seed 2 --lose 0.01 --overtake 0.01",
    "--seed 3 --drop 0.01",
    "--seed 4 --double 0.05 --shuffle 0.02",
    "--seed 5 --swap 0.05",
    "--seed 6 --midstream 2",
    "--seed 7 --uuid-space 60 --late 0.05 --twice 0.05",
    "--seed 8 --one-sided 0.3",
    "--seed 9 --step 0.5",
    "--seed 10 --snaplen 160",
    "--seed 11 --lose 0.02 --overtake 0.02 --drop 0.005 --shuffle 0.01 --double 0.01 --midstream 1",
  ]

  private static func generator(_ name: String) -> String {
    ProgramRun.packageRoot.appendingPathComponent("Tests/Generators/\(name)").path
  }

  /// Outcome, pairing and times of each transaction are right, or it is `uncertain` with a cause; and
  /// `uncertain` stands only where the capture leaves no choice.
  @Test(arguments: troubles)
  func everyTransactionIsRightOrSaysThatItMayNotBe(trouble: String) throws {
    let scratch = try ScratchDirectory()
    let capture = "\(scratch.path)/capture.pcap"
    let truth = "\(scratch.path)/truth.json"
    let made = try OracleProgram.run(
      ["python3", Self.generator("exchanges.py"), capture, truth, "--requests", "1500"]
        + trouble.split(separator: " ").map(String.init))
    #expect(made.status == 0, "\(made.errors)")
    let told = try OracleProgram.run([
      OracleProgram.souptapPath, "transactions", "--timeout", "2s", "--format", "ndjson", capture,
    ])
    #expect(told.status == 0)
    let records = "\(scratch.path)/records.ndjson"
    try told.output.write(toFile: records, atomically: true, encoding: .utf8)
    let verdict = try OracleProgram.run(
      ["python3", Self.generator("judge.py"), truth, records])
    #expect(verdict.status == 0, "\(trouble)\n\(verdict.output)\(verdict.errors)")
    #expect(verdict.output.contains(" exact\n"))
  }

  /// With one packet in two hundred taken away, all but one in a thousand of the transactions whose
  /// messages are whole are paired, none wrongly, and the percentiles of the exact ones are those of
  /// the whole capture within the noise of the sample.
  @Test func lackingPacketsCostNothingElse() throws {
    let scratch = try ScratchDirectory()
    let capture = "\(scratch.path)/capture.pcap"
    let truth = "\(scratch.path)/truth.json"
    var latencies: [[Int64]] = []
    for drop in ["0", "0.005"] {
      // Without anything that depends on how many random numbers were drawn for the capture.
      let made = try OracleProgram.run(
        ["python3", Self.generator("exchanges.py"), capture, truth]
          + "--seed 21 --requests 6000 --reuse 0 --twice 0 --orphan 0 --late 0 --early 0 --deep 0"
          .split(separator: " ").map(String.init) + ["--drop", drop])
      #expect(made.status == 0, "\(made.errors)")
      let told = try OracleProgram.souptap(
        "transactions", "--timeout", "2s", "--format", "ndjson", capture)
      let transactions = told.records.filter { $0.string("record") == "transaction" }
      let pairs = Set(
        transactions.compactMap { record -> [Int]? in
          guard let answer = record.int("response_offset") else { return nil }
          return [
            record.int("src_port") ?? 0, record.int("dst_port") ?? 0,
            record.int("request_offset") ?? 0, answer, record.int("uuid") ?? 0,
          ]
        })
      let root = try #require(
        JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: truth)))
          as? [String: Any])
      let whole = Self.wholePairs(root)
      let paired = whole.intersection(pairs).count
      #expect(whole.count > 5000)
      #expect(
        Double(paired) >= 0.999 * Double(whole.count), "\(paired) of \(whole.count), drop \(drop)")
      // What is paired beyond them lacks a part of a message: never another message's.
      let known = Self.wholePairs(root, partly: true)
      #expect(pairs.subtracting(known).isEmpty)
      latencies.append(
        transactions.filter { $0.string("quality") == "exact" }
          .compactMap { $0.int64("latency_ns") }.sorted())
    }
    // Of a sample of n, the share p lies between the ranks n(p ± 4 standard errors) of the whole.
    let (all, kept) = (latencies[0], latencies[1])
    #expect(kept.count > all.count / 2)
    for share in [0.5, 0.9, 0.95, 0.99] {
      let value = kept[min(kept.count - 1, Int(share * Double(kept.count)))]
      let noise = 4 * (share * (1 - share) / Double(kept.count)).squareRoot()
      let low = all[max(0, Int((share - noise) * Double(all.count)) - 1)]
      let high = all[min(all.count - 1, Int((share + noise) * Double(all.count)) + 1)]
      #expect((low...high).contains(value), "p\(share): \(value) not in \(low)...\(high)")
    }
  }

  /// By ports, offsets and uuid: requests with their responses, both of them whole in the capture, or
  /// begun in it.
  private static func wholePairs(_ truth: [String: Any], partly: Bool = false) -> Set<[Int]> {
    var pairs: Set<[Int]> = []
    for row in truth["rows"] as? [[String: Any]] ?? [] {
      guard let request = row["request"] as? [String: Any], let ports = row["ports"] as? [Int],
        partly || request["whole"] as? Bool == true
      else { continue }
      for answer in row["answers"] as? [[String: Any]] ?? []
      where partly ? answer.int("offset") != nil : answer["whole"] as? Bool == true {
        let isClients = row.int("direction") == 0
        pairs.insert([
          isClients ? ports[0] : ports[1], isClients ? ports[1] : ports[0],
          request.int("offset") ?? -1, answer.int("offset") ?? -1, row.int("uuid") ?? -1,
        ])
      }
    }
    return pairs
  }
}
