import ArgumentParser

/// A value that is typed as one of a few words.
protocol WordChoice: ExpressibleByArgument, CaseIterable, RawRepresentable
where RawValue == String {
}

extension WordChoice {
  /// The words. argument-parser's own way to them makes a key path anew whenever it is asked.
  static var allValueStrings: [String] { allCases.map { $0.rawValue } }
}
