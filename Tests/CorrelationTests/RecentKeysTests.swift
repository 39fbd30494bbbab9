import TestSupport
import Testing

@testable import Correlation

@Suite struct RecentKeysTests {
  /// The newest keys are known, however they fall; what was never inserted is not.
  @Test(arguments: 1...5)
  func theNewestAreKnown(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var keys = RecentKeys()
    var inserted: [UInt64] = []
    for _ in 0..<50_000 {
      let key = random.next() | 1
      keys.insert(key)
      inserted.append(key)
    }
    let known = inserted.suffix(4_000).count { keys.contains($0) }
    #expect(known >= 3_995)
    let others = (0..<10_000).filter { _ in keys.contains(random.next() & ~1) }
    #expect(others.isEmpty)
  }

  @Test func theSameKeyTakesOnePlace() {
    var keys = RecentKeys()
    keys.insert(3)
    // All of them in one row.
    for _ in 0..<100 { keys.insert(0x10_0003) }
    let isKnown = keys.contains(3)
    #expect(isKnown)
  }
}
