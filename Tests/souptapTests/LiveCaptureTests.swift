import Foundation
import Glibc
import TestSupport
import Testing

/// The program on the interfaces of network namespaces, between a client and a server that talk over
/// the kernel's TCP. Needs root; skipped without it, unless CI is set.
@Suite(.enabled(if: LiveNamespace.isPossible, "needs root and iproute2"), .serialized)
struct LiveCaptureTests {
  private let scratch = try! ScratchDirectory()

  /// Runs a talk while the program captures, and ends it with SIGINT; the records.
  private func capture(
    _ arguments: String, in namespace: LiveNamespace, _ talk: LiveTalk, client: LiveNamespace,
    server: LiveNamespace, count: Int? = nil
  ) throws -> (records: [[String: Any]], seen: [Int: LiveTalk.Seen], told: String) {
    let program = try LiveProgram.souptap(
      "transactions --format ndjson \(arguments)", in: namespace)
    let seen = try talk.run(client: client, server: server)
    try program.waitForLines(
      count ?? seen.count, containing: "\"record\":\"transaction\"", seconds: 20)
    #expect(try program.interrupt(seconds: 20) == 0, "\(arguments)")
    return (program.records, seen, program.errorText)
  }

  /// 10,000 messages a second, of which the file of `--write` says the same, and tshark finds as many
  /// packets in it.
  @Test func tenThousandMessagesASecond() throws {
    let pair = try LivePair()
    let file = "\(scratch.path)/kept.pcapng"
    let talk = LiveTalk(
      bursts: 1000, perBurst: 5, pauseMicroseconds: 1000, address: "192.0.2.2")
    let (records, seen, told) = try capture(
      "-i s0 --no-detect -w \(file)", in: pair.server, talk, client: pair.client,
      server: pair.server)
    try LiveAgreement.check(records, seen, "fast")
    #expect(seen.count == 5000)
    let times = seen.values.flatMap { [$0.sent, $0.answered ?? $0.sent] as [Int64] }
    let span = Double((times.max() ?? 0) - (times.min() ?? 0)) / 1e9
    #expect(10_000 / span > 5_000, "the machine was too slow for this test: \(span) s")
    #expect(told.contains("secrets are not hidden"))
    let health = try #require(records.last?["health"] as? [String: Any])
    #expect(health.int("dropped_kernel") == 0)
    let meta = try #require(records.first)
    #expect(meta.string("mode") == "live")
    #expect(meta.string("capture_filter")?.contains("tcp port 4080") == true)
    #expect(meta.string("capture_filter")?.contains("vlan") == true)

    let read = try OracleProgram.souptap("transactions", "--format", "ndjson", file)
    #expect(read.status == 0)
    #expect(LiveAgreement.comparable(records) == LiveAgreement.comparable(read.records))
    let shark = try OracleProgram.run(["tshark", "-r", file, "-T", "fields", "-e", "frame.number"])
    #expect(shark.output.split(separator: "\n").count == health.int("packets"))
  }

  /// Frames that are lost and come late: every request is told once, and the trouble is seen.
  @Test func aLossyLink() throws {
    let client = try LiveNamespace()
    let server = try LiveNamespace()
    let bridge = try LiveNamespace()
    for (namespace, device, far, host) in [(client, "c0", "b0", 1), (server, "s0", "b1", 2)] {
      try bridge.ip("link add \(far) type veth peer name \(device) netns \(namespace.name)")
      try bridge.ip("link set \(far) up")
      try namespace.ip("link set \(device) up")
      try namespace.ip("address add 192.0.2.\(host)/24 dev \(device)")
      try namespace.run { try turnOffloadsOff(device: device) }.wait(seconds: 5)
    }
    let carrying = bridge.run {
      let rules = BridgeRules(
        try TrafficScenario("set delay=2 jitter=1 lose-percent=4 lose=c5,s9 seed=7\n"))
      var bridge = try Bridge(rules: rules, devices: ("b0", "b1"))
      bridge.run(seconds: 6)
    }
    usleep(300_000)
    let talk = LiveTalk(bursts: 150, perBurst: 1, pauseMicroseconds: 8_000, address: "192.0.2.2")
    let (records, seen, _) = try capture(
      "-i c0", in: client, talk, client: client, server: server)
    try LiveAgreement.check(records, seen, "lossy")
    let qualities = Set(
      records.filter { $0.string("record") == "transaction" }.compactMap { $0.string("quality") })
    #expect(qualities.contains("degraded"))
    let health = try #require(records.last?["health"] as? [String: Any])
    #expect(health.int("missing_bytes") == 0)
    try carrying.wait(seconds: 10)
  }

