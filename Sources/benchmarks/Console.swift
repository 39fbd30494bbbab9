import Glibc

/// Text for people.
enum Console {
  static func put(_ text: String, to descriptor: Int32) {
    _ = put(Array(text.utf8)[...], to: descriptor)
  }

  /// Whether all bytes could be written.
  static func put(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
