/// What the values of a field are, and so what they can be compared with.
enum FieldKind: Sendable {
  /// A count, a position or a size in bytes.
  case number
  /// Nanoseconds.
  case duration
  /// A moment.
  case time
  /// Captured text.
  case text
  /// Captured text that may be a number: a uuid, an error code, a parameter.
  case textOrNumber
  /// One of our words, or several; they are the bits of a mask, in this order.
  case words([String])
  /// An IP address.
  case address
  /// True or false.
  case flag

  /// A word for people.
  var name: String {
    switch self {
    case .number: "number"
    case .duration: "duration"
    case .time: "time"
    case .text: "text"
    case .textOrNumber: "text or number"
    case .words: "word"
    case .address: "address"
    case .flag: "flag"
    }
  }
}
