import Capture
import Inspection
import Records
import Rendering
import Wire

/// What each stage costs by itself, in this process.
enum Stages {
  /// Prints a row for each capture: nanoseconds of processor time, the median of the runs.
  static func run(_ options: Options, _ files: CaptureFiles) throws(BenchmarkError) {
    #if DEBUG
      Console.put("benchmarks: a debug build: these are not souptap's times\n", to: 2)
    #endif
    Console.put(
      "ns per packet: reading records, decoding frames, reassembling, parsing; all of it with pairing"
        + " and no\noutput (inspect). ns per message: writing messages as NDJSON (render)\n", to: 1)
    let table = Table(
      [
        ("workload", 8), ("packets", 8), ("messages", 8), ("read", 7), ("decode", 7),
        ("reassemble", 10), ("parse", 7), ("inspect", 7), ("render", 7),
      ], texts: 1)
    for file in files.files {
      let packets = try LoadedPackets(path: file.path)
      let frames = FrameStage(packets)
      let streams = StreamStage(packets, frames.frames)
      let messages = 2 * file.requests + file.notifications
      let written = inspectAndRender(packets)
      var times: [[Double]] = []
      for _ in 0..<options.runs {
        times.append([
          try seconds("read", file.packets) { () throws(BenchmarkError) in
            try LoadedPackets.read(file.path)
          },
          try seconds("decode", file.packets) { frames.decodeAgain(packets) },
          try seconds("reassemble", streams.length) {
            streams.reassembleAgain(packets, frames.frames)
          },
          try seconds("parse", messages) { streams.parse() },
          try seconds("inspect", messages) { inspect(packets, keepsParameters: false) },
          try seconds("inspect", messages) { inspect(packets, keepsParameters: true) },
          try seconds("render", written) { inspectAndRender(packets) },
        ])
      }
      let medians = (0..<7).map { stage in Table.median(times.map { $0[stage] }) * 1e9 }
      table.row(
        [file.name, String(file.packets), String(messages)]
          + medians.prefix(5).map { Table.number($0 / Double(file.packets), digits: 0) }
          + [Table.number((medians[6] - medians[5]) / Double(messages), digits: 0)])
    }
  }

  /// How long work takes that must come to a known number.
  private static func seconds(
    _ stage: String, _ expected: Int, _ body: () throws(BenchmarkError) -> Int
  ) throws(BenchmarkError) -> Double {
    let start = CPUClock.now()
    let number = try body()
    let seconds = CPUClock.now() - start
    guard number == expected else {
      throw BenchmarkError("\(stage): came to \(number), not to \(expected)")
    }
    return seconds
  }

  /// - Returns: how many messages there are.
  private static func inspect(_ packets: LoadedPackets, keepsParameters: Bool) -> Int {
    let sink = CountingSink()
    inspect(packets, keepsParameters: keepsParameters, sink)
    return sink.messages
  }

  /// - Returns: how many bytes were written.
  private static func inspectAndRender(_ packets: LoadedPackets) -> Int {
    let output = CountingOutput()
    let renderer = NDJSONRenderer(
      kinds: [.messages, .diagnostics], secrets: Secrets(tokenKey: TokenKey(low: 1, high: 2)),
      output: output)
    inspect(packets, keepsParameters: true, renderer)
    renderer.flush()
    return output.bytes
  }

  private static func inspect(
    _ packets: LoadedPackets, keepsParameters: Bool, _ sink: any RecordSink
  ) {
    var configuration = InspectionConfiguration()
    configuration.seed = 1
    configuration.keepsParameters = keepsParameters
    let inspector = Inspector(configuration: configuration, sink: sink)
    packets.visit { packet, bytes in inspector.inspect(packet, bytes: bytes) }
    inspector.finish()
  }
}
