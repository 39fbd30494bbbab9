import Storage
import TestSupport
import Testing

@testable import ControlProtocol

/// The searches and hashes against their plainest forms.
@Suite("Bytes")
struct BytesTests {
  @Test("Scans find what a loop finds, from every place to every end")
  func scans() {
    var random = SeededRandom(seed: 11)
    for _ in 0..<60 {
      let count = Int.random(in: 0...150, using: &random)
      let bytes = (0..<count).map { _ -> UInt8 in
        random.next() % 40 == 0 ? UInt8(truncatingIfNeeded: random.next()) : 0x41
      }
      let span = unsafe bytes.span.bytes
      for start in 0...count {
        let end = Int.random(in: start...count, using: &random)
        func first(_ test: (UInt8) -> Bool) -> Int {
          (start..<end).first { test(bytes[$0]) } ?? end
        }
        let special = first { $0 < 0x20 || $0 >= 0x7f }
        let colon = first { $0 < 0x20 || $0 >= 0x7f || $0 == 0x3a }
        #expect(span.firstSpecial(from: start, to: end) == special)
        #expect(span.firstSpecialOrColon(from: start, to: end) == colon)
        #expect(span.firstLineFeed(from: start, to: end) == first { $0 == 10 })
        #expect(span.firstLineFeedOrColon(from: start, to: end) == first { $0 == 10 || $0 == 0x3a })
      }
    }
  }

  @Test("Every byte in every place of a vector is judged right", arguments: [0, 7, 8, 15, 16, 70])
  func everyByte(place: Int) {
    for value in 0...255 {
      var bytes = [UInt8](repeating: 0x61, count: 100)
      bytes[place] = UInt8(value)
      let isSpecial = value < 0x20 || value >= 0x7f
      #expect(unsafe bytes.span.bytes.firstSpecial(from: 0, to: 100) == (isSpecial ? place : 100))
    }
  }

  @Test("Tokens are RFC 9110's")
  func tokens() {
    let signs = Array("!#$%&'*+-.^_`|~".utf8)
    for value in UInt8.min...UInt8.max {
      let isAlphanumeric =
        (48...57).contains(value) || (65...90).contains(value) || (97...122).contains(value)
      #expect(Ascii.isToken(value) == (isAlphanumeric || signs.contains(value)))
    }
  }

