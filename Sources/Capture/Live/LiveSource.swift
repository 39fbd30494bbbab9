internal import CPcap
internal import Glibc
public import Wire

/// Packets of one network interface, through libpcap.
///
/// The kernel collects packets in a ring and hands them over in blocks, at the latest
/// `deliveryNanoseconds` after the first of a block. Times have nanoseconds where the device can.
@safe public final class LiveSource {
  /// The longest a packet waits in the kernel before it is handed over, nanoseconds.
  public static let deliveryNanoseconds: Int64 = 10_000_000

  /// The interface, as libpcap calls it.
  public let name: String
  /// What the device delivers.
  public let linkType: LinkType
  /// The capture filter that runs in the kernel.
  public let filter: String
  /// The most bytes captured of a packet.
  public let snapshotLength: Int

  /// nil once the interface is gone.
  private(set) var device: DeviceHandle?
  let descriptor: Int32
  private let nanosecondsPerFraction: Int64

  /// The packet that was taken from libpcap and not yet handed out.
  private(set) var hasPending = false
  private(set) var pendingTime = CaptureTime.distantPast
  @unsafe private var pendingBytes: UnsafePointer<UInt8>?
  private var pendingCaptured = 0
  private var pendingLength: UInt32 = 0

  /// Why the device gave nothing more, and when that is taken for the end: its last packets may
  /// still be on their way.
  private var failure: (error: CaptureError, deadline: Int64)?
  /// What libpcap counted at the last look, in its 32 bits.
  private var countedDrops: UInt32 = 0

  /// Starts to capture on the interface that `--interface` named: a name, its place in the list of
  /// interfaces, or `any`.
  ///
  /// - Throws: a `CaptureError` that says what is missing: the device, or the right to capture.
  init(
    interface given: String, filter wanted: LiveFilter, options: LiveOptions, links: LinkMonitor?
  ) throws(CaptureError) {
    let device = try DeviceHandle(activating: try NetworkInterface.resolve(given), options)
    let handle = unsafe device.pointer
    self.device = device
    name = device.name
    snapshotLength = options.snapshotLength
    let dlt = unsafe pcap_datalink(handle)
    guard let linkType = DataLink.linkType(of: dlt) else {
      throw CaptureError("--interface \(given)", "souptap does not know its link type \(dlt)")
    }
    self.linkType = linkType
    filter = wanted.expression(for: linkType)
    nanosecondsPerFraction =
      unsafe pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000
    if case .state(let state) = links?.state(of: unsafe if_nametoindex(name)), state.isLoopback {
      device.ignoreOutgoing()
    }

    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard unsafe pcap_setnonblock(handle, 1, &message) == 0 else {
      throw CaptureError(device.name, text(of: message))
    }
    descriptor = unsafe pcap_get_selectable_fd(handle)
    guard descriptor >= 0 else {
      throw CaptureError("--interface \(given)", "the device cannot be waited for")
    }
    try install(filter, wanted, on: device)
  }

  /// Whether the interface is still there.
  public var isOpen: Bool { device != nil }

  /// Takes the next packet from libpcap, if there is one and none is pending.
  ///
  /// - Returns: whether a packet is pending.
  func step() -> Bool {
    if hasPending { return true }
    guard let device else { return false }
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    let status = unsafe pcap_next_ex(device.pointer, &header, &pendingBytes)
    if status == 0 { return false }
    guard status > 0, let header = unsafe header?.pointee, unsafe pendingBytes != nil else {
      if failure == nil {
        failure = (
          CaptureError(name, unsafe lastError(of: device.pointer)),
          monotonicTime() &+ 2 * LiveSource.deliveryNanoseconds
        )
      }
      return false
    }
    hasPending = true
    pendingTime = time(of: header.ts)
    pendingCaptured = Int(header.caplen)
    pendingLength = max(header.len, header.caplen)
    return true
  }

  /// Hands out the pending packet; its bytes are borrowed.
  func takePending(number: UInt64, _ body: (Packet, RawSpan) -> Bool) -> Bool {
    hasPending = false
    let packet = Packet(
      number: number, time: pendingTime, originalLength: pendingLength, linkType: linkType)
    let buffer = unsafe UnsafeRawBufferPointer(start: pendingBytes, count: pendingCaptured)
    return unsafe body(packet, buffer.bytes)
  }

  /// Closes the device when it failed long enough ago; why it did.
  func takeFailure() -> CaptureError? {
    guard let failure, !hasPending, device != nil, monotonicTime() >= failure.deadline else {
      return nil
    }
    device = nil
    return failure.error
  }

  /// Whether the device failed, so that waiting for it makes no sense.
  var hasFailed: Bool { failure != nil }

  /// How many packets the kernel had no room for since this was asked last; nil where libpcap cannot
  /// count.
  func takeKernelDrops() -> UInt64? {
    guard let device else { return nil }
    var counts = pcap_stat()
    guard unsafe pcap_stats(device.pointer, &counts) == 0 else { return nil }
    let count = counts.ps_drop &- countedDrops
    countedDrops = counts.ps_drop
    return UInt64(count)
  }

  private func time(of stamp: timeval) -> CaptureTime {
    let seconds = Int64(stamp.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    guard !seconds.overflow else { return .distantFuture }
    return CaptureTime(nanoseconds: seconds.partialValue)
      .advanced(byNanoseconds: Int64(stamp.tv_usec) &* nanosecondsPerFraction)
  }

  private func install(
    _ filter: String, _ wanted: LiveFilter, on device: DeviceHandle
  ) throws(CaptureError) {
    var program = unsafe bpf_program()
    // libpcap drops the copies of what loopback sends; in the kernel they would count as dropped, and
    // take room. Its index is 1 in every namespace; the first cooked header does not have it.
    let whole = "not (outbound and ifindex 1) and (\(filter))"
    guard
      unsafe name == "any" && !filter.isEmpty
        && pcap_compile(device.pointer, &program, whole, 1, netmaskUnknown) == 0
        || pcap_compile(device.pointer, &program, filter, 1, netmaskUnknown) == 0
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

/// Nanoseconds that only ever grow.
func monotonicTime() -> Int64 { clockTime(CLOCK_MONOTONIC) }

/// The time of day, as packets have it.
func timeOfDay() -> CaptureTime { CaptureTime(nanoseconds: clockTime(CLOCK_REALTIME)) }

private func clockTime(_ clock: clockid_t) -> Int64 {
  var time = timespec()
  _ = unsafe clock_gettime(clock, &time)
  return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}
