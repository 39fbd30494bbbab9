public import Statistics

extension Secrets {
  /// Puts tokens in the place of what is hidden among the values that a summary is grouped by.
  public mutating func hide(in summary: inout Summary) {
    guard !shows, let rows = summary.groups?.rows else { return }
    for row in rows.indices {
      for (index, value) in rows[row].values.enumerated() {
        guard case .parameter(let key, let captured?, _) = value,
          unsafe hides(valuesOf: key.span.bytes)
        else { continue }
        let token = unsafe token(of: captured.span.bytes)
        summary.groups?.rows[row].values[index] = .parameter(
          key: key, value: Array(token.utf8), isHidden: true)
      }
    }
  }
}