  /// An interface that goes down is waited for; one that is gone ends the run with what was seen.
  @Test func theInterfaceGoesDownComesBackAndIsTakenAway() throws {
    let pair = try LivePair()
    let program = try LiveProgram.souptap(
      "transactions -i s0 --format ndjson", in: pair.server)
    var talk = LiveTalk(bursts: 5, address: "192.0.2.2")
    var seen = try talk.run(client: pair.client, server: pair.server)
    try pair.server.ip("link set s0 down")
    try program.waitUntilTold("s0 is down", seconds: 5)
    try pair.server.ip("link set s0 up")
    try program.waitUntilTold("s0 is up again", seconds: 5)
    talk.firstNumber = 100
    seen.merge(try talk.run(client: pair.client, server: pair.server)) { first, _ in first }
    try program.waitForLines(10, containing: "\"record\":\"transaction\"", seconds: 10)
    try pair.server.ip("link delete s0")
    #expect(try program.end(seconds: 10) == 2)
    #expect(program.errorText.contains("s0: the interface is gone"))
    try LiveAgreement.check(program.records, seen, "down and up")
    #expect(program.records.last?.string("ended") == "error")
  }

  /// A full disk ends the file of packets with its last whole packet, is told, and the rest goes on.
  @Test func theDiskIsFull() throws {
    let namespace = try LiveNamespace()
    let disk = "\(scratch.path)/disk"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let mounting = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", disk]
    #expect(try OracleProgram.run(mounting).status == 0)
    defer { _ = try? OracleProgram.run(["umount", disk]) }
    for name in ["full.pcapng", "full.pcap"] {
      let program = try LiveProgram.souptap(
        "transactions -i lo --format ndjson -w \(disk)/\(name)", in: namespace)
      let seen = try LiveTalk(bursts: 300, perBurst: 2, pauseMicroseconds: 500)
        .run(client: namespace, server: namespace)
      try program.waitUntilTold("the disk is full", seconds: 10)
      #expect(try program.interrupt(seconds: 10) == 2)
      try LiveAgreement.check(program.records, seen, name)
      // What is there is whole.
      let read = try OracleProgram.souptap(
        "transactions", "--format", "ndjson", "\(disk)/\(name)")
      #expect(read.status == 0)
      #expect(read.records.count > 20)
      try FileManager.default.removeItem(atPath: "\(disk)/\(name)")
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalEndsACaptureInOrder(number: Int32) throws {
    let namespace = try LiveNamespace()
    let program = try LiveProgram.souptap("transactions -i lo --format ndjson", in: namespace)
    let seen = try LiveTalk(bursts: 3).run(client: namespace, server: namespace)
    // Nothing is waited for: what the kernel has must be told all the same.
    program.signal(number)
    #expect(try program.end(seconds: 10) == 0)
    try LiveAgreement.check(program.records, seen, "signal \(number)")
    #expect(program.records.last?.string("ended") == "interrupted")
  }

  /// While nobody reads the output, the first SIGINT waits for that, and the second does not. What
  /// comes out when it is read is whole.
  @Test func aSlowReaderLosesNothingAndASecondInterruptEndsAtOnce() throws {
    let namespace = try LiveNamespace()
    let slow = try LiveProgram.souptap(
      "messages -i lo --format ndjson", in: namespace, isHeld: true)
    let stuck = try LiveProgram.souptap(
      "messages -i lo --format ndjson", in: namespace, isHeld: true)
    // Far more than a pipe holds.
    let seen = try LiveTalk(bursts: 100, perBurst: 10, pauseMicroseconds: 2_000)
      .run(client: namespace, server: namespace)
    usleep(200_000)
    stuck.signal(SIGINT)
    usleep(200_000)
    #expect(stuck.isRunning)
    stuck.signal(SIGINT)
    for _ in 0..<100 where stuck.isRunning { usleep(20_000) }
    #expect(!stuck.isRunning)
    #expect(try stuck.end(seconds: 5) == SIGINT + 128)

    slow.readOutput()
    try slow.waitForLines(2 * seen.count, containing: "\"record\":\"message\"", seconds: 20)
    #expect(try slow.interrupt(seconds: 10) == 0)
    let health = try #require(slow.records.last?["health"] as? [String: Any])
    #expect(health.int("dropped_kernel") == 0)
    #expect(health.int("missing_bytes") == 0)
  }

  /// SIGUSR1 prints a report so far, SIGUSR2 opens moved files anew, also in a directory that the
  /// user under whom the capture runs cannot enter.
  @Test func signalsAskForAReportAndForNewFiles() throws {
    let namespace = try LiveNamespace()
    let place = "\(scratch.path)/closed"
    try FileManager.default.createDirectory(
      atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let program = try LiveProgram.souptap(
      "transactions -i lo --format ndjson -o \(place)/out -w \(place)/kept.pcapng",
      in: namespace)
    let first = try LiveTalk(bursts: 4).run(client: namespace, server: namespace)
    usleep(200_000)
    program.signal(SIGUSR1)
    try program.waitUntilTold("Requests by type", seconds: 5)
    #expect(program.errorText.contains("no failure in 4 requests"))
    for name in ["out", "kept.pcapng"] {
      try FileManager.default.moveItem(atPath: "\(place)/\(name)", toPath: "\(place)/old-\(name)")
    }
    program.signal(SIGUSR2)
    for _ in 0..<200 where !FileManager.default.fileExists(atPath: "\(place)/kept.pcapng") {
      usleep(10_000)
    }
    // Where nothing was moved nothing happens.
    program.signal(SIGUSR2)
    let second = try LiveTalk(bursts: 3, firstNumber: 50).run(
      client: namespace, server: namespace)
    usleep(200_000)
    #expect(try program.interrupt(seconds: 10) == 0)

    func records(_ name: String) throws -> [[String: Any]] {
      OracleProgram.records(try String(contentsOfFile: "\(place)/\(name)", encoding: .utf8))
    }
    let old = try records("old-out")
    let new = try records("out")
    #expect(old.first?.string("record") == "meta")
    #expect(new.first?.string("record") == "meta")
    #expect(old.count(where: { $0.string("record") == "transaction" }) == first.count)
    try LiveAgreement.check(new, second, "behind SIGUSR2")
    for (name, seen) in [("old-kept.pcapng", first), ("kept.pcapng", second)] {
      let read = try OracleProgram.souptap(
        "transactions", "--format", "ndjson", "\(place)/\(name)")
      #expect(read.status == 0)
      try LiveAgreement.check(read.records, seen, name)
    }
  }

  /// Rings of both kinds in a directory that is closed to the user under whom the capture runs.
  @Test func ringsTurnAfterRightsWereDropped() throws {
    let namespace = try LiveNamespace()
    let place = "\(scratch.path)/ring"
    try FileManager.default.createDirectory(
      atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let programs = try [
      "-w \(place)/all.pcapng", "-w \(place)/size.pcap -C 4kB",
      "-w \(place)/few.pcapng -C 4kB -W 3", "-w \(place)/time-%s.pcapng -G 1",
    ].map { try LiveProgram.souptap("transactions -i lo --format ndjson \($0)", in: namespace) }
    // This one ends by itself, when two files are full.
    let limited = try LiveProgram.souptap(
      "transactions -i lo --format ndjson -w \(place)/two-%s.pcapng -G 1 -W 2", in: namespace)
    let seen = try LiveTalk(bursts: 130, pauseMicroseconds: 20_000)
      .run(client: namespace, server: namespace)
    #expect(try limited.end(seconds: 10) == 0)
    #expect(limited.records.last?.string("ended") == "count")
    usleep(100_000)
    for program in programs {
      #expect(try program.interrupt(seconds: 10) == 0)
      try LiveAgreement.check(program.records, seen, "ring")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: place).sorted()
    #expect(names.filter { $0.hasPrefix("few") } == ["few.pcapng0", "few.pcapng1", "few.pcapng2"])
    let sized = names.filter { $0.hasPrefix("size") }
    #expect(sized.count > 5 && sized.contains("size.pcap") && sized.contains("size.pcap4"))
    // How long the talk takes is the machine's affair.
    let times = seen.values.flatMap { [$0.sent, $0.answered ?? $0.sent] as [Int64] }
    let seconds = Int(((times.max() ?? 0) - (times.min() ?? 0)) / 1_000_000_000)
    #expect((3...max(3, seconds + 2)).contains(names.count(where: { $0.hasPrefix("time-") })))
    #expect(names.count(where: { $0.hasPrefix("two-") }) == 2)
    for name in sized.dropLast() {
      let size = try FileManager.default.attributesOfItem(atPath: "\(place)/\(name)")[.size]
      // As tcpdump: not before the file is larger, and then at once.
      #expect((4001...4300).contains((size as? Int) ?? 0), "\(name)")
    }
    for prefix in ["all", "size", "time-"] {
      let files = names.filter { $0.hasPrefix(prefix) }.map { "\(place)/\($0)" }
      let read = try OracleProgram.run(
        [OracleProgram.souptapPath, "transactions", "--format", "ndjson"] + files)
      #expect(read.status == 0, "\(prefix)")
      try LiveAgreement.check(read.records, seen, prefix)
    }
  }

  /// `any`, several interfaces, and the namespace of another process, by name and by process.
  @Test func everyKindOfInterface() throws {
    let pair = try LivePair()
    let talk = LiveTalk(bursts: 10, address: "192.0.2.2")
    let home = try LiveNamespace()
    let inside = try LiveProgram(["sleep", "60"], in: pair.server)
    defer { inside.signal(SIGTERM) }
    let listed = try OracleProgram.run(
      [OracleProgram.souptapPath, "report", "--netns", pair.server.name, "-D"])
    #expect(listed.output.contains("s0 [") && listed.status == 0)
    let cases = [
      (pair.server, "-i any"), (pair.server, "-i s0"), (pair.server, "-i lo -i s0"),
      (home, "-i s0 --netns \(pair.server.name)"),
      (home, "-i any --netns \(inside.processIdentifier)"),
    ]
    let programs = try cases.map {
      try LiveProgram.souptap("transactions --format ndjson \($0.1)", in: $0.0)
    }
    let seen = try talk.run(client: pair.client, server: pair.server)
    for (program, arguments) in zip(programs, cases.map(\.1)) {
      try program.waitForLines(10, containing: "\"record\":\"transaction\"", seconds: 10)
      #expect(try program.interrupt(seconds: 10) == 0)
      try LiveAgreement.check(program.records, seen, arguments)
      let isCooked = arguments.contains("any")
      #expect(program.errorText.contains("libpcap looks behind no VLAN tag") == isCooked)
      let filter = program.records.first?.string("capture_filter")
      #expect(filter?.contains("vlan") == !isCooked)
    }
  }

  /// Packets of two interfaces are one capture, in the order of their times, and so is their file.
  @Test func severalInterfacesAreOneCapture() throws {
    let pair = try LivePair()
    let file = "\(scratch.path)/both.pcapng"
    let program = try LiveProgram.souptap(
      "transactions -i c0 -i lo --format ndjson -w \(file)", in: pair.client)
    let (client, server) = (pair.client, pair.server)
    let outside = LiveLog<[Int: LiveTalk.Seen]>()
    let far = LiveThread {
      outside.append(
        try LiveTalk(bursts: 40, address: "192.0.2.2").run(client: client, server: server))
    }
    var seen = try LiveTalk(bursts: 40, firstNumber: 1000).run(client: client, server: client)
    try far.wait(seconds: 30)
    seen.merge(outside.all[0].element) { first, _ in first }
    try program.waitForLines(80, containing: "\"record\":\"transaction\"", seconds: 10)
    #expect(try program.interrupt(seconds: 10) == 0)
    try LiveAgreement.check(program.records, seen, "two interfaces")
    let shark = try OracleProgram.run(
      [
        "tshark", "-r", file, "-T", "fields", "-e", "frame.time_epoch", "-e",
        "frame.interface_name",
      ])
    let rows = shark.output.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(Set(rows.compactMap(\.last)) == ["c0", "lo"])
    let times = rows.compactMap { $0.first.map(String.init) }
    #expect(times == times.sorted())
    let read = try OracleProgram.souptap("transactions", "--format", "ndjson", file)
    #expect(LiveAgreement.comparable(read.records) == LiveAgreement.comparable(program.records))
  }

  /// Inside a VLAN, where the frame has the tag and where the kernel has taken it off.
  @Test func insideAVLAN() throws {
    let client = try LiveNamespace()
    let server = try LiveNamespace()
    let middle = try LiveNamespace()
    try middle.ip("link add x0 type veth peer name x1")
    for device in ["x0", "x1"] { try middle.ip("link set \(device) up") }
    for (namespace, device, far, host) in [(client, "c0", "b0", 1), (server, "s0", "b1", 2)] {
      try middle.ip("link add \(far) type veth peer name \(device) netns \(namespace.name)")
      try middle.ip("link set \(far) up")
      try namespace.ip("link set \(device) up")
      try namespace.ip("address add 192.0.2.\(host)/24 dev \(device)")
      try namespace.run { try turnOffloadsOff(device: device) }.wait(seconds: 5)
    }
    let carrying = [("b0", "x0", TrafficScenario.Side.server), ("x1", "b1", .client)].map { ends in
      middle.run {
        var bridge = try Bridge(
          rules: BridgeRules(try TrafficScenario("")), devices: (ends.0, ends.1))
        bridge.vlan = (ends.2, 7)
        bridge.run(seconds: 5)
      }
    }
    usleep(200_000)
    let cases = ["-i x0 --no-detect", "-i x1", "-i x1 -f host\u{a0}192.0.2.1"]
    let programs = try cases.map { arguments in
      let words = arguments.split(separator: " ").map {
        $0.split(separator: "\u{a0}").joined(separator: " ")
      }
      let program = try LiveProgram(
        [OracleProgram.souptapPath, "transactions", "--format", "ndjson"] + words, in: middle)
      try program.waitUntilTold("capturing on", seconds: 20)
      return program
    }
    let seen = try LiveTalk(bursts: 10, address: "192.0.2.2").run(client: client, server: server)
    for (program, arguments) in zip(programs, cases) {
      try program.waitForLines(10, containing: "\"record\":\"transaction\"", seconds: 10)
      #expect(try program.interrupt(seconds: 10) == 0)
      try LiveAgreement.check(program.records, seen, arguments)
      #expect(program.records.dropFirst().first?["vlan"] as? [Int] == [7], "\(arguments)")
    }
    for thread in carrying { try thread.wait(seconds: 10) }
  }

  /// Rights are gone while the program runs, whoever started it, and it works with cap_net_raw alone.
  @Test func rightsAreGone() throws {
    let namespace = try LiveNamespace()
    func status(_ program: LiveProgram) throws -> [String: String] {
      let text = try String(
        contentsOfFile: "/proc/\(program.processIdentifier)/status", encoding: .utf8)
      var fields: [String: String] = [:]
      for line in text.split(separator: "\n") {
        let halves = line.split(separator: ":", maxSplits: 1)
        fields[String(halves[0])] = halves.last.map {
          $0.split(separator: "\t").joined(separator: " ").trimmingCharacters(in: .whitespaces)
        }
      }
      return fields
    }
    func expectNoRights(_ fields: [String: String], user: uid_t, what: String) {
      #expect(fields["Uid"] == "\(user) \(user) \(user) \(user)", "\(what)")
      for name in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        #expect(fields[name]?.allSatisfy { $0 == "0" } == true, "\(what): \(name)")
      }
      #expect(fields["NoNewPrivs"] == "1", "\(what)")
      #expect(fields["Threads"] == "1", "\(what)")
    }
    let nobody: uid_t = 65_534
    let daemon: uid_t = 1
    for (arguments, user) in [
      ("-w \(scratch.path)/x.pcapng", nobody), ("-Z daemon", daemon), ("-Z root", 0),
    ] {
      let program = try LiveProgram.souptap("report -i lo \(arguments)", in: namespace)
      let fields = try status(program)
      expectNoRights(fields, user: user, what: arguments)
      if user != 0 { #expect(fields["Groups"]?.contains(" 0 ") == false) }
      #expect(fields["CapBnd"]?.allSatisfy { $0 == "0" } == true)
      #expect(try program.interrupt(seconds: 10) == 0)
    }

    let path = "/var/tmp/souptap-\(UUID().uuidString)"
    try FileManager.default.copyItem(atPath: OracleProgram.souptapPath, toPath: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    #expect(try OracleProgram.run(["setcap", "cap_net_raw+ep", path]).status == 0)
    let ordinary = [
      "setpriv", "--reuid=\(nobody)", "--regid=\(nobody)", "--clear-groups", path, "report", "-i",
      "lo",
    ]
    let program = try LiveProgram(ordinary, in: namespace)
    try program.waitUntilTold("capturing on lo", seconds: 10)
    expectNoRights(try status(program), user: nobody, what: "cap_net_raw")
    #expect(try program.interrupt(seconds: 10) == 0)
    // Without the capability: what is missing, and the cure.
    #expect(try OracleProgram.run(["setcap", "-r", path]).status == 0)
    let refused = try OracleProgram.run(ordinary)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("cap_net_raw"))
  }

  /// Streams are written into a directory that the user under whom the capture runs cannot enter.
  @Test func streamsAreWrittenAfterRightsWereDropped() throws {
    let namespace = try LiveNamespace()
    let place = "\(scratch.path)/streams"
    let program = try LiveProgram.souptap(
      "streams -i lo --format ndjson --directory \(place)", in: namespace)
    let seen = try LiveTalk(bursts: 10).run(client: namespace, server: namespace)
    try program.waitForLines(2, containing: "\"record\":\"stream\"", seconds: 20)
    #expect(try program.interrupt(seconds: 10) == 0)
    for stream in program.records where stream.string("record") == "stream" {
      let text = try String(
        contentsOfFile: "\(place)/\(try #require(stream.string("file")))", encoding: .utf8)
      let word = stream.string("direction") == "client-to-server" ? "Request" : "Response"
      #expect(text.components(separatedBy: "\(word) stats.get\r\n").count == seen.count + 1)
    }
  }

  @Test func aCaptureEndsAfterItsTimeAndItsCount() throws {
    let namespace = try LiveNamespace()
    let timed = try LiveProgram.souptap(
      "report -i lo --format ndjson --duration 700ms", in: namespace)
    let counted = try LiveProgram.souptap("report -i lo --format ndjson -c 7", in: namespace)
    _ = try LiveTalk(bursts: 5).run(client: namespace, server: namespace)
    #expect(try timed.end(seconds: 10) == 0)
    #expect(timed.records.last?.string("ended") == "duration")
    #expect(try counted.end(seconds: 10) == 0)
    #expect(counted.records.last?.string("ended") == "count")
    let health = counted.records.last?["health"] as? [String: Any]
    #expect(health?.int("packets") == 7)
  }
}
