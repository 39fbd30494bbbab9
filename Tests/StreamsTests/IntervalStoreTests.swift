import TestSupport
import Testing

@testable import Streams

/// The interval store against an array in which each place is one byte.
@Suite struct IntervalStoreTests {
  /// What should wait: by place, the number of the first part that covered it, and whether it was
  /// captured.
  struct Naive {
    var parts: [Int?]
    var isCaptured: [Bool]

    init(length: Int) {
      parts = Array(repeating: nil, count: length)
      isCaptured = Array(repeating: false, count: length)
    }

    mutating func insert(_ range: Range<Int>, captured: Int, part: Int) -> (Int, Int, Int) {
      var (added, repeated, differing) = (0, 0, 0)
      for place in range {
        let isHere = place - range.lowerBound < captured
        if let first = parts[place] {
          repeated += 1
          if isHere, isCaptured[place], first != part { differing += 1 }
        } else {
          added += 1
          parts[place] = part
          isCaptured[place] = isHere
        }
      }
      return (added, repeated, differing)
    }
  }

  /// Inserts parts, each with a byte of its own, into both; compares all they say.
  private func check(_ parts: [(range: Range<Int>, captured: Int)], length: Int, _ note: Comment) {
    var store = IntervalStore(seed: 7)
    var buffer = IntervalBuffer()
    var naive = Naive(length: length)
    for (number, part) in parts.enumerated() {
      let bytes = [UInt8](repeating: UInt8(number), count: part.captured)
      let insertion = unsafe store.insert(
        bytes.span.bytes, length: part.range.count, at: UInt64(part.range.lowerBound),
        arrival: Arrival(time: Int64(number), frame: UInt64(number), acknowledged: 0),
        into: &buffer)
      let (added, repeated, differing) = naive.insert(
        part.range, captured: part.captured, part: number)
      #expect(insertion.added == added, note)
      #expect(insertion.repeated == repeated, note)
      #expect(insertion.differing == differing, note)
      #expect(store.brokenInvariants(of: buffer) == [], note)
      let probe = [UInt8](repeating: UInt8(number), count: part.captured)
      let isHeld = part.range.prefix(part.captured).allSatisfy {
        naive.parts[$0] == number && naive.isCaptured[$0]
      }
      let holds = unsafe store.holdsEqual(
        probe.span.bytes, at: UInt64(part.range.lowerBound), from: 0, in: &buffer)
      #expect(holds == isHeld, note)
    }
    var found = Naive(length: length)
    while let piece = store.removeFirst(of: &buffer) {
      let start = Int(piece.start)
      for index in 0..<piece.count + Int(piece.snapped) {
        found.parts[start + index] = Int(piece.arrival.frame)
        found.isCaptured[start + index] = index < piece.count
        if index < piece.count {
          let byte = unsafe piece.bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
          #expect(byte == UInt8(piece.arrival.frame), note)
        }
      }
    }
    #expect(found.parts == naive.parts, note)
    #expect(found.isCaptured == naive.isCaptured, note)
    #expect(store.heldBytes == 0, note)
  }

  @Test func agreesWithAnArrayOnAllSmallInterleavings() {
    let length = 5
    var ranges: [Range<Int>] = []
    for low in 0..<length {
      for high in low + 1...length { ranges.append(low..<high) }
    }
    for a in ranges {
      for b in ranges {
        for c in ranges {
          check([(a, a.count), (b, b.count), (c, c.count)], length: length, "\(a) \(b) \(c)")
        }
      }
    }
  }

  @Test func agreesWithAnArrayWherePartsAreCut() {
    let length = 4
    var parts: [(range: Range<Int>, captured: Int)] = []
    for low in 0..<length {
      for high in low + 1...length {
        for captured in 0...high - low { parts.append((low..<high, captured)) }
      }
    }
    for a in parts {
      for b in parts { check([a, b], length: length, "\(a) \(b)") }
    }
  }

  @Test(arguments: 0..<20)
  func agreesWithAnArrayAtRandom(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let length = 300
    let parts = (0..<200).map { _ in
      let low = Int.random(in: 0..<length, using: &random)
      let high = Int.random(in: low + 1...min(length, low + 20), using: &random)
      return (low..<high, Int.random(in: 0...high - low, using: &random))
    }
    check(parts, length: length, "seed \(seed)")
  }
}
