internal import CPcap

/// A network interface that packets can be captured on.
public struct NetworkInterface: Sendable {
  /// What `--interface` takes.
  public let name: String
  /// libpcap's words about it; absent where it has none.
  public let description: String?
  /// Whether it is switched on.
  public let isUp: Bool
  /// Whether it has a carrier.
  public let isRunning: Bool
  /// Whether it only leads back to this host.
  public let isLoopback: Bool

  /// All interfaces that libpcap can see, in its order.
  ///
  /// - Throws: a `CaptureError` when libpcap cannot list them.
  public static func all() throws(CaptureError) -> [NetworkInterface] {
    try Libpcap.load(for: "--list-interfaces")
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    var first: UnsafeMutablePointer<pcap_if_t>?
    guard unsafe pcap_findalldevs(&first, &message) == 0 else {
      throw CaptureError("--list-interfaces", text(of: message))
    }
    defer { unsafe pcap_freealldevs(first) }
    var interfaces: [NetworkInterface] = []
    var next = unsafe first
    while let device = unsafe next {
      let flags = unsafe device.pointee.flags
      unsafe interfaces.append(
        NetworkInterface(
          name: String(cString: device.pointee.name),
          description: device.pointee.description.map { unsafe String(cString: $0) },
          isUp: flags & UInt32(PCAP_IF_UP) != 0, isRunning: flags & UInt32(PCAP_IF_RUNNING) != 0,
          isLoopback: flags & UInt32(PCAP_IF_LOOPBACK) != 0))
      unsafe next = device.pointee.next
    }
    return interfaces
  }

  /// The name of what `--interface` named: a 1-based place in the list of interfaces stands for the
  /// interface there, unless an interface has that very name.
  static func resolve(_ given: String) throws(CaptureError) -> String {
    guard let place = Int(given) else { return given }
    let interfaces = try all()
    if interfaces.contains(where: { $0.name == given }) { return given }
    guard place >= 1, place <= interfaces.count else {
      throw CaptureError(
        "--interface \(given)",
        "there are interfaces 1 to \(interfaces.count); souptap --list-interfaces shows them")
    }
    return interfaces[place - 1].name
  }

  /// The first few names, for a message about one that does not exist.
  static func examples() -> String {
    guard let interfaces = try? all(), !interfaces.isEmpty else { return "none are visible" }
    let names = interfaces.prefix(6).map(\.name).joined(separator: ", ")
    return interfaces.count > 6 ? "\(names), …" : names
  }
}

/// The text in a buffer that libpcap wrote a message into.
func text(of buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
