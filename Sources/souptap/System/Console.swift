import Glibc

/// Lines for a person on standard error.
enum Console {
  /// Writes a line, `souptap: ` in front. Control characters, which a file name may hold, are
  /// written as escapes.
  static func say(_ message: String) {
    writeLine("souptap: " + printable(message))
  }

  /// Writes a line as it is.
  static func writeLine(_ line: String) {
    write(line + "\n")
  }

  /// Writes text as it is. Trouble is ignored: there is nowhere left to tell it.
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(STDERR_FILENO, $0.baseAddress?.advanced(by: offset), $0.count - offset)
      }
      if count < 0, errno != EINTR { return }
      offset += max(0, count)
    }
  }

  /// A text whose control, bidirectional and invisible characters are written as `\u{…}`.
  static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
