import TestSupport
import Testing

@testable import Correlation

/// Which uuids are the same, against their texts.
@Suite struct UUIDKeyTests {
  private func key(_ text: String) -> UUIDKey {
    let bytes = Array(text.utf8)
    return unsafe UUIDKey(bytes.span.bytes, seed: 7)
  }

  /// Integers by their digits without leading zeros, at any length; everything else byte for byte.
  @Test func equalIsWhatTheTextsSay() {
    let texts = [
      "0", "00", "000", "7", "007", "70", "123456789", "0123456789", "18446744073709551615",
      "018446744073709551615", "18446744073709551616", "36893488147419103232",
      "00036893488147419103232", "9999999999999999999", "09999999999999999999", "a", "A", "7a",
      "07a", "-7", "+7", "7 ", "٧", "",
    ]
    func meaning(_ text: String) -> String {
      guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return "text \(text)"
      }
      let digits = text.drop { $0 == "0" }
      return "integer \(digits)"
    }
    for first in texts {
      for second in texts {
        #expect(
          (key(first) == key(second)) == (meaning(first) == meaning(second)),
          "\(first) and \(second)")
      }
    }
  }

  @Test func theShortestFormNeedNotBeKept() {
    for number in [UInt64(0), 7, 10, 999_999_999, 9_999_999_999_999_999_999] {
      let key = key(String(number))
      #expect(key.isCanonical && key.value == number)
      #expect(!self.key("0\(number)").isCanonical)
    }
  }
}
