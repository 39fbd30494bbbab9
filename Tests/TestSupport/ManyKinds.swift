/// A capture in which every request has a type, a parameter value, a client and a connection of its
/// own. Made of one frame with the fields that differ written over, because there are many.
public enum ManyKinds {
  /// A pcap file of Ethernet frames: for each number a request and its answer a millisecond later,
  /// without handshakes.
  ///
  /// - Parameter count: at most 16 million.
  public static func pcap(_ count: Int) -> [UInt8] {
    var file: [UInt8] = []
    file.reserveCapacity(count * 320 + 24)
    for word in [0xa1b2_3c4d, 0x0004_0002, 0, 0, 65_535, 1] as [UInt32] {
      file.append(littleEndian: word)
    }
    for number in 0..<count {
      // A zero in front keeps the lengths alike.
      let digits = String(10_000_000 + number).dropFirst()
      let isError = number % 10 == 3
      let request = "Request type-\(digits)\r\n1\r\nroom: value-\(digits)\r\n\r\n"
      append(
        number, fromClient: true, milliseconds: 2 * number, request, acknowledging: 0, to: &file)
      append(
        number, fromClient: false, milliseconds: 2 * number + 1,
        "Response type-\(digits)\r\n1 \(isError ? "ERROR\r\ncode: c\(digits)" : "OK")\r\n\r\n",
        acknowledging: UInt32(request.utf8.count), to: &file)
    }
    return file
  }

  private static func append(
    _ number: Int, fromClient: Bool, milliseconds: Int, _ text: String,
    acknowledging acknowledged: UInt32, to file: inout [UInt8]
  ) {
    let payload = Array(text.utf8)
    let length = 20 + 20 + payload.count
    file.append(littleEndian: UInt32(1_700_000_000 + milliseconds / 1000))
    file.append(littleEndian: UInt32(milliseconds % 1000 * 1_000_000))
    file.append(littleEndian: UInt32(14 + length))
    file.append(littleEndian: UInt32(14 + length))
    file += [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]
    let client: [UInt8] = [
      10, UInt8(truncatingIfNeeded: number >> 16), UInt8(truncatingIfNeeded: number >> 8),
      UInt8(truncatingIfNeeded: number),
    ]
    let server: [UInt8] = [192, 0, 2, 1]
    file += [0x45, 0, UInt8(length >> 8), UInt8(length & 0xff), 0, 0, 0x40, 0, 64, 6, 0, 0]
    file += fromClient ? client + server : server + client
    let ports: (UInt16, UInt16) = fromClient ? (40_000, 4080) : (4080, 40_000)
    file.append(bigEndian: ports.0)
    file.append(bigEndian: ports.1)
    file.append(bigEndian: fromClient ? UInt32(1_000) : 5_000)
    file.append(bigEndian: fromClient ? UInt32(5_000) : 1_000 + acknowledged)
    file += [0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]
    file += payload
  }
}
