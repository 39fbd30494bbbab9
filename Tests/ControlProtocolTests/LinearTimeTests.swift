import ControlProtocol
import TestSupport
import Testing

/// Inputs that would be slow for a parser that looks at bytes again and again: four times the length
/// must not take much more than four times as long, and little may be held.
@Suite("Linear time", .serialized)
struct LinearTimeTests {
  struct Hostile: CustomTestStringConvertible, Sendable {
    let name: String
    let prefix: String
    let unit: String
    /// Whether each unit gets a number of its own.
    var isNumbered = false
    var cap = 1 << 20
    var testDescription: String { name }

    func bytes(_ count: Int) -> [UInt8] {
      var bytes = Array(prefix.utf8)
      let unit = Array(unit.utf8)
      var number = 0
      while bytes.count < count {
        if isNumbered { bytes += Array(String(number).utf8) }
        number += 1
        bytes += unit
      }
      return bytes
    }
  }

  static let message = "Request A\r\n1\r\n"

  static let inputs: [Hostile] = [
    Hostile(name: "colons in a value", prefix: message + "k: ", unit: ":"),
    Hostile(name: "lines of colons", prefix: message, unit: ":\r\n"),
    Hostile(name: "bare CRs in a value", prefix: message + "k: ", unit: "\r"),
    Hostile(name: "bare CRs in a key", prefix: message, unit: "\r"),
    Hostile(name: "bare CRs between messages", prefix: "", unit: "\r"),
    Hostile(name: "blanks between messages", prefix: "", unit: " "),
    Hostile(name: "empty lines", prefix: "", unit: "\n"),
    Hostile(name: "an endless value", prefix: message + "k: ", unit: "v", cap: 4096),
    Hostile(name: "an endless line without a colon", prefix: message, unit: "v", cap: 4096),
    Hostile(name: "an endless type", prefix: "Request ", unit: "v", cap: 4096),
    Hostile(name: "an endless convincing type", prefix: "x\nRequest ", unit: "v"),
    Hostile(name: "endless digits behind a start line", prefix: "x\nRequest A\r\n", unit: "1"),
    Hostile(
      name: "an endless key behind a start line", prefix: message + "Notification A\n", unit: "k"),
    Hostile(name: "start lines in junk", prefix: "x\n", unit: "Request A\r\n"),
    Hostile(name: "start lines and junk by turns", prefix: "x\n", unit: "Request A\r\nx\r\n"),
    Hostile(name: "start lines in a message", prefix: message, unit: "Request A\r\n"),
    Hostile(name: "notifications without end", prefix: message, unit: "Notification A\r\n"),
    Hostile(name: "messages without terminator", prefix: "", unit: message),
    Hostile(name: "parameters", prefix: message, unit: ": v\r\n", isNumbered: true),
    Hostile(name: "equal parameters", prefix: message, unit: "k: v\r\n"),
    Hostile(name: "raw lines", prefix: message, unit: "raw\n"),
    Hostile(name: "broken UTF-8", prefix: message + "k: ", unit: "\u{80}\u{0}"),
    Hostile(
      name: "the lead of a receipt", prefix: "", unit: "OK, message received with transaction "),
    Hostile(name: "junk lines", prefix: "x\n", unit: "R\n"),
  ]

  @Test("Hostile bytes", arguments: inputs, [13, 65_536])
  func hostile(input: Hostile, chunk: Int) {
    // Other tests run beside this one: the quickest of some runs is what the parser takes.
    let small = Self.quickest(input, 20_000, chunk)
    let large = Self.quickest(input, 80_000, chunk)
    // Quadratic work would take 16 times as long.
    #expect(large.seconds < small.seconds * 10 + 0.02)
    #expect(large.held <= 4 * min(input.cap, 80_000) + 4096)
  }

  static func quickest(
    _ input: Hostile, _ count: Int, _ chunk: Int
  ) -> (seconds: Double, held: Int) {
    let runs = (0..<3).map { _ in seconds(input, count, chunk) }
    return runs.min { $0.seconds < $1.seconds } ?? runs[0]
  }

  static func seconds(_ input: Hostile, _ count: Int, _ chunk: Int) -> (seconds: Double, held: Int)
  {
    let bytes = input.bytes(count)
    var configuration = ParserConfiguration()
    configuration.maximumMessageLength = input.cap
    var parser = MessageParser(configuration: configuration)
    var stream = StreamParser(joinedMidstream: false, detecting: false)
    var held = 0
    let time = ContinuousClock().measure {
      var at = 0
      let span = unsafe bytes.span.bytes
      while at < bytes.count {
        let end = min(bytes.count, at + chunk)
        let piece = span.extracting(at..<end)
        var position = 0
        while parser.next(in: piece, at: &position, mark: ArrivalMark(), of: &stream) != nil {}
        at = end
        held = max(held, parser.heldBytes)
      }
      parser.finish(&stream)
      while parser.nextPending(of: &stream) != nil {}
      parser.release(&stream)
    }
    let (seconds, attoseconds) = time.components
    return (Double(seconds) + Double(attoseconds) / 1e18, held)
  }
}