  @Test("A content hash does not see how its bytes were cut, and sees every byte")
  func contentHash() {
    var random = SeededRandom(seed: 12)
    for count in 0...140 {
      var bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      func hash(cutOneIn share: UInt64) -> UInt64 {
        var hash = ContentHash(seed: 5)
        var start = 0
        for end in 1..<count + 1 where end == count || random.next() % share == 0 {
          hash.update(unsafe bytes.span.bytes, start..<end)
          start = end
        }
        return hash.value
      }
      let whole = hash(cutOneIn: .max)
      for share in [1, 2, 5, 20] as [UInt64] { #expect(hash(cutOneIn: share) == whole) }
      for index in 0..<count {
        bytes[index] ^= 0x20
        #expect(hash(cutOneIn: .max) != whole)
        bytes[index] ^= 0x20
      }
      bytes.append(0)
      var longer = ContentHash(seed: 5)
      longer.update(unsafe bytes.span.bytes, 0..<count + 1)
      #expect(longer.value != whole)
    }
  }

  @Test("Key prints depend on the key alone, wherever it lies")
  func keyPrint() {
    var prints: Set<UInt64> = []
    for count in 0...30 {
      let key = (0..<count).map { UInt8(0x61 + $0 % 26) }
      let alone = unsafe key.span.bytes.keyPrint(of: 0..<count, seed: 3)
      #expect(prints.insert(alone).inserted)
      for lead in 0...9 {
        let bytes = [UInt8](repeating: 0xff, count: lead) + key + [0xff, 0xff][..<(lead % 3)]
        #expect(unsafe bytes.span.bytes.keyPrint(of: lead..<lead + count, seed: 3) == alone)
      }
      // Short keys are their own print.
      let other = unsafe key.span.bytes.keyPrint(of: 0..<count, seed: 4)
      #expect((other == alone) == (count < 8))
    }
  }

  @Test("No two short keys have one print, NUL bytes among them or not")
  func shortKeyPrints() {
    var random = SeededRandom(seed: 8)
    var known: [UInt64: [UInt8]] = [:]
    for _ in 0..<20_000 {
      let key = (0..<Int(random.next() % 8)).map { _ in UInt8(random.next() % 3) }
      let print = unsafe key.span.bytes.keyPrint(of: 0..<key.count, seed: 1)
      #expect(known.updateValue(key, forKey: print) ?? key == key)
    }
  }

  @Test("A key set tells what it has, few or many, and can be used again")
  func keySet() {
    var set = KeySet()
    for round in [5, 40, 16, 17, 2000] {
      set.removeAll()
      var random = SeededRandom(seed: UInt64(round))
      let hashes = (0..<round).map { $0 == 3 ? 0 : random.next() }
      let added = hashes.filter { set.insert($0, seed: 7) }
      let addedAgain = hashes.filter { set.insert($0, seed: 7) }
      #expect(added == hashes)
      #expect(addedAgain == [])
    }
  }

  @Test("A buffer does what an array does")
  func buffer() {
    var random = SeededRandom(seed: 13)
    var buffer = Buffer<UInt32>()
    var array: [UInt32] = []
    for _ in 0..<3000 {
      switch Int.random(in: 0..<60, using: &random) {
      case 0:
        buffer.removeAll()
        array = []
      case 1:
        let count = Int.random(in: 0...array.count, using: &random)
        buffer.removeFirst(count)
        array.removeFirst(count)
      case 2 where !array.isEmpty: #expect(buffer.removeLast() == array.removeLast())
      case 3 where !array.isEmpty:
        let index = Int.random(in: array.indices, using: &random)
        buffer[index] &+= 1
        array[index] &+= 1
      default:
        let number = UInt32(truncatingIfNeeded: random.next())
        for step in 0..<50 as Range<UInt32> {
          buffer.append(number &+ step)
          array.append(number &+ step)
        }
      }
      let elements = buffer.elements
      #expect(elements.indices.map { elements[$0] } == array)
    }
  }

  @Test("What a stream keeps between chunks is small")
  func size() {
    #expect(MemoryLayout<StreamParser>.size <= 40)
  }

  @Test(
    "UTF-8 as RFC 3629 has it",
    arguments: [
      ([0xc3, 0xbc], nil), ([0xe2, 0x82, 0xac], nil), ([0xf0, 0x9d, 0x84, 0x9e], nil),
      ([0xc0, 0x80], 0..<2), ([0xc1, 0xbf], 0..<2), ([0xe0, 0x9f, 0xbf], 0..<3),
      ([0xed, 0xa0, 0x80], 0..<3), ([0xed, 0x9f, 0xbf], nil), ([0xee, 0x80, 0x80], nil),
      ([0xf0, 0x8f, 0xbf, 0xbf], 0..<4), ([0xf4, 0x8f, 0xbf, 0xbf], nil),
      ([0xf4, 0x90, 0x80, 0x80], 0..<4), ([0xf5, 0x80, 0x80, 0x80], 0..<4), ([0x80], 0..<1),
      ([0xe2, 0x82], 0..<2), ([0xe2, 0x41], 0..<1), ([0x41, 0xff, 0x41], 1..<2),
      ([0xc3, 0xc3, 0xbc], 0..<1), ([0xff, 0x41, 0xfe], 0..<3),
    ] as [([UInt8], Range<UInt64>?)])
  func utf8(bytes: [UInt8], invalid: Range<UInt64>?) {
    let line = bytes + [13, 10]
    for cut in 0...line.count {
      var checks = LineChecks()
      var stop = checks.scan(
        unsafe line.span.bytes, from: 0, to: cut, base: 0, mark: ArrivalMark())
      if stop == cut {
        stop = checks.scan(
          unsafe line.span.bytes, from: cut, to: line.count, base: 0, mark: ArrivalMark())
      }
      #expect(stop == line.count - 1 || cut == line.count && stop == cut - 1)
      #expect(checks.invalid.isEmpty == (invalid == nil))
      if let invalid { #expect(checks.invalid.start..<checks.invalid.end == invalid) }
      #expect(checks.bareCR.isEmpty && checks.control.isEmpty && checks.endsWithCR)
    }
  }
}
