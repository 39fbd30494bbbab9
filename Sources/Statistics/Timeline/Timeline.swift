public import Records
public import Wire

/// What happened over the time of a capture: bins of equal width that follow on each other.
///
/// A transaction belongs to the bin in which its request began, whenever it was answered or given up;
/// so the bins add up to the totals, late answers included, and a server that stalls shows in the
/// bins in which it did. Only ``Bin/answersBegun`` and the requests in flight go by their own time.
public struct Timeline: Sendable {
  /// The transactions whose requests began in one bin.
  public struct Bin: Sendable {
    /// Transactions answered OK.
    public internal(set) var ok: UInt64 = 0
    /// Transactions answered ERROR.
    public internal(set) var errors: UInt64 = 0
    /// Transactions answered with another status, or none.
    public internal(set) var unknownStatus: UInt64 = 0
    /// Those among the answered whose answer came after the timeout.
    public internal(set) var late: UInt64 = 0
    /// Transactions without an answer that say something about the server.
    public internal(set) var failures: UInt64 = 0
    /// Transactions without an answer that say something about the capture.
    public internal(set) var artefacts: UInt64 = 0
    /// Notifications that ended in the bin.
    public internal(set) var notifications: UInt64 = 0
    /// Answers whose first byte lies in the bin, whenever they were asked for.
    public internal(set) var answersBegun: UInt64 = 0
    /// The latencies; off by at most 0.1 % or 1 µs.
    public internal(set) var latency = LatencyDistribution()
    /// The mean number of requests outstanding.
    public internal(set) var inFlightMean = 0.0
    /// The most requests outstanding at once.
    public internal(set) var inFlightMaximum: UInt64 = 0

    /// Transactions with an answer.
    public var answered: UInt64 { ok &+ errors &+ unknownStatus }
    /// Transactions without one.
    public var unanswered: UInt64 { failures &+ artefacts }
    /// Transactions.
    public var requests: UInt64 { answered &+ unanswered }
    /// Errors and failures among the transactions that are no artefact of the capture, from 0 to 1;
    /// absent without such.
    public var failureRate: Double? {
      let whole = answered &+ failures
      return whole == 0 ? nil : Double(errors &+ failures) / Double(whole)
    }
  }

  /// The transactions of one type and direction whose requests began in one bin.
  public struct Cell: Sendable {
    /// Transactions with an answer.
    public internal(set) var answered: UInt64 = 0
    /// Those among them that say ERROR.
    public internal(set) var errors: UInt64 = 0
    /// Transactions without an answer that say something about the server.
    public internal(set) var failures: UInt64 = 0
    /// Transactions without an answer that say something about the capture.
    public internal(set) var artefacts: UInt64 = 0
    /// The latencies; off by at most 3.2 % or 1 µs.
    public internal(set) var latency = LatencyDistribution(precision: .coarse)

    /// A cell of nothing.
    public init() {}

    /// Transactions.
    public var requests: UInt64 { answered &+ failures &+ artefacts }
    /// Whether there is none.
    public var isEmpty: Bool { requests == 0 }

    /// What this cell and another counted together.
    public func adding(_ other: Cell) -> Cell {
      var sum = self
      sum.merge(other)
      return sum
    }
  }

  /// A type and direction over time.
  public struct Row: Sendable {
    /// The type as sent; absent when it was missing, and in the row of the rest.
    public var type: [UInt8]?
    /// Which way its requests travel; absent in the row of the rest.
    public var direction: Direction?
    /// Whether it sums the types that have no row of their own.
    public var isOther: Bool
    /// One for each bin.
    public internal(set) var cells: [Cell]

    /// Transactions of all bins.
    public var requests: UInt64 { cells.reduce(0) { $0 &+ $1.requests } }
  }

