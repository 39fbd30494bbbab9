internal import CPcap

/// An open libpcap handle of a device; closed with its last reference.
@safe final class DeviceHandle {
  /// Valid as long as this object.
  @unsafe let pointer: OpaquePointer
  let name: String

  /// Bytes of the kernel's ring.
  static let bufferBytes: Int32 = 32 << 20

  /// Opens and activates the device `name`.
  init(activating name: String) throws(CaptureError) {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let pointer = unsafe pcap_create(name, &message) else {
      throw CaptureError(name, text(of: message))
    }
    unsafe self.pointer = pointer
    self.name = name
    unsafe pcap_set_snaplen(pointer, CaptureFilter.snapshotLength)
    unsafe pcap_set_promisc(pointer, 0)
    unsafe pcap_set_buffer_size(pointer, DeviceHandle.bufferBytes)
    // Immediate mode would make libpcap use slots of the snapshot length, and drop early.
    unsafe pcap_set_timeout(pointer, Int32(LiveSource.deliveryNanoseconds / 1_000_000))
    unsafe pcap_set_tstamp_precision(pointer, PCAP_TSTAMP_PRECISION_NANO)
    let status = unsafe pcap_activate(pointer)
    // Warnings are positive: the device works all the same.
    guard status >= 0 else { throw activationError(status) }
  }

  deinit {
    unsafe pcap_close(pointer)
  }

  /// Throws libpcap's last error unless `status` is 0.
  func check(_ status: Int32) throws(CaptureError) {
    guard status < 0 else { return }
    throw CaptureError(name, unsafe lastError(of: pointer))
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
