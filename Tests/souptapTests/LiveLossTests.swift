import Foundation
import Glibc
import TestSupport
import Testing
import Wire

/// Packets that the kernel must drop, because the program is stopped and its buffer is small.
@Suite(.enabled(if: LiveNamespace.isPossible, "needs root and iproute2"), .serialized)
struct LiveLossTests {
  /// How often the loss is made. SOUPTAP_LOSS_RUNS asks for more.
  private static let runs =
    ProcessInfo.processInfo.environment["SOUPTAP_LOSS_RUNS"].flatMap(Int.init) ?? 3

  /// What was captured and what was dropped is what was sent, to the packet; what was under way is
  /// uncertain; and the file of `--write` says the same.
  @Test(arguments: 0..<runs)
  func lossIsExact(run: Int) throws {
    // The small buffer may overflow before it is meant to when the machine is busy.
    for _ in 0..<3 {
      if try loseExactly(run: run) { return }
    }
    Issue.record("three times not even the first transaction was captured")
  }

  /// - Returns: whether the loss hit what it was meant to hit.
  private func loseExactly(run: Int) throws -> Bool {
    let scratch = try ScratchDirectory()
    let pair = try LivePair()
    let file = "\(scratch.path)/kept.pcapng"
    let program = try LiveProgram.souptap(
      "transactions -i s0 --format ndjson -B 256 -w \(file)", in: pair.server)
    let talk = Self.talk()
    let flood = 6_000 + 500 * run
    let sending = pair.client.run {
      let socket = try packetSocket(on: "c0")
      defer { close(socket) }
      func send(_ frame: [UInt8]) throws {
        let count = unsafe frame.withUnsafeBytes {
          unsafe Glibc.send(socket, $0.baseAddress, $0.count, 0)
        }
        guard count == frame.count else { throw LiveError("send: error \(errno)") }
      }
      for frame in talk.before { try send(frame) }
      usleep(100_000)
      program.signal(SIGSTOP)
      usleep(20_000)
      for _ in 0..<flood { try send(talk.filler) }
      usleep(50_000)
      program.signal(SIGCONT)
      usleep(100_000)
      for frame in talk.after { try send(frame) }
    }
    try sending.wait(seconds: 20)
    do {
      try program.waitForLines(2, containing: "\"record\":\"transaction\"", seconds: 10)
    } catch {
      _ = try program.interrupt(seconds: 10)
      return false
    }
    #expect(try program.interrupt(seconds: 10) == 0)

    let summary = try #require(program.records.last)
    let health = try #require(summary["health"] as? [String: Any])
    let captured = try #require(health.int("packets"))
    let dropped = try #require(health.int("dropped_kernel"))
    #expect(dropped > 0)
    #expect(captured + dropped == talk.before.count + flood + talk.after.count)
    let told = program.errorText
    #expect(told.contains("the kernel dropped"))
    // The first was over before, the second waited for its answer meanwhile.
    let transactions = program.records.filter { $0.string("record") == "transaction" }
    #expect(transactions.map { $0.int("uuid") } == [1, 2])
    #expect(transactions.first?.string("quality") == "exact")
    #expect(transactions.last?.string("quality") == "uncertain")
    #expect((transactions.last?["causes"] as? [String])?.contains("kernel-drop") == true)

    let read = try OracleProgram.souptap("transactions", "--format", "ndjson", file)
    #expect(read.status == 0)
    #expect(LiveAgreement.comparable(read.records) == LiveAgreement.comparable(program.records))
    let again = read.records.last?["health"] as? [String: Any]
    #expect(again?.int("dropped_kernel") == dropped)
    return true
  }

  /// The same on loopback and on `any`, where the kernel shows a frame twice.
  @Test(arguments: ["lo", "any"])
  func lossOfLoopbackIsCountedOnce(interface: String) throws {
    let namespace = try LiveNamespace()
    let program = try LiveProgram.souptap(
      "report -i \(interface) --format ndjson -B 256 --filter-exact -f udp", in: namespace)
    let sent = 4_000
    let sending = namespace.run {
      let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
      defer { close(socket) }
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = UInt16(9).bigEndian
      name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      // Somebody listens, or each would be answered with an ICMP message.
      let receiver = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
      defer { close(receiver) }
      let bytes = [UInt8](repeating: 1, count: 300)
      try unsafe withUnsafePointer(to: &name) {
        try unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          let length = socklen_t(MemoryLayout<sockaddr_in>.size)
          guard unsafe bind(receiver, address, length) == 0 else { throw LiveError("no socket") }
          program.signal(SIGSTOP)
          usleep(20_000)
          for _ in 0..<sent {
            let count = unsafe bytes.withUnsafeBytes {
              unsafe sendto(socket, $0.baseAddress, $0.count, 0, address, length)
            }
            guard count == 300 else { throw LiveError("send: error \(errno)") }
          }
          program.signal(SIGCONT)
        }
      }
    }
    try sending.wait(seconds: 20)
    usleep(300_000)
    #expect(try program.interrupt(seconds: 10) == 0)
    let health = try #require(program.records.last?["health"] as? [String: Any])
    #expect((health.int("dropped_kernel") ?? 0) > 0)
    #expect((health.int("packets") ?? 0) + (health.int("dropped_kernel") ?? 0) == sent)
  }

  /// Two requests of one connection: one answered before the loss, one behind it; and what fills the
  /// kernel's buffer between.
  private static func talk() -> (before: [[UInt8]], filler: [UInt8], after: [[UInt8]]) {
    let client = Endpoint.testClient
    let server = Endpoint.testServer
    func request(_ number: Int) -> [UInt8] { Array("Request stats.get\r\n\(number)\r\n\r\n".utf8) }
    func answer(_ number: Int) -> [UInt8] {
      Array("Response stats.get\r\n\(number) OK\r\n\r\n".utf8)
    }
    var sent: (client: UInt32, server: UInt32) = (1000, 5000)
    func frame(fromClient: Bool, _ flags: TCPFlags, _ payload: [UInt8] = []) -> [UInt8] {
      let builder = PacketBuilder(
        from: fromClient ? client : server, to: fromClient ? server : client,
        sequenceNumber: fromClient ? sent.client : sent.server,
        acknowledgmentNumber: flags == .syn ? 0 : fromClient ? sent.server : sent.client,
        flags: flags, payload: payload)
      let length = UInt32(payload.count) + (flags.contains(.syn) ? 1 : 0)
      if fromClient { sent.client &+= length } else { sent.server &+= length }
      return builder.frame()
    }
    let before = [
      frame(fromClient: true, .syn),
      frame(fromClient: false, [.syn, .acknowledgment]),
      frame(fromClient: true, .acknowledgment),
      frame(fromClient: true, .acknowledgment, request(1)),
      frame(fromClient: false, .acknowledgment, answer(1)),
      frame(fromClient: true, .acknowledgment, request(2)),
    ]
    let other = PacketBuilder(
      from: Endpoint(address: client.address, port: 50_001), to: server,
      payload: [UInt8](repeating: 0x20, count: 300))
    return (before, other.frame(), [frame(fromClient: false, .acknowledgment, answer(2))])
  }
}