  /// Where the first bin begins; a multiple of the width in UTC.
  public var start: CaptureTime
  /// The width of a bin, nanoseconds; a multiple of 1/512 s.
  public var width: Int64
  /// In the order of time, from the first packet's to the last one's.
  public internal(set) var bins: [Bin]
  /// The busiest first, the rest last; empty when nobody asked for rows.
  public internal(set) var rows: [Row]

  /// When a bin begins.
  public func start(of bin: Int) -> CaptureTime {
    start.advanced(byNanoseconds: width.multipliedReportingOverflow(by: Int64(bin)).partialValue)
  }

  /// The same with bins of a multiple of the width, few enough for so many columns, of which there
  /// must be two.
  ///
  /// The multiple is a power of two, so bins begin at multiples of their width again.
  public func fitted(to columns: Int) -> Timeline {
    var factor = 1
    while count(factor) > max(2, columns) { factor *= 2 }
    return factor == 1 ? self : merged(by: factor)
  }

  private func phase(_ factor: Int) -> Int {
    let first = start.nanoseconds / width
    let rest = first % Int64(factor)
    return Int(rest < 0 ? rest + Int64(factor) : rest)
  }

  private func count(_ factor: Int) -> Int {
    (phase(factor) + bins.count + factor - 1) / factor
  }

  private func merged(by factor: Int) -> Timeline {
    let phase = phase(factor)
    var result = self
    result.start = start.advanced(byNanoseconds: -width * Int64(phase))
    result.width = width * Int64(factor)
    result.bins = Array(repeating: Bin(), count: count(factor))
    for (index, bin) in bins.enumerated() {
      result.bins[(index + phase) / factor].merge(bin)
    }
    for index in result.bins.indices { result.bins[index].inFlightMean /= Double(factor) }
    result.rows = rows.map { row in
      var merged = row
      merged.cells = Array(repeating: Cell(), count: count(factor))
      for (index, cell) in row.cells.enumerated() where !cell.isEmpty {
        merged.cells[(index + phase) / factor].merge(cell)
      }
      return merged
    }
    return result
  }
}

extension Timeline.Bin {
  /// Adds what another bin counted; the means in flight are added up.
  mutating func merge(_ other: Self) {
    ok &+= other.ok
    errors &+= other.errors
    unknownStatus &+= other.unknownStatus
    late &+= other.late
    failures &+= other.failures
    artefacts &+= other.artefacts
    notifications &+= other.notifications
    answersBegun &+= other.answersBegun
    latency.merge(other.latency)
    inFlightMean += other.inFlightMean
    inFlightMaximum = max(inFlightMaximum, other.inFlightMaximum)
  }

  mutating func add(_ record: borrowing TransactionRecord) {
    switch record.outcome {
    case .ok: ok &+= 1
    case .error: errors &+= 1
    case .unknownStatus: unknownStatus &+= 1
    case .unanswered:
      if record.unanswered?.isFailure == true { failures &+= 1 } else { artefacts &+= 1 }
      return
    }
    if record.isLate { late &+= 1 }
    if let value = record.latency { latency.record(value) }
  }

  mutating func takeBack(_ told: UnansweredReason) {
    if told.isFailure, failures > 0 {
      failures -= 1
    } else if !told.isFailure, artefacts > 0 {
      artefacts -= 1
    }
  }
}

extension Timeline.Cell {
  mutating func merge(_ other: Self) {
    answered &+= other.answered
    errors &+= other.errors
    failures &+= other.failures
    artefacts &+= other.artefacts
    latency.merge(other.latency)
  }

  mutating func add(_ record: borrowing TransactionRecord) {
    guard record.outcome != .unanswered else {
      if record.unanswered?.isFailure == true { failures &+= 1 } else { artefacts &+= 1 }
      return
    }
    answered &+= 1
    if record.outcome == .error { errors &+= 1 }
    if let value = record.latency { latency.record(value) }
  }

  mutating func takeBack(_ told: UnansweredReason) {
    if told.isFailure, failures > 0 {
      failures -= 1
    } else if !told.isFailure, artefacts > 0 {
      artefacts -= 1
    }
  }
}
