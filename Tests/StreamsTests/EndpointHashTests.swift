import TestSupport
import Testing
import Wire

@testable import Streams

/// Servers have clients whose addresses or ports follow each other: whatever the seed of the run, each
/// is found about as quickly as if the hashes were random.
@Suite struct EndpointHashTests {
  enum Clients: CaseIterable {
    case addresses, ports, addressesOfIPv6, networksOfIPv6, portsOfIPv6

    func frame(_ number: Int, comesFromServer: Bool) -> DecodedFrame {
      let high: UInt64 = 0x2001_0db8 << 32
      let low = UInt64(truncatingIfNeeded: number)
      var frame = DecodedFrame()
      frame.sourcePort = 40_000
      frame.destinationPort = 4080
      frame.destination = IPAddress(ipv6High: high, low: 0xffff_0001)
      switch self {
      case .addresses, .ports:
        frame.destination = IPAddress(ipv4: 0x0a00_0002)
        frame.source = IPAddress(ipv4: 0x0a00_0003)
      case .addressesOfIPv6: frame.source = IPAddress(ipv6High: high, low: 3 &+ low)
      case .networksOfIPv6: frame.source = IPAddress(ipv6High: high &+ low &<< 16, low: 3)
      case .portsOfIPv6: frame.source = IPAddress(ipv6High: high, low: 3)
      }
      switch self {
      case .addresses: frame.source = IPAddress(ipv4: 0x0a00_0003 &+ UInt32(number))
      case .ports, .portsOfIPv6: frame.sourcePort = 20_000 &+ UInt16(number)
      default: break
      }
      if comesFromServer {
        swap(&frame.source, &frame.destination)
        swap(&frame.sourcePort, &frame.destinationPort)
      }
      return frame
    }
  }

  @Test(arguments: Clients.allCases)
  func neighboursDoNotCrowd(clients: Clients) {
    // As full as a table of connections becomes before it grows.
    let places = 4096
    let frames = (0..<1750).map { clients.frame($0, comesFromServer: false) }
    var random = SeededRandom(seed: 1)
    var most = 0
    for _ in 0..<300 {
      let hash = EndpointHash(seed: .random(in: .min ... .max, using: &random))
      var isTaken = [Bool](repeating: false, count: places)
      var steps = 0
      for frame in frames {
        var place = Int(hash(frame) % UInt64(places))
        while isTaken[place] {
          place = (place + 1) % places
          steps += 1
        }
        isTaken[place] = true
      }
      most = max(most, steps)
    }
    // Random hashes take 0.37 steps each; of 300 tables the worst is not much worse.
    #expect(Double(most) / Double(frames.count) < 1)
  }

  @Test(arguments: Clients.allCases)
  func directionsHaveOneHash(clients: Clients) {
    let hash = EndpointHash(seed: 7)
    for number in 0..<100 {
      #expect(
        hash(clients.frame(number, comesFromServer: false))
          == hash(clients.frame(number, comesFromServer: true)))
    }
  }
}
