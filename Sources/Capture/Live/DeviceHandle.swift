internal import CPcap
internal import Glibc
internal import Wire

/// An open libpcap handle of a device; closed with its last reference.
@safe final class DeviceHandle {
  /// Valid as long as this object.
  @unsafe let pointer: OpaquePointer
  let name: String

  /// Opens and activates the device `name`.
  ///
  /// - Throws: a `CaptureError` that says what is missing: the device, the right, or an ability.
  init(activating name: String, _ options: LiveOptions) throws(CaptureError) {
    try Libpcap.load(for: "--interface \(name)")
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let pointer = unsafe pcap_create(name, &message) else {
      throw CaptureError(name, text(of: message))
    }
    unsafe self.pointer = pointer
    self.name = name
    unsafe pcap_set_snaplen(pointer, Int32(clamping: options.snapshotLength))
    unsafe pcap_set_promisc(pointer, options.isPromiscuous ? 1 : 0)
    unsafe pcap_set_buffer_size(pointer, Int32(clamping: options.bufferBytes))
    // Immediate mode would make libpcap use slots of the snapshot length, and drop early.
    unsafe pcap_set_timeout(pointer, Int32(LiveSource.deliveryNanoseconds / 1_000_000))
    unsafe pcap_set_tstamp_precision(pointer, PCAP_TSTAMP_PRECISION_NANO)
    if let type = options.timeStampType { try set(timeStampType: type) }
    let status = unsafe pcap_activate(pointer)
    // Other warnings are positive, too: the device works all the same.
    if status == PCAP_WARNING_TSTAMP_TYPE_NOTSUP, let type = options.timeStampType {
      throw unsupported(timeStampType: type)
    }
    guard status >= 0 else { throw activationError(status) }
    try choose(linkType: options.linkType)
  }

  deinit {
    unsafe pcap_close(pointer)
  }

  /// Throws libpcap's last error unless `status` is 0.
  func check(_ status: Int32) throws(CaptureError) {
    guard status < 0 else { return }
    throw CaptureError(name, unsafe lastError(of: pointer))
  }

  /// Keeps the kernel from handing over each packet of a loopback device twice, once as it is sent:
  /// libpcap drops those copies, but the kernel would count them as dropped and give them room.
  func ignoreOutgoing() {
    var yes: Int32 = 1
    // SOL_PACKET and PACKET_IGNORE_OUTGOING; kernels before 4.20 do not have it.
    _ = unsafe setsockopt(pcap_fileno(pointer), 263, 23, &yes, 4)
  }

  private func set(timeStampType type: String) throws(CaptureError) {
    let value = unsafe pcap_tstamp_type_name_to_val(type)
    guard value >= 0 else { throw unsupported(timeStampType: type) }
    switch unsafe pcap_set_tstamp_type(pointer, value) {
    case 0: break
    default: throw unsupported(timeStampType: type)
    }
  }

  private func unsupported(timeStampType type: String) -> CaptureError {
    var list: UnsafeMutablePointer<Int32>?
    let count = unsafe pcap_list_tstamp_types(pointer, &list)
    defer { unsafe pcap_free_tstamp_types(list) }
    var names: [String] = []
    for index in 0..<max(0, Int(count)) {
      if let value = unsafe list?[index], let name = unsafe pcap_tstamp_type_val_to_name(value) {
        unsafe names.append(String(cString: name))
      }
    }
    return CaptureError(
      "--time-stamp-type \(type)",
      names.isEmpty
        ? "\(name) has no choice of time stamps: leave the option out"
        : "\(name) does not have it; it has: \(names.joined(separator: ", "))")
  }

  /// Takes the link type of that name, or the one that says most.
  private func choose(linkType wanted: String?) throws(CaptureError) {
    guard let wanted else {
      // The second cooked header names the interface; older kernels do not have it.
      if name == "any" { _ = unsafe pcap_set_datalink(pointer, DataLink.dlt(of: .linuxSLL2)) }
      return
    }
    let dlt = unsafe pcap_datalink_name_to_val(wanted)
    if dlt >= 0, unsafe pcap_set_datalink(pointer, dlt) == 0 { return }
    var list: UnsafeMutablePointer<Int32>?
    let count = unsafe pcap_list_datalinks(pointer, &list)
    defer { unsafe pcap_free_datalinks(list) }
    var names: [String] = []
    for index in 0..<max(0, Int(count)) {
      if let value = unsafe list?[index], let name = unsafe pcap_datalink_val_to_name(value) {
        unsafe names.append(String(cString: name))
      }
    }
    throw CaptureError(
      "--linktype \(wanted)", "\(name) does not have it; it has: \(names.joined(separator: ", "))")
  }

  private func activationError(_ status: Int32) -> CaptureError {
    switch status {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      CaptureError(
        "--interface \(name)",
        "no such interface; there are: \(NetworkInterface.examples())"
          + " (souptap --list-interfaces shows all)")
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      CaptureError(
        "--interface \(name)",
        "capturing needs root or the capability cap_net_raw: run with sudo, or once"
          + " 'sudo setcap cap_net_raw+ep $(command -v souptap)'")
    case PCAP_ERROR_IFACE_NOT_UP:
      CaptureError("--interface \(name)", "the interface is down: 'sudo ip link set \(name) up'")
    default:
      CaptureError("--interface \(name)", describe(status))
    }
  }

  private func describe(_ status: Int32) -> String {
    let detail = unsafe lastError(of: pointer)
    guard let words = unsafe pcap_statustostr(status) else { return detail }
    let general = unsafe String(cString: words)
    return status == PCAP_ERROR || detail.isEmpty ? detail : "\(general) (\(detail))"
  }
}
