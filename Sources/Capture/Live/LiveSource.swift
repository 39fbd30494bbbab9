internal import CPcap
internal import Glibc
public import Wire

/// Packets of a network interface, through libpcap.
///
/// The kernel collects packets in a ring of 32 MiB and hands them over in blocks, at the latest
/// `deliveryNanoseconds` after the first of a block. The interface is not put into promiscuous mode.
/// Times have nanoseconds where the device can.
public final class LiveSource {
  /// The longest a packet waits in the kernel before it is handed over, nanoseconds.
  public static let deliveryNanoseconds: Int64 = 10_000_000

  /// The interface, as libpcap calls it.
  public var name: String { device.name }
  /// What the device delivers.
  public let linkType: LinkType
  /// The capture filter that runs in the kernel.
  public let filter: String
  /// Packets handed over so far.
  public private(set) var packetCount: UInt64 = 0

  private let device: DeviceHandle
  private let descriptor: Int32
  private let nanosecondsPerFraction: Int64

  /// What was lost since the capture began.
  public struct Drops: Sendable {
    /// Packets that the ring had no room for.
    public var kernel: UInt64 = 0
    /// Packets that the interface lost; absent unless its counter ever moved, because devices that
    /// do not count look like devices that lost nothing.
    public var interface: UInt64?

    /// Nothing lost.
    public init(kernel: UInt64 = 0, interface: UInt64? = nil) {
      self.kernel = kernel
      self.interface = interface
    }
  }

  /// Starts to capture on the interface that `--interface` named: a name, its place in the list of
  /// interfaces, or `any`.
  ///
  /// - Throws: a `CaptureError` that says what is missing: the device, or the right to capture.
  public init(interface given: String, filter wanted: LiveFilter) throws(CaptureError) {
    device = try DeviceHandle(activating: try NetworkInterface.resolve(given))
    let handle = unsafe device.pointer
    if device.name == "any" {
      // The second cooked header names the interface; older kernels do not have it.
      _ = unsafe pcap_set_datalink(handle, DataLink.dlt(of: .linuxSLL2))
    }
    let dlt = unsafe pcap_datalink(handle)
    guard let linkType = DataLink.linkType(of: dlt) else {
      throw CaptureError("--interface \(given)", "souptap does not know its link type \(dlt)")
    }
    self.linkType = linkType
    filter = wanted.expression(taggable: linkType == .ethernet)
    nanosecondsPerFraction =
      unsafe pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000

    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard unsafe pcap_setnonblock(handle, 1, &message) == 0 else {
      throw CaptureError(device.name, text(of: message))
    }
    descriptor = unsafe pcap_get_selectable_fd(handle)
    guard descriptor >= 0 else {
      throw CaptureError("--interface \(given)", "the device cannot be waited for")
    }
    try install(filter, wanted)
  }

  /// Waits until packets are there, `interrupt` becomes readable or the time is over.
  ///
  /// - Parameters:
  ///   - interrupt: a descriptor that ends the wait, or -1.
  ///   - milliseconds: the longest wait.
  /// - Throws: a `CaptureError` when the device is gone.
  public func wait(interrupt: Int32, milliseconds: Int32) throws(CaptureError) -> WaitResult {
    try waitForInput(descriptor, named: name, interrupt: interrupt, milliseconds: milliseconds)
  }

  /// Hands over every packet that the kernel has, or `limit` of them; their bytes are borrowed.
  ///
  /// - Parameter body: returns whether to go on.
  /// - Returns: how many there were.
  /// - Throws: a `CaptureError` when the device fails, for instance because it went down.
  @discardableResult
  public func forEachWaitingPacket(
    limit: Int = 4096, _ body: (Packet, RawSpan) -> Bool
  ) throws(CaptureError) -> Int {
    var count = 0
    while count < limit {
      var header: UnsafeMutablePointer<pcap_pkthdr>?
      var bytes: UnsafePointer<UInt8>?
      let status = unsafe pcap_next_ex(device.pointer, &header, &bytes)
      if status == 0 { break }
      guard status > 0, let header = unsafe header?.pointee, let bytes = unsafe bytes else {
        throw CaptureError(name, unsafe lastError(of: device.pointer))
      }
      count += 1
      packetCount &+= 1
      let packet = Packet(
        number: packetCount, time: time(of: header.ts),
        originalLength: max(header.len, header.caplen), linkType: linkType)
      let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(header.caplen))
      guard unsafe body(packet, buffer.bytes) else { break }
    }
    return count
  }

  /// What libpcap has counted since the capture began; nil where it cannot count.
  public func drops() -> Drops? {
    var counts = pcap_stat()
    guard unsafe pcap_stats(device.pointer, &counts) == 0 else { return nil }
    return Drops(
      kernel: UInt64(counts.ps_drop),
      interface: counts.ps_ifdrop == 0 ? nil : UInt64(counts.ps_ifdrop))
  }

  private func time(of stamp: timeval) -> CaptureTime {
    let seconds = Int64(stamp.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    guard !seconds.overflow else { return .distantFuture }
    return CaptureTime(nanoseconds: seconds.partialValue)
      .advanced(byNanoseconds: Int64(stamp.tv_usec) &* nanosecondsPerFraction)
  }

  private func install(_ filter: String, _ wanted: LiveFilter) throws(CaptureError) {
    var program = unsafe bpf_program()
    guard
      unsafe pcap_compile(device.pointer, &program, filter, 1, netmaskUnknown) == 0
    else {
      let problem = unsafe lastError(of: device.pointer)
      throw CaptureError(
        wanted.userExpression == nil ? name : "--filter",
        "libpcap cannot compile '\(wanted.userExpression ?? filter)' for \(name): \(problem)")
    }
    defer { unsafe pcap_freecode(&program) }
    try device.check(unsafe pcap_setfilter(device.pointer, &program))
  }
}
