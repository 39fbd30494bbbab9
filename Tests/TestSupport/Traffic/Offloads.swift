import Glibc

/// Turns checksum and segmentation offloads of a device off, so that what is captured on it is what
/// travels. As `ethtool -K DEV tx off sg off tso off gso off gro off`.
public func turnOffloadsOff(device: String) throws(TrafficError) {
  let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
  guard descriptor >= 0 else { throw TrafficError("no socket: error \(errno)") }
  defer { close(descriptor) }
  // ETHTOOL_STSO, SGSO, SGRO, SSG, STXCSUM: what depends on others goes first.
  for command: UInt32 in [0x1f, 0x24, 0x2c, 0x19, 0x17] {
    var value: [UInt32] = [command, 0]
    let state = unsafe value.withUnsafeMutableBytes { value in
      // struct ifreq: a name of 16 bytes, then a pointer to the command.
      var request = [UInt8](repeating: 0, count: 40)
      for (index, byte) in device.utf8.prefix(15).enumerated() { request[index] = byte }
      return unsafe request.withUnsafeMutableBytes { request in
        unsafe request.storeBytes(
          of: UInt(bitPattern: value.baseAddress), toByteOffset: 16, as: UInt.self)
        guard let base = request.baseAddress else { return Int32(-1) }
        return unsafe ioctl(descriptor, 0x8946, base)
      }
    }
    guard state == 0 || errno == EOPNOTSUPP else {
      throw TrafficError("\(device): error \(errno)")
    }
  }
}
