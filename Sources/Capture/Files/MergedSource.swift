public import Wire

/// Several capture files as one capture: their packets in the order of their times. Those of equal
/// time come in the order in which the files begin, then in that in which they are named.
///
/// A binary heap holds the next packet of every file. Of more than `openFiles` regular files only
/// those hold a buffer whose first packet has come up, a small one, and a descriptor only while they
/// are read: rotated files are read one after the other, and files that all overlap can be as many as
/// there may be inputs.
public final class MergedSource {
  /// Up to so many files stay open.
  static let openFiles = 16
  /// What the buffers of more files than that take together, as far as 4 KiB for each allow.
  static let bufferBytes = 16 << 20

  /// Bytes in all regular files, and bytes read so far.
  public private(set) var totalBytes: UInt64 = 0
  public private(set) var bytesRead: UInt64 = 0
  /// Packets that the files say were dropped; absent where none says anything.
  public private(set) var droppedByKernel: UInt64?
  public private(set) var droppedByInterface: UInt64?

  /// Up to when the capture lasted, as far as the statistics of the files tell; nil without any.
  public private(set) var statisticsTime: CaptureTime?

  /// The coarsest unit of the times of the files that are over, in nanoseconds.
  public private(set) var resolutionNanoseconds: UInt64 = 1
  /// What to tell about packets without a time, of the files that are over.
  public private(set) var timeProblems: [CaptureError] = []

  private let paths: [String]
  private let isKeptOpen: Bool
  private var heap: [Waiting] = []
  private let interrupt: Int32
  private let lossHandler: (UInt64, CaptureTime, CaptureTime) -> Void
  private let untimedHandler: (Packet) -> Void
  private let report: (CaptureError) -> Void

  /// A file with its next packet.
  private struct Waiting {
    var time: CaptureTime
    /// That of its first packet.
    let begin: CaptureTime
    let input: Int
    /// nil while it is closed, having shown its first packet.
    var source: SavefileSource?

    func precedes(_ other: Waiting) -> Bool {
      (time, begin, input) < (other.time, other.begin, other.input)
    }
  }

  /// Looks at the first packet of every file.
  ///
  /// - Parameters:
  ///   - paths: at most 65,535 files; `-` is standard input.
  ///   - interrupt: a descriptor that ends a wait for packets when it becomes readable, or -1.
  ///   - lossHandler: takes what the files say about drops, as that of a `SavefileSource` does.
  ///   - untimedHandler: takes packets without a time, as that of a `SavefileSource` does.
  ///   - report: takes what is wrong with a file; the others are read all the same.
  public init(
    paths: [String], interrupt: Int32 = -1,
    lossHandler: @escaping (UInt64, CaptureTime, CaptureTime) -> Void = { _, _, _ in },
    untimedHandler: @escaping (Packet) -> Void = { _ in },
    report: @escaping (CaptureError) -> Void
  ) {
    self.paths = paths
    self.interrupt = interrupt
    self.lossHandler = lossHandler
    self.untimedHandler = untimedHandler
    self.report = report
    isKeptOpen = paths.count <= MergedSource.openFiles
    for input in paths.indices {
      guard let source = open(input) else { continue }
      let isKept = isKeptOpen || source.size == nil
      if isKept { attend(to: source) }
      guard let time = advance(source) else { continue }
      totalBytes += source.size ?? 0
      if isKept { bytesRead += source.bytesRead }
      heap.append(
        Waiting(time: time, begin: time, input: input, source: isKept ? source : nil))
    }
    for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(index) }
  }

  /// Hands out the next packets in order, as `SavefileSource.forEachBufferedPacket` does.
  ///
  /// - Parameters:
  ///   - limit: the most packets of this call.
  ///   - body: returns whether to go on.
  /// - Returns: `bytes` when there is more, `end`, or `interrupted`.
  public func forEachPacket(
    limit: Int, _ body: (inout Packet, RawSpan, RawSpan) throws(CaptureError) -> Bool
  ) throws(CaptureError) -> SavefileSource.ReadResult {
    for _ in 0..<limit {
      guard let first = heap.first else { return .end }
      var source = first.source
      if source == nil {
        source = open(first.input)
        if let reopened = source {
          attend(to: reopened)
          if advance(reopened) == nil { source = nil }
          bytesRead += reopened.bytesRead
        }
        heap[0].source = source
      }
      guard let source else {
        removeFirst()
        continue
      }
      let before = source.bytesRead
      guard try source.withPacket(body) else { return .bytes }
      let time = advance(source)
      bytesRead += source.bytesRead - before
      if source.isInterrupted { return .interrupted }
      if let time {
        heap[0].time = time
        sink(0)
      } else {
        removeFirst()
      }
    }
    return .bytes
  }

  private func open(_ input: Int) -> SavefileSource? {
    do {
      let share = MergedSource.bufferBytes / paths.count & ~4095
      return try SavefileSource(
        path: paths[input], input: UInt16(truncatingIfNeeded: input),
        blockBytes: isKeptOpen
          ? SavefileSource.blockBytes : min(max(share, 4096), SavefileSource.blockBytes),
        isKeptOpen: isKeptOpen)
    } catch {
      report(error)
      return nil
    }
  }

  /// Takes what a file whose packets are handed out says beside them.
  private func attend(to source: SavefileSource) {
    source.lossHandler = lossHandler
    source.untimedHandler = untimedHandler
  }

  /// Steps to the next packet of a file and returns its time; nil at the end, which may be told.
  private func advance(_ source: SavefileSource) -> CaptureTime? {
    do {
      if let time = try source.advance(interrupt: interrupt) { return time }
    } catch {
      report(error)
    }
    if !source.isInterrupted { close(source) }
    return nil
  }

  private func close(_ source: SavefileSource) {
    if let problem = source.linkTypeProblem { report(problem) }
    resolutionNanoseconds = max(resolutionNanoseconds, source.resolutionNanoseconds)
    if let problem = source.timeProblem { timeProblems.append(problem) }
    if let time = source.statisticsTime {
      statisticsTime = max(statisticsTime ?? .distantPast, time)
    }
    if let count = source.droppedByKernel { droppedByKernel = (droppedByKernel ?? 0) &+ count }
    if let count = source.droppedByInterface {
      droppedByInterface = (droppedByInterface ?? 0) &+ count
    }
  }

  private func removeFirst() {
    let last = heap.removeLast()
    if heap.isEmpty { return }
    heap[0] = last
    sink(0)
  }

  private func sink(_ start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].precedes(heap[least]) { least = child }
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
