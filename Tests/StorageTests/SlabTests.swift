import Storage
import TestSupport
import Testing

/// Slots against a dictionary, beyond the room that a slab begins with.
@Suite struct SlabTests {
  /// A value that says whose it is at both ends.
  struct Value: BitwiseCopyable, Equatable {
    var first: UInt64
    var between: InlineArray<5, UInt64> = [0, 0, 0, 0, 0]
    var last: UInt64

    init(_ number: UInt64) { (first, last) = (number, ~number) }

    static func == (a: Value, b: Value) -> Bool { a.first == b.first && a.last == b.last }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func keepsWhatIsInIt(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var slab = Slab<Value>()
    var kept: [UInt32: UInt64] = [:]
    var slots: [UInt32] = []
    for number in 0..<20_000 as Range<UInt64> {
      // More come than go, but for some time.
      let goes = number < 12_000 ? 3 : 6
      if !slots.isEmpty, Int.random(in: 0..<10, using: &random) < goes {
        slots.swapAt(.random(in: slots.indices, using: &random), slots.count - 1)
        let slot = slots.removeLast()
        slab.giveBack(slot)
        kept[slot] = nil
      } else {
        let slot = slab.take(Value(number))
        #expect(kept[slot] == nil, "slot \(slot) is in use")
        kept[slot] = number
        slots.append(slot)
      }
      if number % 7 == 0, let slot = slots.last {
        slab[slot] = Value(number)
        kept[slot] = number
      }
    }
    #expect(kept.count > 2_048)
    let count = slab.count
    #expect(count == kept.count)
    for (slot, number) in kept {
      let (isTaken, value) = (slab.isTaken(slot), slab[slot])
      #expect(isTaken && value == Value(number), "slot \(slot)")
    }
    var taken: [UInt32] = []
    slab.forEachTaken { taken.append($0) }
    #expect(taken == slots.sorted())
  }

  @Test func whatWasNeverTakenIsNotInUse() {
    var slab = Slab<UInt64>()
    func inUse(_ slots: [UInt32]) -> [Bool] { slots.map { slab.isTaken($0) } }
    #expect(inUse([0, .max]) == [false, false])
    let slot = slab.take(7)
    #expect(inUse([slot, slot + 1]) == [true, false])
    slab.giveBack(slot)
    #expect(inUse([slot]) == [false])
    // Asking for memory is asking for nothing that shows.
    slab.prefetch(slot)
    slab.prefetch(.max)
    let count = slab.count
    #expect(count == 0)
  }
}
