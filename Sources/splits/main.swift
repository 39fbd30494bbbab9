import Glibc
import Synchronization
import TestSupport

// splits [CASES [SEED]]: generated and mutated streams, each cut at random (every eighth byte by byte,
// too), must tell the same messages, offsets and diagnostics as the whole. Prints the seed; a case's own
// seed is the first one plus its number. Status 1 when one does not.

let arguments = CommandLine.arguments.dropFirst().map { UInt64($0) }
let cases = arguments.first.flatMap { $0 } ?? 1_000_000
let seed = arguments.dropFirst().first.flatMap { $0 } ?? UInt64.random(in: .min ... .max)
print("splits: \(cases) streams, seed \(seed)")

let next = Atomic<UInt64>(0)
let failed = Atomic<UInt64>(0)
let events = Atomic<UInt64>(0)

func check(_ seed: UInt64) {
  var generator = StreamGenerator(seed: seed)
  let (whole, faults) = SplitCheck.run(generator.script(), cuts: .few, seed: seed)
  events.add(UInt64(whole.told.count), ordering: .relaxed)
  guard !faults.isEmpty else { return }
  failed.add(1, ordering: .relaxed)
  print("seed \(seed): \(faults.joined(separator: "\n"))")
}

await withTaskGroup { group in
  for _ in 0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
    group.addTask {
      while true {
        let start = next.add(1_000, ordering: .relaxed).oldValue
        guard start < cases else { return }
        for number in start..<min(cases, start + 1_000) { check(seed &+ number) }
      }
    }
  }
}

let told = events.load(ordering: .relaxed)
let wrong = failed.load(ordering: .relaxed)
print("splits: \(told) messages and diagnostics, \(wrong) streams read differently when cut")
exit(wrong > 0 || told < cases ? 1 : 0)
