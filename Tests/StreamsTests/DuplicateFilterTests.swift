import TestSupport
import Testing

@testable import Streams

@Suite struct DuplicateFilterTests {
  /// 130,000 packets in 80 ms, each of them once more 90 ms later: what is remembered at first is gone
  /// before its copy comes, and it is their rate that tells.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func lateCopiesOfMany(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let packets = (0..<130_000).map { index in
      (
        hash: UInt64.random(in: .min ... .max, using: &random) | 1,
        time: Int64(index) * 80_000_000 / 130_000
      )
    }
    var filter = DuplicateFilter(seed: seed)
    for packet in packets { filter.noteNew(packet.hash, at: packet.time) }
    var found = 0
    for packet in packets where filter.note(packet.hash, at: packet.time + 90_000_000) {
      found += 1
    }
    #expect(found * 100 >= packets.count * 20)
  }

  /// Nearly as many as fit into the rows that there are at first pass within the window.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func copiesAtModerateRatesAreFound(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var filter = DuplicateFilter(seed: seed)
    let step = 110_000 as Int64
    let behind = 860
    var hashes: [UInt64] = []
    var missed = 0
    for index in 0..<100_000 {
      let time = Int64(index) * step
      let hash = UInt64.random(in: .min ... .max, using: &random) | 1
      hashes.append(hash)
      _ = filter.note(hash, at: time)
      if index >= behind, !filter.note(hashes[index - behind], at: time) { missed += 1 }
    }
    #expect(missed <= 1)
  }

  /// None is found that did not pass, or passed more than 100 ms ago.
  @Test func onlyCopiesOfLateAreFound() {
    var random = SeededRandom(seed: 7)
    var filter = DuplicateFilter(seed: 7)
    var found = 0
    for index in 0..<200_000 {
      let hash = UInt64.random(in: .min ... .max, using: &random) | 1
      let time = Int64(index) * 1_000
      if filter.note(hash, at: time) { found += 1 }
      if filter.note(hash, at: time + 100_001_000) { found += 1 }
    }
    #expect(found == 0)
  }
}
