internal import ControlProtocol
internal import Records
internal import Wire

/// The fields that expressions know, by name.
public enum FieldTable {
  struct Entry: Sendable {
    var name: String
    var field: Field
    var kind: FieldKind
    var kinds: SelectableKinds
  }

  /// A line of the table, for documents.
  public struct Line: Hashable, Sendable {
    /// The name in expressions.
    public var name: String
    /// What its values are.
    public var kind: String
    /// The records that have it.
    public var kinds: SelectableKinds
    /// The words it can have; empty for other kinds.
    public var words: [String]
  }

  /// Every field but parameters, which are `param.` and any key. Durations may also be written with
  /// `_ns` behind their name.
  public static var lines: [Line] {
    entries.map { entry in
      var words: [String] = []
      if case .words(let names) = entry.kind { words = names }
      return Line(name: entry.name, kind: entry.kind.name, kinds: entry.kinds, words: words)
    }
  }

  /// The field with a name; nil when there is none.
  static func entry(named name: String) -> (entry: Entry, isNanoseconds: Bool)? {
    if let entry = entries.first(where: { $0.name == name }) { return (entry, false) }
    guard name.hasSuffix("_ns") else { return nil }
    let short = String(name.dropLast(3))
    guard let entry = entries.first(where: { $0.name == short }), case .duration = entry.kind
    else { return nil }
    return (entry, true)
  }

  /// The name that is most like an unknown one; nil when none is.
  static func nearest(to name: String) -> String? {
    let candidates = entries.map { ($0.name, distance(name, $0.name)) }
    guard let best = candidates.min(by: { $0.1 < $1.1 }) else { return nil }
    return best.1 <= max(1, name.utf8.count / 3) ? best.0 : nil
  }

