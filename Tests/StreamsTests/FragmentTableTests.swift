import TestSupport
import Testing
import Wire

@testable import Streams

@Suite struct FragmentTableTests {
  /// A fragment of a datagram whose byte at each place is known.
  private struct Part {
    var offset: Int
    var bytes: [UInt8]
    var isLast: Bool
    var wireLength: Int?
  }

  private static func packet(_ time: Int64) -> Packet {
    Packet(
      number: 1, time: CaptureTime(nanoseconds: time), originalLength: 100,
      linkType: LinkType(rawValue: 1))
  }

  private static func take(
    _ part: Part, identification: UInt32 = 1, at time: Int64 = 0, tunnel: Tunnel = .none,
    into table: inout FragmentTable
  ) -> FragmentTable.Outcome {
    var frame = DecodedFrame()
    frame.tunnel = tunnel
    let fragment = IPFragment(
      source: IPAddress(ipv4: 1), destination: IPAddress(ipv4: 2), identification: identification,
      protocol: 6, offset: part.offset, moreFragments: !part.isLast, payloadOffset: 0,
      payloadLength: part.bytes.count, wirePayloadLength: part.wireLength ?? part.bytes.count)
    return unsafe table.take(
      fragment, frame: frame, bytes: part.bytes.span.bytes, packet: packet(time), time: time)
  }

  private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 & 0xff) } }

  /// Parts of a datagram, in any order, some twice and some overlapping, make it once.
  @Test(arguments: 0..<50)
  func anyOrderMakesTheDatagram(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let whole = Self.bytes(Int.random(in: 1...400, using: &random))
    var parts: [Part] = []
    var offset = 0
    while offset < whole.count {
      let end = min(whole.count, offset + 8 * Int.random(in: 1...6, using: &random))
      let begin = Bool.random(using: &random) ? offset : max(0, offset - 8)
      parts.append(
        Part(offset: begin, bytes: Array(whole[begin..<end]), isLast: end == whole.count))
      offset = end
    }
    if parts.count == 1 { parts[0].isLast = true }
    parts += parts.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
    parts.shuffle(using: &random)
    var table = FragmentTable(seed: seed)
    var made = 0
    for part in parts {
      if case .completed(let datagram) = Self.take(part, into: &table) {
        made += 1
        #expect(datagram.bytes == whole, "seed \(seed)")
        #expect(datagram.wireLength == whole.count, "seed \(seed)")
      }
      #expect(table.brokenInvariants() == [], "seed \(seed)")
    }
    #expect(made == 1, "seed \(seed)")
    #expect(table.incomplete == 0, "seed \(seed)")
  }

  @Test func theFirstCopyWinsAndOverlapsAreCounted() {
    var table = FragmentTable(seed: 1)
    _ = Self.take(
      Part(offset: 0, bytes: Array(repeating: 1, count: 16), isLast: false), into: &table)
    _ = Self.take(
      Part(offset: 0, bytes: Array(repeating: 1, count: 16), isLast: false), into: &table)
    #expect(table.overlapping == 0)
    let outcome = Self.take(
      Part(offset: 8, bytes: Array(repeating: 2, count: 16), isLast: true), into: &table)
    #expect(table.overlapping == 1)
    guard case .completed(let datagram) = outcome else {
      Issue.record("not complete")
      return
    }
    #expect(datagram.bytes == Array(repeating: 1, count: 16) + Array(repeating: 2, count: 8))
  }

  @Test func whatTheSnapshotLengthCutEndsTheBytes() {
    var table = FragmentTable(seed: 1)
    _ = Self.take(
      Part(offset: 0, bytes: Self.bytes(20), isLast: false, wireLength: 32), into: &table)
    let outcome = Self.take(Part(offset: 32, bytes: Self.bytes(8), isLast: true), into: &table)
    guard case .completed(let datagram) = outcome else {
      Issue.record("not complete")
      return
    }
    #expect(datagram.bytes == Self.bytes(20))
    #expect(datagram.wireLength == 40)
  }

  @Test func tunnelsAndIdentificationsTellDatagramsApart() {
    var table = FragmentTable(seed: 1)
    let vxlan = Tunnel(kind: .vxlan, identifier: 5, path: 5)
    let begin = Part(offset: 0, bytes: Self.bytes(8), isLast: false)
    let end = Part(offset: 8, bytes: Self.bytes(8), isLast: true)
    _ = Self.take(begin, into: &table)
    _ = Self.take(end, tunnel: vxlan, into: &table)
    _ = Self.take(end, identification: 2, into: &table)
    #expect(table.count == 3)
    #expect(table.incomplete == 3)
    guard case .completed = Self.take(begin, tunnel: vxlan, into: &table) else {
      Issue.record("not complete")
      return
    }
  }

  @Test func aCopyOfACompleteDatagramIsNone() {
    var table = FragmentTable(seed: 1)
    let begin = Part(offset: 0, bytes: Self.bytes(8), isLast: false)
    let end = Part(offset: 8, bytes: Self.bytes(8), isLast: true)
    _ = Self.take(begin, into: &table)
    guard case .completed = Self.take(end, into: &table) else {
      Issue.record("not complete")
      return
    }
    guard case .copy = Self.take(begin, at: 99_000_000, into: &table) else {
      Issue.record("no copy")
      return
    }
    // Later the identification is used again.
    _ = Self.take(begin, at: 1_000_000_000, into: &table)
    guard case .completed = Self.take(end, at: 1_000_000_000, into: &table) else {
      Issue.record("not complete")
      return
    }
  }

  @Test func orphansAreBoundedAndForgottenAfterAWhile() {
    var limits = FragmentTable.Limits()
    limits.datagrams = 100
    limits.heldBytes = 50_000
    var table = FragmentTable(limits: limits, seed: 1)
    for number in 0..<3_000 {
      let part = Part(offset: 8, bytes: Self.bytes(600), isLast: false)
      _ = Self.take(part, identification: UInt32(number), at: Int64(number), into: &table)
      #expect(table.count <= 100)
      #expect(table.heldBytes <= 50_000 + 100 * 256)
    }
    #expect(table.incomplete == 3_000)
    _ = Self.take(
      Part(offset: 0, bytes: Self.bytes(8), isLast: false), identification: 99_999,
      at: 31_000_000_000, into: &table)
    #expect(table.count == 1)
    #expect(table.brokenInvariants() == [])
  }

  @Test func nonsenseIsKeptOut() {
    var table = FragmentTable(seed: 1)
    _ = Self.take(Part(offset: 65_528, bytes: Self.bytes(64), isLast: true), into: &table)
    _ = Self.take(Part(offset: 16, bytes: Self.bytes(8), isLast: false), into: &table)
    _ = Self.take(Part(offset: 8, bytes: Self.bytes(8), isLast: true), into: &table)
    _ = Self.take(Part(offset: 0, bytes: [], isLast: false), into: &table)
    #expect(table.overlapping == 2)
    #expect(table.brokenInvariants() == [])
  }
}
