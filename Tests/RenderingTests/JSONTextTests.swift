import Foundation
import Rendering
import TestSupport
import Testing

@Suite struct JSONTextTests {
  /// The object that a captured text becomes, and its line.
  private func render(_ bytes: [UInt8]) throws -> (object: [String: Any], line: String) {
    var json = JSONWriter()
    json.beginObject()
    json.field("value", text: bytes.lent)
    json.field("behind", true)
    json.endObject()
    let line = json.buffer.string
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
    return (try #require(object as? [String: Any]), line)
  }

  /// What a strict UTF-8 decoder of somebody else's says.
  private func isUTF8(_ bytes: [UInt8]) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  @Test func everyScalarSurvivesAndTheDangerousAreEscaped() throws {
    for value in (0...0x30ff as ClosedRange<UInt32>) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      try check(scalar, isEscaped: isDangerous(scalar))
    }
    for value in [0xd7ff, 0xe000, 0xfefe, 0xfeff, 0xffff, 0x10000, 0x1f600, 0x10ffff] as [UInt32] {
      let scalar = try #require(Unicode.Scalar(value))
      try check(scalar, isEscaped: isDangerous(scalar))
    }
    // Format characters of all planes that have some, tags among them.
    var formats = 0
    for value in Array(0x3100...0x1ffff) + Array(0xe0000...0xe0fff) as [UInt32] {
      guard let scalar = Unicode.Scalar(value) else { continue }
      guard scalar.properties.generalCategory == .format else { continue }
      try check(scalar, isEscaped: true)
      formats += 1
    }
    #expect(formats > 100)
    for value in [0x3163, 0x3165, 0x4e00, 0xac00, 0xfe0f, 0x1f1e6, 0x1f3fb] as [UInt32] {
      try check(try #require(Unicode.Scalar(value)), isEscaped: false)
    }
  }

  /// Quotes, and by what the standard library knows of Unicode controls, formats and separators of
  /// lines; fillers, which are letters that nobody sees; what has no character yet but no look either.
  private func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: [0x22, 0x5c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2065].contains(scalar.value)
    }
  }

  /// Beyond the first 65,536 scalars an escape is a surrogate pair, here of a tag.
  @Test func escapesOfHighScalarsArePairs() throws {
    let (object, line) = try render(Array("a\u{e0041}b".utf8))
    #expect(object["value"] as? String == "a\u{e0041}b")
    #expect(line.contains(#"a\udb40\udc41b"#))
  }

  private func check(_ scalar: Unicode.Scalar, isEscaped: Bool) throws {
    let text = "a\(Character(scalar))b"
    let (object, line) = try render(Array(text.utf8))
    let value = try #require(object["value"] as? String)
    #expect(Array(value.unicodeScalars) == Array(text.unicodeScalars), "\(scalar.value)")
    #expect(object["value_base64"] == nil)
    let isAsItIs = line.unicodeScalars.contains("a") && line.contains("\"\(text)\"")
    #expect(isAsItIs != isEscaped, "\(scalar.value)")
  }

  /// Table 3-8 of the Unicode Standard: U+FFFD for maximal subparts.
  @Test(
    arguments: [
      ([0xc0, 0xaf, 0xe0, 0x80, 0xbf, 0xf0, 0x81, 0x82, 0x41], 8),
      ([0xed, 0xa0, 0x80, 0xed, 0xbf, 0xbf, 0xed, 0xaf, 0x41], 8),
      ([0xf4, 0x91, 0x92, 0x93, 0xff, 0x41, 0x80, 0xbf, 0x42], 7),
      ([0xe1, 0x80, 0xe2, 0xf0, 0x91, 0x92, 0xf1, 0xbf, 0x41], 4),
    ] as [([UInt8], Int)])
  func illFormedBytesAreReplacedBySubparts(bytes: [UInt8], replacements: Int) throws {
    let (object, _) = try render(bytes)
    let value = try #require(object["value"] as? String)
    #expect(value.unicodeScalars.count { $0 == "\u{fffd}" } == replacements)
    let exact = try #require(object["value_base64"] as? String)
    #expect(Data(base64Encoded: exact) == Data(bytes))
  }

  /// Nothing is lost, whatever the bytes; the standard library's repair is the second opinion.
  @Test(arguments: [21, 22, 23] as [UInt64])
  func randomBytesSurvive(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let pieces: [[UInt8]] = [
      [0xc3, 0xa9], [0xe2, 0x82], [0xf0, 0x9f, 0x98, 0x80], [0x22], [0x5c], [0x1b], [0x41],
      Array("plain text of some length".utf8), [0xe2, 0x80, 0xae], [0x00], [0x85], [0xc2, 0x85],
    ]
    for round in 0..<400 {
      var bytes: [UInt8] = []
      for _ in 0..<(random.next() % 12) {
        if random.next() & 3 == 0 {
          bytes.append(UInt8(truncatingIfNeeded: random.next()))
        } else {
          bytes += pieces[Int(random.next() % UInt64(pieces.count))]
        }
      }
      let (object, line) = try render(bytes)
      let value = try #require(object["value"] as? String)
      let repaired = String(decoding: bytes, as: UTF8.self)
      #expect(Array(value.unicodeScalars) == Array(repaired.unicodeScalars), "round \(round)")
      #expect((object["value_base64"] == nil) == isUTF8(bytes), "round \(round)")
      if let exact = object["value_base64"] as? String {
        #expect(Data(base64Encoded: exact) == Data(bytes), "round \(round)")
      }
      #expect(!line.utf8.contains { $0 < 0x20 || $0 == 0x7f })
    }
  }

  @Test func commasStandWhereTheyBelong() throws {
    var json = JSONWriter()
    json.beginLine(record: "test")
    json.field("none", nil as UInt64?)
    json.key("list")
    json.beginArray()
    json.value(1 as UInt64)
    json.beginObject()
    json.endObject()
    json.beginArray()
    json.endArray()
    json.value("two")
    json.endArray()
    json.field("rate", rate: .nan)
    json.field("rate", rate: 0.25)
    json.field("empty", [])
    json.field("flag", false)
    json.endLine()
    json.beginLine(record: "next")
    json.endLine()
    #expect(
      json.buffer.string == """
        {"record":"test","list":[1,{},[],"two"],"rate":0.25,"flag":false}
        {"record":"next"}

        """)
  }
}
