import Glibc

/// One end of a ControlProtocol connection that plays its side of a scenario over the kernel's TCP
/// and answers what it is asked, in a loop of one thread.
///
/// The client opens and ends the connections: when all steps are done and every answer that it may
/// expect has come. The server closes after the client did.
public final class TrafficEndpoint {
  private let side: TrafficScenario.Side
  private let scenario: TrafficScenario
  private let address: String
  private let port: UInt16
  private let deadline: Int64
  private let log: (TrafficEvent) -> Void

  /// An endpoint that gives up `limitSeconds` after now, whatever happens.
  public init(
    side: TrafficScenario.Side, scenario: TrafficScenario, address: String, port: UInt16,
    limitSeconds: Int = 20, log: @escaping (TrafficEvent) -> Void
  ) {
    self.side = side
    self.scenario = scenario
    self.address = address
    self.port = port
    self.log = log
    deadline = Self.now(CLOCK_MONOTONIC) + Int64(limitSeconds) * 1_000_000_000
  }

  /// Plays all connections of the scenario.
  public func run() throws(TrafficError) {
    let buffer = scenario.number("\(side.rawValue)-receive-buffer")
    guard side == .server else {
      for (index, pause) in scenario.pauses.enumerated() {
        usleep(UInt32(clamping: pause * 1000))
        let socket = try TrafficSocket.connected(
          to: address, port: port,
          localPort: scenario.number("client-port").map { UInt16(clamping: $0) },
          receiveBuffer: buffer)
        try play(index, over: socket)
      }
      return
    }
    let listener = try TrafficSocket.listening(on: address, port: port, receiveBuffer: buffer)
    for index in scenario.pauses.indices {
      guard let socket = listener.accepted(milliseconds: millisecondsLeft) else {
        throw TrafficError("no connection came in time")
      }
      try play(index, over: socket)
    }
  }

  private func play(_ index: Int, over socket: consuming TrafficSocket) throws(TrafficError) {
    let start = Self.now(CLOCK_MONOTONIC)
    let steps = scenario.steps.filter { $0.connection == index && $0.side == side }
    var state = TrafficState(
      todo: steps.map { (start + Int64($0.milliseconds) * 1_000_000, $0.action) })
    let quiet = start + Int64(scenario.end(ofConnection: index) + 60) * 1_000_000
    log(event(.connected, index, clientPort: socket.clientPort))
    defer { log(event(.ended, index)) }

    while true {
      var now = Self.now(CLOCK_MONOTONIC)
      guard now < deadline else { throw TrafficError("the time of connection \(index) is up") }
      while let action = state.takeDue(now) {
        switch action {
        case .send(let message, let cut): state.queue(message, cut: cut, at: now)
        case .stopReading: state.isReading = false
        case .readAgain: state.isReading = true
        case .freeze(let milliseconds):
          usleep(UInt32(clamping: milliseconds * 1000))
          now = Self.now(CLOCK_MONOTONIC)
        case .halfClose:
          socket.halfClose()
          state.isHalfClosed = true
        case .close: return
        case .reset:
          socket.prepareReset()
          return
        }
      }
      guard write(&state, to: socket, now, index) else { return }
      if state.isIdle {
        if side == .server, state.sawEnd { return }
        let isDone = state.awaited.isEmpty && now >= quiet && !state.isHalfClosed
        if side == .client, state.sawEnd || isDone { return }
      }
      let wake = min(state.wake ?? .max, now < quiet ? quiet : deadline)
      let canRead = state.isReading && !state.sawEnd
      let ready = socket.wait(
        toRead: canRead, toWrite: state.isBlocked,
        milliseconds: Int((max(0, wake - now) + 999_999) / 1_000_000))
      if ready.hasFailed, !canRead, !state.isBlocked { usleep(1000) }
      if canRead, ready.canRead || ready.hasFailed {
        guard read(&state, from: socket, index) else { return }
      }
    }
  }

  /// Writes what is due; false when the connection is broken.
  private func write(
    _ state: inout TrafficState, to socket: borrowing TrafficSocket, _ now: Int64, _ index: Int
  ) -> Bool {
    let bytes = state.dueBytes(now)
    guard !bytes.isEmpty else { return true }
    let time = Self.now(CLOCK_REALTIME)
    guard let count = socket.write(bytes[...]) else { return false }
    state.isBlocked = count < bytes.count
    for (message, offset) in state.wrote(count) {
      log(event(.sent, index, time, message, offset))
    }
    return true
  }

  /// Reads what is there; false when the connection is broken.
  private func read(
    _ state: inout TrafficState, from socket: borrowing TrafficSocket, _ index: Int
  ) -> Bool {
    switch socket.read() {
    case .nothing: break
    case .broken: return false
    case .end: state.sawEnd = true
    case .bytes(let bytes):
      let time = Self.now(CLOCK_REALTIME)
      let now = Self.now(CLOCK_MONOTONIC)
      for (message, offset) in state.received(bytes) {
        log(event(.read, index, time, message, offset))
        if let answer = Self.answer(to: message) {
          state.todo.append((now + answer.delay, answer.action))
        }
        if message.kind == .response, let uuid = message.uuid { state.awaited.remove(uuid) }
      }
    }
    return true
  }

  private var millisecondsLeft: Int {
    max(0, Int((deadline - Self.now(CLOCK_MONOTONIC)) / 1_000_000))
  }

  private func event(
    _ kind: TrafficEvent.Kind, _ connection: Int, _ nanoseconds: Int64? = nil,
    _ message: TrafficMessage? = nil, _ offset: Int? = nil, clientPort: UInt16? = nil
  ) -> TrafficEvent {
    TrafficEvent(
      kind: kind, side: side, connection: connection,
      nanoseconds: nanoseconds ?? Self.now(CLOCK_REALTIME), clientPort: clientPort, offset: offset,
      message: message)
  }

  /// The answer that a request asks for, and how many nanoseconds later.
  private static func answer(
    to request: TrafficMessage
  ) -> (delay: Int64, action: TrafficScenario.Action)? {
    guard request.kind == .request, request["silent"] == nil else { return nil }
    var answer = TrafficMessage(
      kind: .response, type: request.type, uuid: request.uuid, status: "OK")
    if let code = request["error"] {
      answer.status = "ERROR"
      answer.parameters.append(.init(key: "code", value: code))
      if let reason = request["reason"] {
        answer.parameters.append(.init(key: "reason", value: reason))
      }
    }
    let size = request["answer-size"].flatMap { Int($0) } ?? 0
    let cut = request["answer-cut"].flatMap { TrafficScenario.Cut($0) }
    let delay = request["delay"].flatMap { Int64($0) } ?? 0
    return (delay * 1_000_000, .send(answer.padded(to: size), cut: cut))
  }

  private static func now(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
