internal import CPcap

/// libpcap, which is loaded when it is first needed: reading files does without it.
enum Libpcap {
  /// Loads it.
  ///
  /// - Parameter wish: the option that needs it.
  /// - Throws: a `CaptureError` that says why it cannot be loaded.
  static func load(for wish: String) throws(CaptureError) {
    guard let problem = unsafe souptap_load_pcap() else { return }
    throw unsafe CaptureError(
      wish,
      "needs libpcap, which cannot be loaded (\(String(cString: problem))): install it, on Debian or"
        + " Ubuntu the package libpcap0.8")
  }

  /// Whether it could be loaded.
  static var isThere: Bool { unsafe souptap_load_pcap() == nil }
}
