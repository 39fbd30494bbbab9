import Records
import Wire

/// Packets by server port of connections that are gone, for a run that finds no message.
struct PortSurvey {
  private static let capacity = 4096
  private var ports: [UInt16: TrafficSurvey.Port] = [:]

  mutating func note(_ record: ConnectionRecord, look: TrafficSurvey.Look) {
    let port = record.identity.server.port
    guard ports[port] != nil || ports.count < Self.capacity else { return }
    var entry = ports[port] ?? TrafficSurvey.Port(port: port, packets: 0, look: .nothing)
    entry.packets += record.clientToServer.packets + record.serverToClient.packets
    if entry.look == .nothing { entry.look = look }
    ports[port] = entry
  }

  var busiest: [TrafficSurvey.Port] {
    Array(
      ports.values.sorted { ($0.packets, $1.port) > ($1.packets, $0.port) }.prefix(8))
  }
}
