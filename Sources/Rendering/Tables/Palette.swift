/// The colours of text output: escape sequences of ECMA-48, or nothing.
///
/// Colour only ever repeats what a word or a letter says too.
public struct Palette: Sendable {
  public let error: String
  public let warning: String
  public let good: String
  public let dim: String
  public let bold: String
  /// The shades of a heat map, the coolest first; as many as ``HeatScale`` has.
  public let heat: [String]
  /// What a heat map shows of requests without an answer.
  public let alarm: String
  /// Ends all of them.
  public let reset: String

  /// Colours for a terminal.
  public static let ansi = Palette(
    error: "\u{1b}[31m", warning: "\u{1b}[33m", good: "\u{1b}[32m", dim: "\u{1b}[2m",
    bold: "\u{1b}[1m",
    heat: [(22, 34), (28, 40), (64, 106), (100, 142), (136, 179), (166, 215), (160, 217)].map {
      "\u{1b}[48;5;\($0.0);38;5;\($0.1)m"
    }, alarm: "\u{1b}[1;48;5;90;38;5;231m", reset: "\u{1b}[0m")

  /// No colours: for files, pipes and NO_COLOR.
  public static let plain = Palette(
    error: "", warning: "", good: "", dim: "", bold: "",
    heat: Array(repeating: "", count: HeatScale.shades.count), alarm: "", reset: "")
}