  /// How many bytes must be changed, added or taken away to make one of the other.
  private static func distance(_ a: String, _ b: String) -> Int {
    guard a.utf8.count <= 64 else { return .max }
    var row = Array(0...b.utf8.count)
    for (i, byte) in a.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.utf8.enumerated() {
        let changed = diagonal + (byte == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.utf8.count]
  }

  static let entries: [Entry] = identity + spoken + messages + transactions + connections

  private static let identity: [Entry] = {
    let all = SelectableKinds.all
    return [
      Entry(name: "connection", field: .connection, kind: .number, kinds: all),
      Entry(name: "tcp_stream", field: .tcpStream, kind: .number, kinds: all),
      Entry(name: "src", field: .source, kind: .address, kinds: all),
      Entry(name: "src_port", field: .sourcePort, kind: .number, kinds: all),
      Entry(name: "dst", field: .destination, kind: .address, kinds: all),
      Entry(name: "dst_port", field: .destinationPort, kind: .number, kinds: all),
      Entry(
        name: "direction", field: .direction,
        kind: .words([Direction.clientToServer, .serverToClient].map(\.name)),
        kinds: all.subtracting([.connections, .streams])),
      Entry(name: "host", field: .anyHost, kind: .address, kinds: all),
      Entry(name: "port", field: .anyPort, kind: .number, kinds: all),
      Entry(name: "client_host", field: .clientHost, kind: .address, kinds: all),
      Entry(name: "client_port", field: .clientPort, kind: .number, kinds: all),
      Entry(name: "server_host", field: .serverHost, kind: .address, kinds: all),
      Entry(name: "server_port", field: .serverPort, kind: .number, kinds: all),
      Entry(name: "input", field: .input, kind: .number, kinds: all),
      Entry(name: "vlan", field: .vlan, kind: .number, kinds: all),
      Entry(
        name: "tunnel.kind", field: .tunnelKind,
        kind: .words((0..<8).compactMap { Tunnel.Kind(rawValue: $0)?.name }), kinds: all),
      Entry(name: "tunnel.identifier", field: .tunnelIdentifier, kind: .number, kinds: all),
    ]
  }()

  private static let spoken: [Entry] = {
    let both: SelectableKinds = [.messages, .transactions]
    return [
      Entry(name: "type", field: .type, kind: .text, kinds: both),
      Entry(name: "uuid", field: .uuid, kind: .textOrNumber, kinds: both),
      Entry(name: "status", field: .status, kind: .text, kinds: both),
      Entry(name: "code", field: .code, kind: .textOrNumber, kinds: both),
      Entry(name: "reason", field: .reason, kind: .text, kinds: both),
      Entry(
        name: "ts", field: .start, kind: .time, kinds: [.messages, .transactions, .diagnostics]),
      Entry(name: "ts_end", field: .end, kind: .time, kinds: both),
    ]
  }()

  private static let messages: [Entry] = {
    let kinds = SelectableKinds.messages
    let names = [MessageKind.request, .response, .notification].map(\.name)
    return [
      Entry(name: "kind", field: .kind, kind: .words(names), kinds: kinds),
      Entry(name: "line", field: .line, kind: .text, kinds: kinds),
      Entry(name: "frame", field: .frame, kind: .number, kinds: [.messages, .diagnostics]),
      Entry(name: "frame_end", field: .frameEnd, kind: .number, kinds: kinds),
      Entry(name: "input_end", field: .inputEnd, kind: .number, kinds: kinds),
      Entry(name: "offset", field: .offset, kind: .number, kinds: kinds),
      Entry(name: "length", field: .length, kind: .number, kinds: kinds),
      Entry(name: "complete", field: .complete, kind: .flag, kinds: kinds),
      Entry(name: "echoed", field: .echoed, kind: .flag, kinds: kinds),
      Entry(
        name: "diagnostics", field: .diagnostics,
        kind: .words(DiagnosticCode.allCases.map(\.name)), kinds: kinds),
    ]
  }()

  private static let transactions: [Entry] = {
    let kinds = SelectableKinds.transactions
    func number(_ name: String, _ field: Field) -> Entry {
      Entry(name: name, field: field, kind: .number, kinds: kinds)
    }
    func duration(_ name: String, _ field: Field) -> Entry {
      Entry(name: name, field: field, kind: .duration, kinds: kinds)
    }
    func words(_ name: String, _ field: Field, _ words: [String]) -> Entry {
      Entry(name: name, field: field, kind: .words(words), kinds: kinds)
    }
    return [
      number("transaction", .transaction),
      number("revision", .revision),
      Entry(name: "late", field: .late, kind: .flag, kinds: kinds),
      words("outcome", .outcome, Outcome.allCases.map(\.name)),
      words("unanswered", .unanswered, UnansweredReason.allCases.map(\.name)),
      Entry(name: "response_type", field: .responseType, kind: .text, kinds: kinds),
      duration("latency", .latency),
      duration("duration", .duration),
      duration("request_transfer", .requestTransfer),
      duration("response_transfer", .responseTransfer),
      duration("network", .network),
      duration("server", .server),
      duration("ack", .acknowledged),
      duration("waited", .waited),
      number("in_flight", .inFlight),
      words("quality", .quality, Quality.allCases.map(\.name)),
      words("causes", .causes, Causes.names),
      words("hints", .hints, Hints.names),
      number("request_frame", .requestFrame),
      number("request_frame_end", .requestFrameEnd),
      number("response_frame", .responseFrame),
      number("response_frame_end", .responseFrameEnd),
      number("request_input_end", .requestInputEnd),
      number("response_input", .responseInput),
      number("response_input_end", .responseInputEnd),
      number("request_offset", .requestOffset),
      number("response_offset", .responseOffset),
    ]
  }()

  private static let connections: [Entry] = {
    let kinds = SelectableKinds.connections
    func words(_ name: String, _ field: Field, _ words: [String]) -> Entry {
      Entry(name: name, field: field, kind: .words(words), kinds: kinds)
    }
    func number(_ name: String, _ field: Field) -> Entry {
      Entry(name: name, field: field, kind: .number, kinds: kinds)
    }
    let counters = StreamChoice.allCases.flatMap { choice in
      StreamCounter.allCases.map { counter in
        number(choice.prefix + counter.path, .counter(counter, choice))
      }
    }
    return [
      words("client_known", .clientKnown, ["handshake", "port", "guess"]),
      Entry(name: "start", field: .connectionStart, kind: .time, kinds: kinds),
      Entry(name: "end", field: .connectionEnd, kind: .time, kinds: kinds),
      words("ended", .ended, ["fin", "reset", "idle", "evicted", "reused", "capture-ended"]),
      words("vantage", .vantage, ["client", "server", "middle"]),
      words("protocol", .protocolKnown, ["detected", "port", "other"]),
      Entry(name: "ports_reused", field: .portsReused, kind: .flag, kinds: kinds),
      Entry(name: "handshake_client", field: .handshakeClient, kind: .duration, kinds: kinds),
      Entry(name: "handshake_server", field: .handshakeServer, kind: .duration, kinds: kinds),
      number("requests", .requests),
      number("responses", .responses),
      number("notifications", .notifications),
    ] + counters
  }()
}
