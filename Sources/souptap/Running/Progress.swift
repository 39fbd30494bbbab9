import Rendering

/// How far reading is, on one line of a terminal that is rewritten and cleared at the end.
struct Progress {
  /// Nothing is shown before this, or short runs would flicker.
  private static let patienceNanoseconds: Int64 = 500_000_000
  private static let intervalNanoseconds: Int64 = 200_000_000

  private let isWanted: Bool
  private let start = Clock.monotonic()
  private var next: Int64
  private var isShown = false

  /// Progress that is shown only when it is wanted and standard error is a terminal.
  init(isWanted: Bool) {
    self.isWanted = isWanted && Terminal.isTerminal(2)
    next = start + Progress.patienceNanoseconds
  }

  /// Shows that `done` of `total` bytes were read; the total is unknown for a pipe.
  mutating func update(done: UInt64, total: UInt64?) {
    guard isWanted else { return }
    let now = Clock.monotonic()
    guard now >= next else { return }
    next = now + Progress.intervalNanoseconds
    isShown = true
    let elapsed = max(1, now - start)
    let perSecond = Double(done) * 1e9 / Double(elapsed)
    var line = "\r\u{1b}[Ksouptap: \(Units.bytes(done))"
    if let total, total > 0 {
      line = "\r\u{1b}[Ksouptap: \(min(100, done * 100 / max(1, total)))% of \(Units.bytes(total))"
    }
    line += ", \(Units.bytes(UInt64(perSecond)))/s"
    if let total, total > done, perSecond > 1 {
      line += ", \(Int((Double(total - done) / perSecond).rounded(.up))) s left"
    }
    Console.write(line)
  }

  /// Takes the line away.
  mutating func clear() {
    guard isShown else { return }
    Console.write("\r\u{1b}[K")
    isShown = false
  }
}
