import ControlProtocol
import Correlation
import Records
import Testing
import Wire

/// Responses that the capture shows before their requests, many of one uuid: the requests get them in
/// the order in which they stand in their stream, whatever the seed of the tables.
@Suite struct OrphanOrderTests {
  @Test(arguments: 0..<16 as Range<UInt64>)
  func firstComeFirstServed(seed: UInt64) {
    var configuration = CorrelationConfiguration()
    configuration.seed = seed
    var correlator = Correlator(configuration: configuration)
    var conversation = Conversation()
    let text = Array("7".utf8)
    let uuid = TextRange(start: 0, count: 1)
    var message = Message()
    message.uuid = uuid
    // More than the table has room for at first.
    let count = 200 as UInt64
    for number in 0..<count {
      var facts = facts(number, side: 1)
      let key = unsafe correlator.key(of: &facts, asker: 0, uuid: uuid, in: text.span.bytes)
      unsafe correlator.keepOrphan(
        MessageTexts(message), in: text.span.bytes, facts: facts, key: key, to: &conversation)
    }
    var served: [UInt64] = []
    for number in 0..<count {
      var facts = facts(number, side: 0)
      let key = unsafe correlator.key(of: &facts, asker: 0, uuid: uuid, in: text.span.bytes)
      let (request, orphan) = unsafe correlator.add(
        MessageTexts(message), in: text.span.bytes, facts: &facts, key: key,
        type: TypeNumber.none, reusesUUID: false, to: &conversation)
      if let orphan {
        served.append(correlator.orphan(orphan).facts.offset)
        correlator.removeOrphan(orphan, from: &conversation)
      }
      correlator.remove(request, from: &conversation)
    }
    #expect(served == (0..<count).map { $0 * 10 }, "seed \(seed)")
  }

  private func facts(_ number: UInt64, side: UInt8) -> MessageFacts {
    var facts = MessageFacts()
    facts.side = side
    facts.offset = number * 10
    facts.end = number * 10 + 10
    facts.start = Int64(number)
    facts.delivered = Int64(number)
    return facts
  }
}
