import Glibc
import Rendering

/// Lines for a person on standard error.
enum Console {
  /// Writes a line, `souptap: ` in front. Control characters, which a file name may hold, are
  /// written as escapes.
  static func say(_ message: String) {
    writeLine("souptap: " + TerminalText.escaped(message))
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
}
