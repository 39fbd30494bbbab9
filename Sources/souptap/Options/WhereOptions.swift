import ArgumentParser
import Rendering
import Wire

/// Which records are shown and counted by what is in them, as typed.
struct WhereOptions: ParsableArguments {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Select records by their fields: 'type == \"room.join\" and latency > 50ms' (see the manual).",
      valueName: "expr"))
  var expressions: [String] = []

  /// The expression; nil without one.
  func expression() throws(ConfigurationError) -> String? {
    try theOnly(expressions, of: "--where")
  }
}

/// Which records are shown and counted by their time, as typed.
struct TimeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Select records from this time on: RFC 3339, or +30s from the start of the capture.",
      valueName: "time"))
  var since: String?

  @Option(
    help: ArgumentHelp("Select records before this time.", valueName: "time"))
  var until: String?
}

/// A limit of time: a moment, or so long after the first packet.
enum TimeBound {
  case moment(CaptureTime)
  case afterStart(Int64)

  /// Reads what was typed.
  ///
  /// - Parameter secondsFromUTC: how far local time is ahead of UTC at a moment.
  /// - Throws: a `ConfigurationError` that shows how it is written.
  init(
    _ text: String, option: String, secondsFromUTC: (CaptureTime) -> Int32
  ) throws(ConfigurationError) {
    if text.hasPrefix("+") {
      do {
        self = .afterStart(try Quantities.duration(String(text.dropFirst())))
      } catch {
        throw ConfigurationError("\(option): \(error.description), behind the +")
      }
      return
    }
    guard let time = CaptureTime(parsing: text.utf8, secondsFromUTC: secondsFromUTC) else {
      throw ConfigurationError(
        "\(option): '\(text)' is no time; write 2026-11-22T17:26:00Z, 2026-11-22T17:26:00.5+01:00,"
          + " a local time such as 2026-11-22 17:26, or +30s from the start of the capture")
    }
    self = .moment(time)
  }

  /// The moment, once the first packet's time is known.
  func moment(start: CaptureTime) -> CaptureTime {
    switch self {
    case .moment(let time): time
    case .afterStart(let nanoseconds): start.advanced(byNanoseconds: nanoseconds)
    }
  }

  /// As it is shown: in UTC, or with a plus.
  var words: String {
    switch self {
    case .moment(let time):
      var text: [UInt8] = []
      time.appendRFC3339(to: &text)
      return String(decoding: text, as: UTF8.self)
    case .afterStart(let nanoseconds):
      return "+" + Units.duration(nanoseconds)
    }
  }
}
