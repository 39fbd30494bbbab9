internal import CPcap
public import Wire

/// A capture filter in libpcap's language that packets of savefiles are tried against.
///
/// libpcap compiles it once for each link type that comes up, and runs it. Packets of a link type
/// that it cannot be compiled for make the run fail: leaving them out silently would hide traffic.
public final class CaptureFilter {
  /// What the user wrote.
  public let expression: String
  /// The longest packet that is judged whole.
  static let snapshotLength: Int32 = 262_144

  private var programs: [(linkType: LinkType, program: CompiledFilter)] = []
  /// The place in `programs` that served last: captures rarely mix link types.
  private var latest = 0

  /// Compiles `expression` for Ethernet, so that mistakes show before anything is read.
  ///
  /// - Throws: a `CaptureError` with libpcap's words.
  public init(_ expression: String) throws(CaptureError) {
    self.expression = expression
    programs.append((.ethernet, try CompiledFilter(expression, for: .ethernet)))
  }

  /// Whether the filter lets a packet through.
  ///
  /// - Throws: a `CaptureError` when libpcap cannot compile the expression for the packet's link type.
  public func passes(_ packet: Packet, bytes: RawSpan) throws(CaptureError) -> Bool {
    if programs[latest].linkType != packet.linkType {
      if let known = programs.firstIndex(where: { $0.linkType == packet.linkType }) {
        latest = known
      } else {
        let program = try CompiledFilter(expression, for: packet.linkType)
        programs.append((packet.linkType, program))
        latest = programs.count - 1
      }
    }
    return programs[latest].program.passes(bytes, originalLength: packet.originalLength)
  }
}

/// One expression compiled for one link type; owns libpcap's program.
@safe final class CompiledFilter {
  private var program: bpf_program

  init(_ expression: String, for linkType: LinkType) throws(CaptureError) {
    // Before there is a program, which libpcap would have to free.
    try Libpcap.load(for: "--filter")
    unsafe program = bpf_program()
    let dlt = DataLink.dlt(of: linkType)
    guard let handle = unsafe pcap_open_dead(dlt, CaptureFilter.snapshotLength) else {
      throw CaptureError("--filter", "out of memory")
    }
    defer { unsafe pcap_close(handle) }
    let status = unsafe pcap_compile(handle, &program, expression, 1, netmaskUnknown)
    guard status == 0 else {
      let problem = unsafe lastError(of: handle)
      throw CaptureError(
        "--filter", "libpcap cannot compile '\(expression)' for \(name(of: dlt)): \(problem)")
    }
  }

  deinit {
    unsafe pcap_freecode(&program)
  }

  func passes(_ bytes: RawSpan, originalLength: UInt32) -> Bool {
    var header = pcap_pkthdr()
    header.caplen = UInt32(clamping: bytes.byteCount)
    header.len = originalLength
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else {
        // libpcap wants a pointer even where it reads nothing.
        var none: UInt8 = 0
        return unsafe pcap_offline_filter(&program, &header, &none) != 0
      }
      return unsafe pcap_offline_filter(
        &program, &header, start.assumingMemoryBound(to: UInt8.self)) != 0
    }
  }
}

/// PCAP_NETMASK_UNKNOWN, whose cast the importer does not read.
let netmaskUnknown: UInt32 = 0xffff_ffff

/// libpcap's short description of a link type, with its number where it has none.
func name(of dlt: Int32) -> String {
  guard Libpcap.isThere, let text = unsafe pcap_datalink_val_to_description(dlt) else {
    return "link type \(dlt)"
  }
  return unsafe String(cString: text)
}

/// libpcap's words for what went wrong last with `handle`.
func lastError(of handle: OpaquePointer) -> String {
  guard let text = unsafe pcap_geterr(handle) else { return "unknown error" }
  return unsafe String(cString: text)
}
