/// A wish that cannot be met: names the option, what is wrong with it and the cure.
struct ConfigurationError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
