/// Why nothing was measured, for a person.
struct BenchmarkError: Error, CustomStringConvertible {
  var description: String
  /// Whether the command line is at fault.
  var isUsage = false

  init(_ description: String) {
    self.description = description
  }

  init(usage: String) {
    description = "\(usage); see --help"
    isUsage = true
  }
}
