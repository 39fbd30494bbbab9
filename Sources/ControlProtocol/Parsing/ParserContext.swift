import Storage

/// What all streams of a parser share.
struct ParserContext: ~Copyable {
  let configuration: ParserConfiguration
  /// The most bytes of a message, within what text ranges can address.
  let cap: Int
  /// The message that was told last, or the one being tried in one go.
  var current = Draft()
  /// The diagnostic that was told last, and the text that it shows.
  var diagnostic = Diagnostic()
  var excerpt = ByteBuffer()
  /// What was odd about the message being tried.
  var notes = DiagnosticQueue()
  var tallies = Tallies()

  init(configuration: ParserConfiguration) {
    self.configuration = configuration
    cap = min(max(configuration.maximumMessageLength, 16), 1 << 30)
  }
}
