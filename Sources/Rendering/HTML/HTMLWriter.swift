/// Writes an HTML page piece by piece to where it goes.
///
/// Markup can only be written as literals of this program, everything else only through the escapes
/// of ``append(escaping:upTo:to:)``: so no text, whoever it comes from, can become markup. Elements
/// are closed by the call that opened them. Memory: one buffer, handed on when it holds 32 KiB.
public final class HTMLWriter {
  private var buffer = OutputBuffer(capacity: 40 * 1024)
  private let output: any OutputSink
  /// How many bytes were written so far.
  public private(set) var count = 0

  /// Bytes that are gathered before they are handed on.
  private static let chunk = 32 * 1024

  /// Creates a writer of a page.
  public init(output: any OutputSink) {
    self.output = output
  }

  /// Hands on what is still held.
  public func finish() {
    hand()
  }

  /// Writes markup as it is.
  func markup(_ literal: StaticString) {
    write { $0.append(literal) }
  }

  /// Writes words of our own, and numbers.
  func text(_ words: String) {
    write { unsafe Self.append(escaping: words.utf8Span.span.bytes, upTo: .max, to: &$0) }
  }

  /// Writes bytes of which `TerminalText` made what a person can see.
  func text(shown bytes: [UInt8]) {
    write { unsafe Self.append(references: bytes.span.bytes, to: &$0) }
  }

  /// Writes text that came from outside so that it keeps to itself: marks that reorder the text
  /// around them reorder only it.
  ///
  /// - Parameter columns: where it is cut, see `TerminalText`.
  func captured(_ bytes: [UInt8], upTo columns: Int) {
    markup("<bdi>")
    write { unsafe Self.append(escaping: bytes.span.bytes, upTo: columns, to: &$0) }
    markup("</bdi>")
  }

  /// The same for a name from the command line.
  func captured(_ name: String, upTo columns: Int) {
    captured(Array(name.utf8), upTo: columns)
  }

  /// Writes an element with what `content` writes in it.
  func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ content: () -> Void
  ) {
    write { Self.append(opening: name, attributes, to: &$0) }
    content()
    write {
      $0.append("</")
      $0.append(name)
      $0.append(">")
    }
  }

  /// Writes an element with words of our own in it.
  func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, _ words: String
  ) {
    element(name, attributes) { text(words) }
  }

  /// Writes an element with words of our own in it.
  func element(_ name: StaticString, _ words: String) {
    element(name, [:], words)
  }

  /// Writes an SVG element without content.
  func shape(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
    write {
      Self.append(opening: name, attributes, to: &$0)
      $0.truncate(to: $0.count - 1)
      $0.append("/>")
    }
  }

  /// Writes the outline of an SVG drawing.
  func path(_ class: StaticString, _ data: borrowing PathData) {
    guard !data.isEmpty else { return }
    write {
      $0.append("<path class=\"")
      $0.append(`class`)
      $0.append("\" d=\"")
      $0.append(data.bytes)
      $0.append("\"/>")
    }
  }

  private static func append(
    opening name: StaticString, _ attributes: KeyValuePairs<StaticString, String>,
    to buffer: inout OutputBuffer
  ) {
    buffer.append("<")
    buffer.append(name)
    for (attribute, value) in attributes {
      buffer.append(" ")
      buffer.append(attribute)
      buffer.append("=\"")
      unsafe append(escaping: value.utf8Span.span.bytes, upTo: .max, to: &buffer)
      buffer.append("\"")
    }
    buffer.append(">")
  }

  /// Appends a text for a person so that it stays one, in content and in quoted attributes.
  ///
  /// First `TerminalText` makes controls, invisible marks and ill-formed bytes visible, then the
  /// five characters that mean something in HTML are written as references.
  static func append(escaping text: RawSpan, upTo columns: Int, to buffer: inout OutputBuffer) {
    var shown = OutputBuffer(capacity: 64)
    TerminalText.append(text, upTo: columns, to: &shown)
    append(references: shown.bytes, to: &buffer)
  }

  /// Appends bytes of which `TerminalText` made what a person can see.
  private static func append(references bytes: RawSpan, to buffer: inout OutputBuffer) {
    var plain = 0
    for offset in 0..<bytes.byteCount {
      let reference: StaticString
      switch bytes.byte(at: offset) {
      case UInt8(ascii: "&"): reference = "&amp;"
      case UInt8(ascii: "<"): reference = "&lt;"
      case UInt8(ascii: ">"): reference = "&gt;"
      case UInt8(ascii: "\""): reference = "&quot;"
      case UInt8(ascii: "'"): reference = "&#39;"
      default: continue
      }
      buffer.append(bytes.extracting(plain..<offset))
      buffer.append(reference)
      plain = offset + 1
    }
    buffer.append(bytes.extracting(plain..<bytes.byteCount))
  }

  private func write(_ body: (inout OutputBuffer) -> Void) {
    let before = buffer.count
    body(&buffer)
    count += buffer.count - before
    if buffer.count >= Self.chunk { hand() }
  }

  private func hand() {
    guard !buffer.isEmpty else { return }
    output.write(buffer.bytes)
    buffer.removeAll()
  }
}
