/// Scalars that must not be written as they are.
enum HiddenScalar {
  /// Whether a scalar is a control (C0, DEL, C1), a format character (general category Cf; some of them
  /// change the direction of text), a tag or a filler that nobody sees: always written as an escape, in
  /// JSON and on terminals.
  ///
  /// The line and paragraph separators are among them, because some readers of JSON Lines end a
  /// line there.
  static func contains(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0...0x1f, 0x7f...0x9f, 0x00ad: true
    // Most of what is written: one comparison or two.
    case 0x20...0x5ff, 0x3165...0xfdff: false
    case 0x0600...0x0605, 0x061c, 0x06dd, 0x070f, 0x0890...0x0891, 0x08e2, 0x115f...0x1160,
      0x17b4...0x17b5, 0x180e, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0x3164, 0xfeff,
      0xffa0, 0xfff0...0xfffb, 0x110bd, 0x110cd, 0x13430...0x1343f, 0x1bca0...0x1bca3,
      0x1d173...0x1d17a, 0xe0000...0xe00ff, 0xe01f0...0xe0fff:
      true
    default: false
    }
  }

  /// Whether a scalar has no mark of its own to show on a terminal: what `contains` names, and
  /// noncharacters.
  ///
  /// Also what changes the look of a neighbour: variation selectors, halves of flags and skin tones.
  /// Terminals do not agree on how many columns those take together, and rows would not stay aligned.
  static func isInvisible(_ scalar: UInt32) -> Bool {
    if contains(scalar) { return true }
    return switch scalar {
    case 0x180b...0x180f, 0xfe00...0xfe0f, 0x1f1e6...0x1f1ff, 0x1f3fb...0x1f3ff,
      0xe0100...0xe01ef:
      true
    case 0xfdd0...0xfdef: true
    default: scalar & 0xfffe == 0xfffe
    }
  }
}
