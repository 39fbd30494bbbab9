/// A list of parameter keys whose values are credentials.
///
/// Keys are compared as words: case does not count, and a key is split where it is no letter or
/// digit and where camel case begins a word, so `turnPassword`, `X-Auth-Token` and `api_key` have
/// the words `turn password`, `x auth token` and `api key`. An entry of the list matches one word
/// or several in a row (`apikey` matches `api_key`), digits behind them aside (`pwd2`); an entry
/// between asterisks (`*token*`) matches anywhere, even inside a word.
public struct SecretKeys: Sendable {
  /// What is hidden unless the user says otherwise.
  ///
  /// Session names and identifiers are not among them: in this protocol they are no credentials.
  public static let standard = [
    "*password*", "*passwd*", "*passphrase*", "*passcode*", "*secret*", "*token*",
    "*credential*", "*authorization*", "*apikey*", "*accesskey*", "*privatekey*", "*masterkey*",
    "*encryptionkey*", "*signingkey*", "*sharedkey*", "*srtpkey*", "*cookie*",
    "pass", "pwd", "auth", "oauth", "psk", "otp", "jwt", "bearer",
  ]

  private struct Entry {
    /// Letters and digits only, in lower case.
    var letters: [UInt8]
    var isAnywhere: Bool
  }

  private let entries: [Entry]

  /// Creates a list. Entries without a letter or digit match nothing.
  public init(_ entries: [String] = standard) {
    self.entries = entries.compactMap { entry in
      let letters = entry.utf8.compactMap(Self.folded)
      guard !letters.isEmpty else { return nil }
      return Entry(letters: letters, isAnywhere: entry.hasPrefix("*") && entry.hasSuffix("*"))
    }
  }

  /// Whether the list has an entry for `key`.
  ///
  /// - Complexity: O(length of the key × size of the list).
  public func contains(_ key: RawSpan) -> Bool {
    var letters: [UInt8] = []
    // Whether a word begins at each letter, and at the end.
    var begins: [Bool] = []
    letters.reserveCapacity(key.byteCount)
    begins.reserveCapacity(key.byteCount + 1)
    for offset in 0..<key.byteCount {
      guard let letter = Self.folded(key.byte(at: offset)) else { continue }
      letters.append(letter)
      begins.append(Self.beginsWord(in: key, at: offset))
    }
    begins.append(true)
    return entries.contains { entry in
      var start = 0
      while start + entry.letters.count <= letters.count {
        if entry.isAnywhere || begins[start],
          letters[start..<(start + entry.letters.count)].elementsEqual(entry.letters)
        {
          var end = start + entry.letters.count
          while end < letters.count, letters[end] <= 0x39 { end += 1 }
          if entry.isAnywhere || begins[end] { return true }
        }
        start += 1
      }
      return false
    }
  }

  /// A letter in lower case, or a digit; nil for everything else.
  private static func folded(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x61...0x7a, 0x30...0x39: byte
    case 0x41...0x5a: byte | 0x20
    default: nil
    }
  }

  private static func beginsWord(in key: RawSpan, at offset: Int) -> Bool {
    guard offset > 0, folded(key.byte(at: offset - 1)) != nil else { return true }
    guard isUpper(key.byte(at: offset)) else { return false }
    if !isUpper(key.byte(at: offset - 1)) { return true }
    // The last capital of several belongs to the word that follows: `APIKey` is `api key`.
    let next = offset + 1
    return next < key.byteCount && (0x61...0x7a).contains(key.byte(at: next))
  }

  private static func isUpper(_ byte: UInt8) -> Bool {
    (0x41...0x5a).contains(byte)
  }
}
