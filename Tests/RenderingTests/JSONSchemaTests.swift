import ControlProtocol
import Foundation
import Records
import Rendering
import TestSupport
import Testing
import Wire

/// Validates what the renderer writes against the schema that souptap prints, with as much of JSON
/// Schema as that schema uses.
@Suite struct JSONSchemaTests {
  private func schema() throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(JSONSchema.text.utf8))
    return try #require(object as? [String: Any])
  }

  /// What is wrong with `value`; fields that the schema does not know count as wrong here, because
  /// the schema should know all that we write.
  private func faults(
    of value: Any, _ schema: [String: Any], _ root: [String: Any], at path: String
  ) -> [String] {
    if let reference = schema["$ref"] as? String {
      let name = String(reference.dropFirst("#/$defs/".count))
      let shared = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
      guard let shared else { return ["\(path): no \(reference)"] }
      return faults(of: value, shared, root, at: path)
    }
    var faults: [String] = []
    if let constant = schema["const"] as? String, value as? String != constant {
      faults.append("\(path): not \(constant)")
    }
    if let names = schema["enum"] as? [String], !names.contains(value as? String ?? "") {
      faults.append("\(path): not among \(names)")
    }
    switch schema["type"] as? String {
    case "string":
      guard let text = value as? String else { return ["\(path): no string"] }
      let pattern = schema["pattern"] as? String ?? ""
      if text.range(of: pattern, options: .regularExpression) == nil, !pattern.isEmpty {
        faults.append("\(path): not \(pattern)")
      }
    case "integer":
      guard let number = value as? NSNumber, number.doubleValue >= 0,
        number.doubleValue == number.doubleValue.rounded()
      else { return ["\(path): no count"] }
    case "number":
      if !(value is NSNumber) { faults.append("\(path): no number") }
    case "boolean":
      if !(value is Bool) { faults.append("\(path): no flag") }
    case "array":
      guard let list = value as? [Any], let items = schema["items"] as? [String: Any] else {
        return ["\(path): no array"]
      }
      for (index, item) in list.enumerated() {
        faults += self.faults(of: item, items, root, at: "\(path)[\(index)]")
      }
    case "object":
      guard let object = value as? [String: Any] else { return ["\(path): no object"] }
      for name in schema["required"] as? [String] ?? [] where object[name] == nil {
        faults.append("\(path).\(name): missing")
      }
      let properties = schema["properties"] as? [String: Any] ?? [:]
      for (name, member) in object {
        let known = (properties[name] ?? schema["additionalProperties"]) as? [String: Any]
        guard let known else {
          faults.append("\(path).\(name): not in the schema")
          continue
        }
        faults += self.faults(of: member, known, root, at: "\(path).\(name)")
      }
    default:
      break
    }
    return faults
  }

  private func check(_ output: CollectingOutput) throws {
    let root = try schema()
    let kinds = try #require(root["$defs"] as? [String: Any])
    #expect(!output.lines.isEmpty)
    for line in output.lines {
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
      let object = try #require(value as? [String: Any])
      let name = try #require(object["record"] as? String)
      let kind = try #require(kinds[name] as? [String: Any])
      #expect(faults(of: object, kind, root, at: name) == [], "\(line)")
    }
  }

  @Test func theSchemaNamesEveryKind() throws {
    let root = try schema()
    #expect(root["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    let kinds = try #require(root["oneOf"] as? [[String: String]]).compactMap { $0["$ref"] }
    #expect(
      kinds
        == [
          "meta", "message", "transaction", "diagnostic", "connection", "stream", "interval",
          "summary",
        ].map { "#/$defs/\($0)" })
    #expect(!JSONSchema.text.contains("additionalProperties\": false"))
  }

  @Test func theLinesOfARunFollowTheSchema() throws {
    let output = CollectingOutput()
    for shows in [false, true] {
      let renderer = NDJSONRenderer(
        kinds: [.messages, .transactions, .diagnostics, .connections],
        secrets: hiding(showing: shows), output: output)
      var run = RunDescription(version: "1.0.0", command: "messages", inputs: ["a"], mode: .file)
      renderer.write(run)
      run.captureFilter = "tcp"
      run.ports = [4080]
      (run.detects, run.showsOtherConnections, run.isStrict) = (true, true, true)
      (run.removesDuplicates, run.selection, run.groups) = (true, "type == x", ["connection"])
      (run.intervalNanoseconds, run.onlyFailed, run.slowerNanoseconds) = (1, true, 1)
      (run.top, run.count, run.durationNanoseconds) = (1, 1, 1)
      (run.since, run.until, run.snapshotLength) = (sampleTime, sampleTime, 1)
      run.limits.heldBytes = 1
      run.limits.holeNanoseconds = 1
      renderer.write(run)
      for kind in [MessageKind.request, .response, .notification] {
        var message = sampleMessage(kind: kind)
        message.record.type = message.pool.add([0xff])
        message.record.uuid = message.pool.add("007")
        message.record.code = message.pool.add([0xff])
        message.record.reason = message.pool.add("r")
        message.record.status = .unknown
        message.record.statusText = message.pool.add([0xfe])
        message.record.isEchoed = true
        message.record.diagnostics = DiagnosticSet(
          rawValue: (1 << UInt64(DiagnosticCode.allCases.count)) - 1)
        message.parameter([0xff], [0xfe])
        message.parameter("token", "x")
        message.line([0x80])
        message.give(to: renderer)
      }
      sampleMessage().give(to: renderer)
      giveTransactions(to: renderer)
      for code in DiagnosticCode.allCases {
        var diagnostic = SampleDiagnostic()
        diagnostic.record.code = code
        diagnostic.record.time = sampleTime
        diagnostic.record.length = 1
        diagnostic.record.detail = .toldAsOne
        diagnostic.record.captureCouldMiss = true
        diagnostic.record.excerpt = diagnostic.pool.add([0xff])
        diagnostic.give(to: renderer)
      }
      giveConnections(to: renderer)
      renderer.flush()
    }
    try check(output)
  }

  private func giveTransactions(to renderer: NDJSONRenderer) {
    for outcome in Outcome.allCases {
      for reason in UnansweredReason.allCases {
        var transaction = sampleTransaction()
        transaction.record.outcome = outcome
        transaction.record.unanswered = outcome == .unanswered ? reason : nil
        transaction.record.revision = 1
        transaction.record.quality = Quality(rawValue: reason.rawValue % 3)
        transaction.record.causes = Causes(rawValue: (1 << UInt16(Causes.names.count)) - 1)
        transaction.record.hints = Hints(rawValue: (1 << UInt8(Hints.names.count)) - 1)
        transaction.record.statusText = transaction.pool.add("what")
        transaction.record.responseType = transaction.pool.add([0xff])
        transaction.record.acknowledged = 1
        transaction.record.waited = 1
        transaction.give(to: renderer)
      }
    }
  }

  private func giveConnections(to renderer: NDJSONRenderer) {
    for raw in 0..<6 as Range<UInt8> {
      var connection = sampleConnection()
      connection.clientKnown = ConnectionRecord.ClientKnown(rawValue: raw % 3) ?? .guess
      connection.ended = ConnectionRecord.Ended(rawValue: raw) ?? .fin
      connection.vantage = ConnectionRecord.Vantage(rawValue: raw)
      connection.protocolKnown = ConnectionRecord.ProtocolKnown(rawValue: raw % 3) ?? .other
      connection.handshakeServer = 5
      connection.serverToClient.ledger.missingSnaplen = 4
      connection.serverToClient.ledger.pending = 4
      connection.identity.vlans.append(1)
      for kind in [Tunnel.Kind.gre, .nvgre, .ipInIP, .vxlan, .geneve, .mpls, .pppoe] {
        connection.identity.tunnel = Tunnel(kind: kind, identifier: 1, path: 0)
        renderer.take(connection)
      }
    }
    var stream = StreamRecord(
      identity: sampleIdentity(), direction: .serverToClient, file: "a/b", length: 5)
    renderer.write(stream)
    stream.gaps = [StreamRecord.Gap(offset: 1, length: 2, reason: "aged")]
    stream.conflicts = [StreamRecord.Conflict(offset: 1, length: 2)]
    renderer.write(stream)
  }

  @Test(arguments: [61, 62] as [UInt64])
  func summariesFollowTheSchema(seed: UInt64) throws {
    let output = CollectingOutput()
    let renderer = NDJSONRenderer(kinds: [], secrets: hiding(), output: output)
    let summary = ReportSample.hostile(seed: seed)
    renderer.write { SummaryJSON.appendLine(summary, to: &$0) }
    renderer.write { IntervalJSON.appendLine(summary, to: &$0) }
    for isCensored in [false, true] {
      let views = ReportViews.all(isCensored: isCensored)
      renderer.write { SummaryJSON.appendLine(summary, views: views, to: &$0) }
      renderer.write { IntervalJSON.appendLine(summary, views: views, to: &$0) }
    }
    renderer.flush()
    try check(output)
  }

  /// The check above finds faults where there are some.
  @Test func wrongLinesAreFound() throws {
    let root = try schema()
    let kinds = try #require(root["$defs"] as? [String: Any])
    let meta = try #require(kinds["meta"] as? [String: Any])
    let wrong: [String: Any] = ["record": "meta", "schema": "2.0", "mode": "dead", "ports": [-1]]
    #expect(faults(of: wrong, meta, root, at: "").count >= 8)
  }
}
