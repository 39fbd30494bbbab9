import TestSupport

/// How what a souptap binary costs grows with its input.
struct Scaling {
  private let binary: String
  private let options: Options

  init(_ binary: String, _ options: Options) {
    self.binary = binary
    self.options = options
  }

  /// What one capture costs.
  private struct Cost {
    var seconds: Double
    var packets: Int
    var peakBytes: Int

    var perPacket: Double { seconds / Double(packets) }
  }

  /// Prints a row for each way to grow.
  func run() throws(BenchmarkError) {
    let table = Table([("growth", 58), ("is", 8), ("at most", 8)], texts: 1)
    func row(_ growth: String, _ value: Double, _ bound: Double) {
      table.row([growth, Table.number(value, digits: 2), Table.number(bound, digits: 2)])
    }
    let once = try cost("plain", packets: options.packets / 4)
    let often = try cost("plain", packets: options.packets * 8)
    // Not exactly so many: talks end with a whole transaction.
    let length = Double(often.packets) / Double(once.packets)
    row(
      "time of 32 times the packets, for each as before", often.seconds / once.seconds / length,
      1.05)
    // Each connection of this shape has 19 packets.
    let connections = 50_000
    let many = try cost("many", packets: connections * 19)
    row("time of a packet, 50,000 connections to 200", many.perPacket / often.perPacket, 1.8)
    let open = Double(many.peakBytes - 24 << 20) / Double(connections)
    row("bytes of memory beyond 24 MiB, for each of them", max(0, open), 600)
    let lossy = try cost("lossy", packets: options.packets * 8)
    row("time of a packet, lossy to plain", lossy.perPacket / often.perPacket, 1.25)
  }

  /// The least that the report of a capture took in all runs.
  private func cost(_ name: String, packets: Int) throws(BenchmarkError) -> Cost {
    guard let workload = Workload.named(name) else {
      throw BenchmarkError("there is no workload \(name)")
    }
    var chosen = options
    chosen.workloads = [workload]
    chosen.packets = packets
    let files = try CaptureFiles(chosen)
    defer { files.remove() }
    let line = [binary, "report", "--quiet", files.files[0].path]
    let peak = try ChildProcess(line, output: files.output, watchesMemory: true).peakBytes
    var seconds = Double.infinity
    for _ in 0..<options.runs {
      seconds = min(seconds, try ChildProcess(line, output: files.output).seconds)
    }
    return Cost(seconds: seconds, packets: files.files[0].packets, peakBytes: peak)
  }
}
