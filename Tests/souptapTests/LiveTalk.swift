import Foundation
import Glibc
import TestSupport

/// Two namespaces with a cable between them: 192.0.2.1 (and 2001:db8::1) on `c0`, 192.0.2.2 on `s0`.
final class LivePair {
  let client: LiveNamespace
  let server: LiveNamespace

  init() throws {
    client = try LiveNamespace()
    server = try LiveNamespace()
    try client.ip("link add c0 type veth peer name s0 netns \(server.name)")
    for (namespace, device, host) in [(client, "c0", 1), (server, "s0", 2)] {
      try namespace.ip("link set \(device) up")
      try namespace.ip("address add 192.0.2.\(host)/24 dev \(device)")
      try namespace.ip("address add 2001:db8::\(host)/64 dev \(device) nodad")
    }
  }
}

/// A client that sends requests in bursts, and a server that answers each with OK, with what the client
/// saw of each.
struct LiveTalk {
  var bursts = 20
  var perBurst = 1
  var pauseMicroseconds: UInt32 = 5_000
  var address = "127.0.0.1"
  var port: UInt16 = 4080
  var firstNumber = 1
  /// How long the server takes for each burst that it reads.
  var serverMicroseconds: UInt32 = 0

  /// What the client saw of a request.
  struct Seen: Sendable {
    var sent: Int64
    var answered: Int64?
  }

  /// Talks to the end; by number of the request.
  func run(client: LiveNamespace, server: LiveNamespace) throws -> [Int: Seen] {
    let log = LiveLog<(number: Int, isAnswer: Bool)>()
    let ready = DispatchSemaphore(value: 0)
    let serving = server.run { try self.serve(ready) }
    guard ready.wait(timeout: .now() + 10) == .success else { throw LiveError("no server") }
    let asking = client.run { try self.ask(log) }
    try asking.wait(seconds: 60)
    try serving.wait(seconds: 10)
    var seen: [Int: Seen] = [:]
    for (time, entry) in log.all {
      if entry.isAnswer {
        seen[entry.number]?.answered = time
      } else {
        seen[entry.number] = Seen(sent: time)
      }
    }
    return seen
  }

  private func serve(_ ready: DispatchSemaphore) throws {
    let listener = try open()
    defer { close(listener) }
    guard bindOrConnect(listener, isServer: true) == 0, listen(listener, 4) == 0 else {
      throw LiveError("cannot listen: error \(errno)")
    }
    ready.signal()
    let connection = accept(listener, nil, nil)
    defer { close(connection) }
    setNoDelay(connection)
    try read(connection) { messages in
      var answers = ""
      for lines in messages {
        answers += "Response \(lines[0].dropFirst(8))\r\n\(lines[1]) OK\r\n\r\n"
      }
      if serverMicroseconds > 0 { usleep(serverMicroseconds) }
      write(answers, to: connection)
      return true
    }
  }

  private func ask(_ log: LiveLog<(number: Int, isAnswer: Bool)>) throws {
    let connection = try open()
    guard bindOrConnect(connection, isServer: false) == 0 else {
      throw LiveError("cannot connect: error \(errno)")
    }
    setNoDelay(connection)
    let count = bursts * perBurst
    let reading = LiveThread {
      var answered = 0
      try self.read(connection) { messages in
        for lines in messages {
          log.append((Int(lines[1].prefix { $0 != " " }) ?? -1, true))
          answered += 1
        }
        return answered < count
      }
    }
    var number = firstNumber
    let start = LiveLog<Never>.now()
    for burst in 0..<bursts {
      // On time, however long writing took, so that the rate is what was asked for.
      let due = start + Int64(burst) * Int64(pauseMicroseconds) * 1000
      let wait = due - LiveLog<Never>.now()
      if wait > 0 { usleep(UInt32(clamping: wait / 1000)) }
      var text = ""
      for _ in 0..<perBurst {
        text += "Request stats.get\r\n\(number)\r\nroom: r1\r\npassword: hush\r\n\r\n"
        log.append((number, false))
        number += 1
      }
      write(text, to: connection)
    }
    try reading.wait(seconds: 30)
    close(connection)
  }

  private func open() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw LiveError("no socket") }
    var yes: Int32 = 1
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
    return descriptor
  }

  private func setNoDelay(_ descriptor: Int32) {
    var yes: Int32 = 1
    _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
  }

  private func bindOrConnect(_ descriptor: Int32, isServer: Bool) -> Int32 {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    _ = unsafe inet_pton(AF_INET, address, &name.sin_addr)
    return unsafe withUnsafePointer(to: &name) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return isServer
          ? unsafe bind(descriptor, $0, length) : unsafe connect(descriptor, $0, length)
      }
    }
  }

  private func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Reads messages, as lines, until there is no more or `body` has enough.
  private func read(_ descriptor: Int32, _ body: ([[String]]) -> Bool) throws {
    var pending: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
      }
      guard count > 0 else { return }
      pending += block[..<count]
      var messages: [[String]] = []
      var start = 0
      var index = 0
      while index + 3 < pending.count {
        guard pending[index] == 13, pending[index + 2] == 13, pending[index + 1] == 10,
          pending[index + 3] == 10
        else {
          index += 1
          continue
        }
        let text = String(decoding: pending[start..<index], as: UTF8.self)
        messages.append(text.split(separator: "\r\n").map(String.init))
        index += 4
        start = index
      }
      pending.removeFirst(start)
      if !messages.isEmpty, !body(messages) { return }
    }
  }
}
