/// Traffic of one shape and of any length, to measure with: what it holds follows from its seed.
public struct Workload: Sendable, CustomStringConvertible {
  public let name: String
  /// What is particular about it, in a few words.
  public let behaviour: String
  /// Makes the talks of a capture of about so many packets.
  let talks: @Sendable (_ packets: Int, _ random: inout SeededRandom) -> [WorkloadTalk]

  public var description: String { name }

  /// Makes the capture.
  ///
  /// - Parameter packets: about how many; some shapes give fewer, because their packets are large.
  public func capture(packets: Int, seed: UInt64 = 1) -> WorkloadCapture {
    var random = SeededRandom(seed: seed)
    return WorkloadCapture(talks(packets, &random))
  }

  /// One of each shape.
  public static let all = [plain, deep, many, churn, lossy, large]

  /// The shape of that name; nil when there is none.
  public static func named(_ name: String) -> Workload? {
    all.first { $0.name == name }
  }

  static let plain = Workload(
    name: "plain", behaviour: "connections that ask and are answered, one request at a time"
  ) { packets, random in
    talks(count: 200, each: packets / 200, &random) { talk, packets in
      talk.conversation.open()
      while talk.packets < packets {
        talk.pause(milliseconds: 1...20)
        talk.transact()
      }
    }
  }

  static let deep = Workload(
    name: "deep", behaviour: "few connections with hundreds of requests under way, answered anyhow"
  ) { packets, random in
    talks(count: 4, each: packets / 4, &random) { talk, packets in
      talk.conversation.open()
      while talk.packets < packets { talk.pipeline(depth: 400, perSegment: 4) }
    }
  }

  static let many = Workload(
    name: "many", behaviour: "very many connections at once, each with little to say"
  ) { packets, random in
    talks(count: packets / 19, each: 19, &random) { talk, _ in
      talk.pause(milliseconds: 0...1_000)
      talk.conversation.open()
      for _ in 0..<4 {
        talk.pause(milliseconds: 1...2_000)
        talk.transact()
      }
    }
  }

  static let churn = Workload(
    name: "churn", behaviour: "connections that come, ask once and go"
  ) { packets, random in
    let count = packets / 11
    return talks(count: count, each: 11, &random) { talk, _ in
      // A thousand a second.
      talk.pause(milliseconds: 0...Int64(max(1, count)))
      talk.conversation.open()
      talk.pause(milliseconds: 0...2)
      talk.transact()
      talk.pause(milliseconds: 1...2)
      talk.conversation.close()
    }
  }

  static let lossy = Workload(
    name: "lossy",
    behaviour: "a tenth out of order, a tenth sent twice, some lost before the capture"
  ) { packets, random in
    talks(count: 100, each: packets / 100, &random) { talk, packets in
      talk.conversation.open()
      talk.isDisturbed = true
      while talk.packets < packets {
        talk.pause(milliseconds: 1...20)
        talk.transact()
      }
    }
  }

  static let large = Workload(
    name: "large", behaviour: "answers of 4 to 64 KB in full segments"
  ) { packets, random in
    talks(count: 16, each: packets / 64, &random) { talk, packets in
      talk.conversation.open()
      while talk.packets < packets {
        talk.pause(milliseconds: 1...20)
        talk.transact(parameters: 20, answers: Int.random(in: 80...1_300, using: &talk.random))
      }
    }
  }

  /// Talks of so many connections, each with a source of chance of its own.
  private static func talks(
    count: Int, each packets: Int, _ random: inout SeededRandom,
    _ body: (_ talk: inout WorkloadTalk, _ packets: Int) -> Void
  ) -> [WorkloadTalk] {
    (0..<max(1, count)).map { index in
      var talk = WorkloadTalk(number: index, random: SeededRandom(seed: random.next()))
      body(&talk, packets)
      return talk
    }
  }
}
