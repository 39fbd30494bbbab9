import ArgumentParser
import Rendering

/// What outputs must not tell, as typed.
struct PrivacyOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Keys whose values are hidden, with commas: '+pin' adds, '-pass' takes away, 'a,b' replaces.",
      valueName: "keys"))
  var secretKeys: [String] = []

  @Flag(
    help: ArgumentHelp(
      "Show other addresses in place of the real ones, the same for the same."
        + " Files of --write and streams keep the real ones."))
  var anonymize = false

  /// The entries of the list of secret keys.
  ///
  /// - Throws: a `ConfigurationError` about an entry that could match nothing.
  func keys() throws(ConfigurationError) -> [String] {
    var keys = SecretKeys.standard
    for list in secretKeys {
      let entries = list.split(separator: ",", omittingEmptySubsequences: false).map {
        String($0)
      }
      if !entries.contains(where: { $0.hasPrefix("+") || $0.hasPrefix("-") }) { keys = [] }
      for entry in entries { try apply(entry, to: &keys) }
    }
    return keys
  }

  private func apply(_ entry: String, to keys: inout [String]) throws(ConfigurationError) {
    let isRemoved = entry.hasPrefix("-")
    let name = isRemoved || entry.hasPrefix("+") ? String(entry.dropFirst()) : entry
    let hasLetters = name.utf8.contains {
      (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
    }
    guard hasLetters else {
      throw ConfigurationError(
        "--secret-keys: '\(entry)' is no key; write words such as pin, or *pin* for any key with it"
      )
    }
    guard isRemoved else {
      keys.append(name)
      return
    }
    let bare = name.filter { $0 != "*" }.lowercased()
    let count = keys.count
    keys.removeAll { $0.filter { $0 != "*" }.lowercased() == bare }
    guard keys.count < count else {
      throw ConfigurationError(
        "--secret-keys: '\(name)' is not in the list, which has \(keys.joined(separator: ", "))")
    }
  }
}
