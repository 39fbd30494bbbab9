public import ControlProtocol
public import Records

/// Chooses a bounded sample of transactions for a scatter plot.
public final class LatencySampler: RecordSink {
  /// What bounds the sample.
  public struct Limits: Sendable {
    /// The most points of exact answers, the usual kind.
    public var exact = 6_000
    /// The most points of each of the other three kinds.
    public var perKind = 1_000
    /// The slowest, kept whatever their kind.
    public var slowest = 200
    /// Distinct types that are named.
    public var types = 64

    /// The limits that the page has.
    public init() {}
  }

  /// Points of one kind: those whose mixed number has enough zeros in front.
  private struct Kind {
    var points: [UInt64: LatencyPoint] = [:]
    var total: UInt64 = 0
    /// How many zeros a number must have to be kept.
    var zeros = 0

    mutating func offer(_ point: LatencyPoint, limit: Int) {
      total &+= 1
      guard LatencySampler.zeros(point.number) >= zeros else { return }
      points[point.number] = point
      while points.count > limit {
        zeros += 1
        points = points.filter { LatencySampler.zeros($0.key) >= zeros }
      }
    }

    mutating func takeBack(_ number: UInt64) {
      total &-= total > 0 ? 1 : 0
      points[number] = nil
    }
  }

  private let limits: Limits
  private var kinds = [Kind(), Kind(), Kind(), Kind()]
  private var types: TextTable
  private var slowest: [UInt64: LatencyPoint] = [:]
  /// What a point must exceed to be among the slowest; raised when there are twice as many.
  private var slowEnough = Int64.min

  private enum Number {
    static let exact = 0
    static let inexact = 1
    static let errors = 2
    static let unanswered = 3
  }

  /// Creates a sampler that has seen nothing.
  ///
  /// - Parameter seed: seeds the table that types are looked up in; the choice does not depend on it.
  public init(limits: Limits = Limits(), seed: UInt64 = 0) {
    self.limits = limits
    types = TextTable(limit: limits.types, seed: seed)
  }

  /// Memory held, in bytes, from above.
  public var estimatedBytes: Int {
    let capacity = kinds.reduce(slowest.capacity) { $0 + $1.points.capacity }
    return capacity * (MemoryLayout<LatencyPoint>.stride + 9) + types.estimatedBytes
  }

  /// Does nothing: transactions have all that is shown.
  public func take(
    _ record: borrowing MessageRecord, parameters: Span<ParameterText>, text: RawSpan
  ) {}

  /// Offers a transaction; its late answer replaces what was told before.
  public func take(_ record: borrowing TransactionRecord, text: RawSpan) {
    if record.isCorrection {
      kinds[Number.unanswered].takeBack(record.number)
      slowest[record.number] = nil
    }
    let isUnanswered = record.outcome == .unanswered
    guard let nanoseconds = isUnanswered ? record.waited : record.latency else { return }
    let type = types.number(of: text.text(record.type), tag: record.type.isPresent ? 1 : 0)
    let point = LatencyPoint(
      number: record.number, time: record.start, nanoseconds: nanoseconds,
      outcome: record.outcome, unanswered: isUnanswered ? record.unanswered : nil,
      quality: record.quality, isLate: record.isLate, direction: record.direction, type: type)
    let kind = Self.kind(point)
    kinds[kind].offer(point, limit: kind == Number.exact ? limits.exact : limits.perKind)
    offerSlow(point)
  }

  /// Does nothing.
  public func take(_ record: borrowing DiagnosticRecord, text: RawSpan) {}

  /// Does nothing.
  public func take(_ record: borrowing ConnectionRecord) {}

  /// The sample of what was offered so far.
  public var sample: LatencySample {
    var chosen =
      slowest.isEmpty
      ? [:]
      : Dictionary(
        uniqueKeysWithValues: Self.slowestFirst(Array(slowest.values)).prefix(limits.slowest)
          .map { ($0.number, $0) })
    for kind in kinds { chosen.merge(kind.points) { $1 } }
    var sample = LatencySample(
      points: chosen.values.sorted { $0.number < $1.number },
      types: (0..<types.count).map { types.tag($0) == 0 ? nil : types.text($0) })
    var kept = [UInt64](repeating: 0, count: kinds.count)
    for point in sample.points { kept[Self.kind(point)] += 1 }
    let shares = kinds.indices.map { LatencySample.Share(total: kinds[$0].total, kept: kept[$0]) }
    sample.exact = shares[Number.exact]
    sample.inexact = shares[Number.inexact]
    sample.errors = shares[Number.errors]
    sample.unanswered = shares[Number.unanswered]
    return sample
  }

  private static func kind(_ point: LatencyPoint) -> Int {
    switch point.outcome {
    case .unanswered: Number.unanswered
    case .error: Number.errors
    case .ok, .unknownStatus: point.quality == .exact ? Number.exact : Number.inexact
    }
  }

  private func offerSlow(_ point: LatencyPoint) {
    guard limits.slowest > 0, point.nanoseconds > slowEnough else { return }
    slowest[point.number] = point
    guard slowest.count >= 2 * limits.slowest else { return }
    let kept = Self.slowestFirst(Array(slowest.values)).prefix(limits.slowest)
    slowest = Dictionary(uniqueKeysWithValues: kept.map { ($0.number, $0) })
    slowEnough = kept.last?.nanoseconds ?? slowEnough
  }

  private static func slowestFirst(_ points: [LatencyPoint]) -> [LatencyPoint] {
    points.sorted {
      $0.nanoseconds != $1.nanoseconds
        ? $0.nanoseconds > $1.nanoseconds : $0.number < $1.number
    }
  }

  /// The zeros in front of a number that was mixed, so that numbers in a row are spread evenly.
  private static func zeros(_ number: UInt64) -> Int {
    var mixed = (number ^ number >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return (mixed ^ mixed >> 31).leadingZeroBitCount
  }
}
