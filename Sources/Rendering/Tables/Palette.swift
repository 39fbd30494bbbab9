/// The colours of text output: escape sequences of ECMA-48, or nothing.
///
/// Colour only ever repeats what a word or a letter says too.
public struct Palette: Sendable {
  public let error: String
  public let warning: String
  public let good: String
  public let dim: String
  public let bold: String
  /// Ends all of them.
  public let reset: String

  /// Colours for a terminal.
  public static let ansi = Palette(
    error: "\u{1b}[31m", warning: "\u{1b}[33m", good: "\u{1b}[32m", dim: "\u{1b}[2m",
    bold: "\u{1b}[1m", reset: "\u{1b}[0m")

  /// No colours: for files, pipes and NO_COLOR.
  public static let plain = Palette(
    error: "", warning: "", good: "", dim: "", bold: "", reset: "")
}
