import ArgumentParser

extension NameSpecification.Element {
  /// The letter of an option whose value may follow at once, as tcpdump's users write it: `-c5`.
  static func joinable(_ letter: Character) -> Self {
    .customShort(letter, allowingJoined: true)
  }
}
