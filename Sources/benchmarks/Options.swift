import TestSupport

/// What the command line asks for.
struct Options {
  static let usage = """
    usage: benchmarks --binary PATH [--instructions] [--stages] [OPTION ...]
           benchmarks --binary PATH --scaling [OPTION ...]
           benchmarks --stages [OPTION ...]
           benchmarks --write DIRECTORY [OPTION ...]

    What souptap costs over captures made for it:
      --binary PATH     a souptap binary, end to end: processor time (user and system), peak memory
      --instructions    with it: instructions too, starting included; needs valgrind and minutes
      --scaling         with it: how time and memory grow with the capture, and nothing else
      --stages          in this process, stage by stage; build with -c release
      --write DIRECTORY writes the captures instead, NAME.pcap each

    Options:
      --workload NAME   only this one; may be repeated. There are:
    \(workloadLines)
      --packets N       of a capture, about (default 200000); a quarter of it for large
      --runs N          of which the median counts (default 5)
      --seed N          makes other captures of the same shapes (default 1)

    Exit status: 0 fine, 1 a run failed or counted something else than there is, 2 wrong usage.

    """

  var binary: String?
  var directory: String?
  var countsInstructions = false
  var showsStages = false
  var showsScaling = false
  var showsHelp = false
  var workloads: [Workload] = []
  var packets = 200_000
  var runs = 5
  var seed: UInt64 = 1

  init(_ arguments: [String]) throws(BenchmarkError) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      switch option {
      case "--binary": binary = try Self.value(of: option, &rest)
      case "--write": directory = try Self.value(of: option, &rest)
      case "--instructions": countsInstructions = true
      case "--stages": showsStages = true
      case "--scaling": showsScaling = true
      case "--help", "-h": showsHelp = true
      case "--workload":
        let name = try Self.value(of: option, &rest)
        guard let workload = Workload.named(name) else {
          throw BenchmarkError(usage: "--workload \(name): there is none of that name")
        }
        workloads.append(workload)
      case "--packets": packets = try Self.number(of: option, 1...20_000_000, &rest)
      case "--runs": runs = try Self.number(of: option, 1...1_000, &rest)
      case "--seed": seed = UInt64(try Self.number(of: option, 0...Int.max, &rest))
      default: throw BenchmarkError(usage: "\(option): unknown")
      }
    }
    if workloads.isEmpty { workloads = Workload.all }
    guard !showsHelp else { return }
    guard binary != nil || showsStages || directory != nil else {
      throw BenchmarkError(usage: "nothing to do: name a --binary, or ask for --stages")
    }
    if directory != nil, binary != nil || showsStages {
      throw BenchmarkError(usage: "--write measures nothing: leave --binary and --stages out")
    }
    if showsScaling, binary == nil {
      throw BenchmarkError(usage: "--scaling is that of a --binary: name it")
    }
    if countsInstructions, binary == nil {
      throw BenchmarkError(usage: "--instructions are those of a --binary: name it")
    }
  }

  private static var workloadLines: String {
    Workload.all.map { "                          \(Table.padded($0.name, 7)) \($0.behaviour)" }
      .joined(separator: "\n")
  }

  private static func value(
    of option: String, _ rest: inout ArraySlice<String>
  ) throws(BenchmarkError) -> String {
    guard let value = rest.popFirst() else {
      throw BenchmarkError(usage: "\(option): lacks a value")
    }
    return value
  }

  private static func number(
    of option: String, _ range: ClosedRange<Int>, _ rest: inout ArraySlice<String>
  ) throws(BenchmarkError) -> Int {
    let text = try value(of: option, &rest)
    guard let number = Int(text), range.contains(number) else {
      throw BenchmarkError(
        usage: "\(option) \(text): a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
