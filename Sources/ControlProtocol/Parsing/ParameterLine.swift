/// What is known of a parameter line while its value is read.
struct ParameterLine: Sendable {
  /// The trimmed key in `Side.held`.
  var key = 0..<0
  var keyPrint: UInt64 = 0
  var role = Draft.Role.parameter
  /// The first blanks around the key in `Side.held`.
  var blanks = 0..<0
  /// Whether it stands where the uuid line should.
  var replacesUUID = false
  /// Whether a blank followed the colon.
  var hasSeparator = false
  /// The stream offset of the value's first byte.
  var valueStart: UInt64 = 0
  var keyText = TextRange.absent
  /// Where the value begins in the message's text.
  var textStart = 0
  var keepsValue = false
}
