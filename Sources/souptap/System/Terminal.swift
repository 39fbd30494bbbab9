import Glibc

/// What is known about the terminal, if there is one.
enum Terminal {
  /// Whether a descriptor leads to a terminal.
  static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// How many columns rows may have: `COLUMNS`, else what the terminal says, else 80 on a terminal
  /// that does not say, else nil: a file or pipe cuts no row.
  static func width(of descriptor: Int32) -> Int? {
    if let text = environment("COLUMNS"), let columns = Int(text), columns >= 20 {
      return min(columns, 1000)
    }
    guard isTerminal(descriptor) else { return nil }
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else {
      return 80
    }
    return Int(size.ws_col)
  }

  /// Whether `--color auto` means colour: on a terminal that is not dumb, unless `NO_COLOR` is set.
  static func wantsColor(_ descriptor: Int32) -> Bool {
    guard isTerminal(descriptor), environment("TERM") != "dumb" else { return false }
    return environment("NO_COLOR")?.isEmpty ?? true
  }
}
