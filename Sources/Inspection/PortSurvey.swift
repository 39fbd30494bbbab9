import Records
import Wire

/// Packets by server port of connections that are gone, for a run that finds no message.
struct PortSurvey {
  private static let capacity = 4096
  private var ports: [TrafficSurvey.Port] = []
  /// The place of each port above, from 1.
  private var places: [UInt16] = []

  mutating func note(_ record: ConnectionRecord, look: TrafficSurvey.Look) {
    let port = record.identity.server.port
    if places.isEmpty { places = Array(repeating: 0, count: 65_536) }
    if places[Int(port)] == 0 {
      guard ports.count < Self.capacity else { return }
      ports.append(TrafficSurvey.Port(port: port, packets: 0, look: .nothing))
      places[Int(port)] = UInt16(ports.count)
    }
    let place = Int(places[Int(port)]) - 1
    ports[place].packets += record.clientToServer.packets + record.serverToClient.packets
    if ports[place].look == .nothing { ports[place].look = look }
  }

  var busiest: [TrafficSurvey.Port] {
    Array(
      ports.sorted { ($0.packets, $1.port) > ($1.packets, $0.port) }.prefix(8))
  }
}
