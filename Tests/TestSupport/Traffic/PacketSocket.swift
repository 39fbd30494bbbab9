import Glibc

/// Opens a socket that reads and writes whole frames on a device, and does not read its own.
public func packetSocket(on device: String) throws(TrafficError) -> Int32 {
  let everything = UInt16(0x0003).bigEndian
  let descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), Int32(everything))
  guard descriptor >= 0 else { throw TrafficError("no packet socket: error \(errno)") }
  // struct sockaddr_ll, which the C library's module does not show: family, protocol, index.
  var name = [UInt8](repeating: 0, count: 20)
  unsafe name.withUnsafeMutableBytes { bytes in
    unsafe bytes.storeBytes(of: UInt16(AF_PACKET), toByteOffset: 0, as: UInt16.self)
    unsafe bytes.storeBytes(of: everything, toByteOffset: 2, as: UInt16.self)
    unsafe bytes.storeBytes(of: if_nametoindex(device), toByteOffset: 4, as: UInt32.self)
  }
  let bound = unsafe name.withUnsafeBytes { bytes in
    guard let name = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
      return Int32(-1)
    }
    return unsafe bind(descriptor, name, 20)
  }
  guard bound == 0 else { throw TrafficError("cannot bind to \(device): error \(errno)") }
  // Else it would read what it sends. SOL_PACKET, PACKET_IGNORE_OUTGOING.
  var yes: Int32 = 1
  guard unsafe setsockopt(descriptor, 263, 23, &yes, 4) == 0 else {
    throw TrafficError("cannot ignore own frames: error \(errno)")
  }
  return descriptor
}
