import Records
import Wire

/// Packets by server port of connections that are gone, for a run that finds no message.
struct PortSurvey {
  private static let capacity = 4096
  private var ports: [TrafficSurvey.Port] = []
  /// The place of each port above, from 1; those of ports with the same upper byte together, made
  /// when one of them comes up.
  private var places = [[UInt16]](repeating: [], count: 256)

  mutating func note(_ record: ConnectionRecord, look: TrafficSurvey.Look) {
    let port = record.identity.server.port
    let (upper, lower) = (Int(port >> 8), Int(port & 0xff))
    if places[upper].isEmpty { places[upper] = Array(repeating: 0, count: 256) }
    if places[upper][lower] == 0 {
      guard ports.count < Self.capacity else { return }
      ports.append(TrafficSurvey.Port(port: port, packets: 0, look: .nothing))
      places[upper][lower] = UInt16(ports.count)
    }
    let place = Int(places[upper][lower]) - 1
    ports[place].packets += record.clientToServer.packets + record.serverToClient.packets
    if ports[place].look == .nothing { ports[place].look = look }
  }

  var busiest: [TrafficSurvey.Port] {
    Array(
      ports.sorted { ($0.packets, $1.port) > ($1.packets, $0.port) }.prefix(8))
  }
}
