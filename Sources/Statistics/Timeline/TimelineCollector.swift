public import ControlProtocol
public import Records
public import Wire

/// Counts transactions over time into a ``Timeline``.
///
/// Memory is bounded whatever the capture: the bins become wider when there are too many, and types
/// beyond the limit are summed in one row.
public final class TimelineCollector: RecordSink {
  /// The most bins; at the end of a long capture there are between half of it and all.
  public static let mostBins = 256
  /// The most types and directions with a row of their own.
  public static let mostRows = 40

  private var grid = BinGrid(capacity: TimelineCollector.mostBins)
  private var bins: [Timeline.Bin] = []
  private var levels: [LevelBin] = []
  private var inFlight: UInt64 = 0
  private let hasRows: Bool
  private var types: TextTable
  /// By number of the type; the last is that of the rest.
  private var cells: [[Timeline.Cell]] = []
  private var otherCells: [Timeline.Cell] = []

  /// How the requests outstanding changed within a bin.
  private struct LevelBin {
    /// Those that began less those that ended.
    var change: Int64 = 0
    /// For each that began its time, less that of each that ended, from the epoch.
    var sum: Int128 = 0
    var most: UInt64 = 0

    mutating func merge(_ other: LevelBin) {
      change &+= other.change
      sum &+= other.sum
      most = max(most, other.most)
    }
  }

  /// Creates a collector that has seen nothing.
  ///
  /// - Parameters:
  ///   - hasRows: whether types are told apart, for a heat map.
  ///   - seed: seeds the table that types are looked up in.
  public init(hasRows: Bool, seed: UInt64 = 0) {
    self.hasRows = hasRows
    types = TextTable(limit: TimelineCollector.mostRows, seed: seed)
  }

  /// Memory held, in bytes, from above.
  public var estimatedBytes: Int {
    var sum = types.estimatedBytes + levels.capacity * MemoryLayout<LevelBin>.stride
    for bin in bins { sum += MemoryLayout<Timeline.Bin>.stride + bin.latency.estimatedBytes }
    for row in cells + [otherCells] {
      for cell in row { sum += MemoryLayout<Timeline.Cell>.stride + cell.latency.estimatedBytes }
    }
    return sum
  }

  /// Notes that a request is outstanding, or counts a notification.
  public func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {
    switch record.kind {
    case .request:
      guard !record.isEchoed, record.uuid.isPresent else { return }
      let bin = bin(of: record.end)
      inFlight &+= 1
      levels[bin].change += 1
      levels[bin].sum += Int128(record.end.nanoseconds)
      levels[bin].most = max(levels[bin].most, inFlight)
    case .notification:
      bins[bin(of: record.end)].notifications &+= 1
    case .response:
      return
    }
  }

  /// Counts a transaction, or corrects what was told of it before its late answer.
  public func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    let answerStart = record.end.advanced(byNanoseconds: 0 &- max(0, record.responseTransfer ?? 0))
    if record.outcome != .unanswered {
      bins[bin(of: answerStart)].answersBegun &+= 1
    }
    if !record.isCorrection, inFlight > 0 {
      let end = record.outcome == .unanswered ? record.end : answerStart
      let bin = bin(of: end)
      inFlight -= 1
      levels[bin].change -= 1
      levels[bin].sum -= Int128(end.nanoseconds)
    }
    let bin = bin(of: record.start)
    if record.isLate, let told = record.missedDeadline { bins[bin].takeBack(told) }
    bins[bin].add(record)
    guard hasRows else { return }
    let number = types.number(
      of: text.text(record.type), tag: TypeKey.tag(record.type, record.direction))
    if let number {
      if number == cells.count {
        cells.append(Array(repeating: Timeline.Cell(), count: bins.count))
      }
      change(&cells[number][bin], by: record)
    } else {
      if otherCells.isEmpty {
        otherCells = Array(repeating: Timeline.Cell(), count: bins.count)
      }
      change(&otherCells[bin], by: record)
    }
  }

  /// Does nothing.
  public func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {}

  /// Does nothing.
  public func take(_ record: borrowing ConnectionRecord) {}

  /// What was counted so far; nil when nothing was.
  ///
  /// - Parameter range: the packet time covered; bins reach over it as far as it fits.
  public func timeline(
    over range: (first: CaptureTime, last: CaptureTime)?
  ) -> Timeline? {
    if let range, grid.first != nil {
      _ = bin(of: range.first)
      _ = bin(of: range.last)
    }
    guard let first = grid.first else { return nil }
    let start = first.multipliedReportingOverflow(by: grid.width)
    var timeline = Timeline(
      start: start.overflow ? .distantPast : CaptureTime(nanoseconds: start.partialValue),
      width: grid.width, bins: bins, rows: [])
    var level: Int128 = 0
    for (index, bin) in levels.enumerated() {
      let end = timeline.start(of: index + 1).nanoseconds
      // What was there all the time, and for each that began the time that it was there.
      let integral =
        level * Int128(grid.width) + Int128(bin.change) * Int128(end) - bin.sum
      timeline.bins[index].inFlightMean = max(0, Double(integral) / Double(grid.width))
      timeline.bins[index].inFlightMaximum = max(bin.most, UInt64(max(0, level)))
      level += Int128(bin.change)
    }
    guard hasRows else { return timeline }
    timeline.rows = cells.indices.map { number in
      Timeline.Row(
        type: types.tag(number) & TypeKey.absent != 0 ? nil : types.text(number),
        direction: TypeKey.direction(types.tag(number)), isOther: false, cells: cells[number])
    }.sorted {
      let (mine, theirs) = ($0.requests, $1.requests)
      if mine != theirs { return mine > theirs }
      let (a, b) = ($0.type ?? [], $1.type ?? [])
      return a != b
        ? a.lexicographicallyPrecedes(b)
        : ($0.direction?.rawValue ?? 0) < ($1.direction?.rawValue ?? 0)
    }
    if !otherCells.isEmpty {
      timeline.rows.append(
        Timeline.Row(type: nil, direction: nil, isOther: true, cells: otherCells))
    }
    return timeline
  }

  private func change(_ cell: inout Timeline.Cell, by record: borrowing TransactionRecord) {
    if record.isLate, let told = record.missedDeadline { cell.takeBack(told) }
    cell.add(record)
  }

  /// The bin of a time, made when it is not there yet.
  private func bin(of time: CaptureTime) -> Int {
    let before = grid.first ?? 0
    let (bin, change) = grid.bin(of: time.nanoseconds)
    guard let change else { return bin }
    change.apply(to: &bins, first: before, empty: Timeline.Bin()) { $0.merge($1) }
    change.apply(to: &levels, first: before, empty: LevelBin()) { $0.merge($1) }
    for number in cells.indices {
      change.apply(to: &cells[number], first: before, empty: Timeline.Cell()) { $0.merge($1) }
    }
    if !otherCells.isEmpty {
      change.apply(to: &otherCells, first: before, empty: Timeline.Cell()) { $0.merge($1) }
    }
    return bin
  }
}
