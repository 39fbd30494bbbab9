import Foundation
import TestSupport
import Testing

@testable import Rendering

/// Gathers what is written.
final class PageSink: OutputSink {
  private(set) var data = Data()
  /// The most bytes that came at once.
  private(set) var longest = 0

  func write(_ bytes: RawSpan) {
    longest = max(longest, bytes.byteCount)
    unsafe bytes.withUnsafeBytes { unsafe data.append(contentsOf: $0) }
  }

  var text: String { String(decoding: data, as: UTF8.self) }
}

struct HTMLWriterTests {
  private func written(_ body: (HTMLWriter) -> Void) -> String {
    let sink = PageSink()
    let page = HTMLWriter(output: sink)
    body(page)
    page.finish()
    #expect(page.count == sink.data.count)
    return sink.text
  }

  @Test func textCannotBecomeMarkup() {
    let text = written { page in
      page.element("p", ["title": "a\"b'c<d>&e"], "<script>alert('x')</script> & \"so\"")
    }
    #expect(
      text == "<p title=\"a&quot;b&#39;c&lt;d&gt;&amp;e\">&lt;script&gt;alert(&#39;x&#39;)"
        + "&lt;/script&gt; &amp; &quot;so&quot;</p>")
  }

  /// Whatever the bytes are, what comes out is UTF-8 without controls, and reads as what a terminal
  /// shows of them.
  @Test func anyBytesAreShownAndObeyedByNobody() {
    var random = SeededRandom(seed: 5)
    let pieces: [[UInt8]] = [
      Array("<script>".utf8), Array("]]>".utf8), Array("&amp;".utf8), Array("\u{202e}".utf8),
      [0xff], [0xc3], [0x00], Array("é".utf8), Array("\"'".utf8), Array("-->".utf8),
    ]
    for _ in 0..<500 {
      var bytes: [UInt8] = []
      for _ in 0..<Int(random.next() % 12) {
        bytes +=
          random.next() % 2 == 0
          ? pieces[Int(random.next() % UInt64(pieces.count))]
          : [UInt8(truncatingIfNeeded: random.next())]
      }
      let text = written { $0.captured(bytes, upTo: .max) }
      #expect(text.hasPrefix("<bdi>") && text.hasSuffix("</bdi>"))
      let inner = String(text.dropFirst(5).dropLast(6))
      #expect(!inner.contains { "<>\"'".contains($0) })
      #expect(!inner.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0xfffd })
      // Undone in the order of a reader: what is a reference, then nothing else.
      let read = inner.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
      var shown = OutputBuffer(capacity: 64)
      unsafe TerminalText.append(bytes.span.bytes, to: &shown)
      #expect(read == shown.string, "\(bytes)")
    }
  }

  @Test func longPagesAreHandedOnInPieces() {
    let sink = PageSink()
    let page = HTMLWriter(output: sink)
    for number in 0..<20_000 { page.element("p", "\(number)") }
    page.finish()
    #expect(sink.longest < 64 * 1024)
    #expect(sink.text == (0..<20_000).map { "<p>\($0)</p>" }.joined())
  }

  @Test func coordinatesAreRoundedAndBounded() {
    let cases: [(Double, String)] = [
      (0, "0"), (1.04, "1"), (1.05, "1.1"), (-0.04, "0"), (-2.55, "-2.6"), (123.9999, "124"),
      (.nan, "0"), (.infinity, "99999"), (-.infinity, "-99999"), (99.95, "100"),
    ]
    for (value, text) in cases { #expect(String(coordinate: value) == text, "\(value)") }
  }
}
