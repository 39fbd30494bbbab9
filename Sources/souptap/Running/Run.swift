import Capture
import ControlProtocol
import Glibc
import Inspection
import Records
import Rendering
import Statistics
import Wire

/// One run: packets in, records out, until the input ends or somebody stops it.
final class Run {
  let plan: RunPlan
  let signals = StopSignals()
  let opener: FileOpener
  let places: OutputPlaces
  /// Who the run has become; nil where it is who started it.
  let identity: Identity?
  private let live: LiveCapture?
  let output: OutputFile
  let writer: any RecordWriter
  let tee: RecordTee
  let inspector: Inspector
  let anonymizer: Anonymizer?
  /// Keeps packets; nil when none are kept.
  let keeper: PacketKeeper?
  private let streams: StreamFiles?
  private let page: PageFile?
  /// What was told about the run at its beginning; known once its input is open.
  private(set) var description: RunDescription?
  private let arranger: ReportArranger
  /// Tells a row for each interval, if that was asked for.
  private let intervals: IntervalCollector?

  /// The time of the last packet, or up to when they were waited for.
  var last = CaptureTime(nanoseconds: 0)
  private var hasToldKeeper = false
  /// Packets that were inspected, and that `--filter` took away in files.
  var inspected: UInt64 = 0
  var filteredOut: UInt64 = 0
  /// What `--dedup` asks; nil without it.
  let twinFilter: TwinFilter?
  /// The order in which several inputs give packets.
  var inputs = InputOrder()
  /// Packets that `--dedup` recognised in another input, and their bytes.
  var twins: UInt64 = 0
  var twinBytes: UInt64 = 0
  /// Drops as libpcap or the files count them; absent where nobody counts.
  var droppedByKernel: UInt64?
  var droppedByInterface: UInt64?
  /// The coarsest unit of the times in the files, nanoseconds.
  var timeResolution: UInt64 = 1
  /// Whether the code that starting needed was given back, as there are many connections.
  var gaveBackCode = false
  private var hadTrouble = false
  var progress: Progress

  /// Opens devices and outputs, gives up the rights that this needed, and makes everything ready;
  /// packets come with `execute`.
  init(_ plan: RunPlan) throws {
    places = OutputPlaces(plan)
    if case .interfaces(let interfaces) = plan.input {
      let identity = try Identity.forCapture(plan.live.user)
      self.identity = identity
      // Before any device is open, which the other process would keep open, too.
      opener = try FileOpener(
        places: places.all, owner: identity.flatMap { $0.ownsFiles ? $0 : nil },
        outlivesRights: identity != nil)
      live = try LiveCapture(
        interfaces: interfaces, filter: plan.liveFilter, options: plan.live.options,
        namespace: plan.live.namespace)
    } else {
      identity = nil
      opener = try FileOpener(places: places.all, owner: nil, outlivesRights: false)
      live = nil
    }
    var configuration = plan.inspection
    configuration.seed = UInt64.random(in: .min ... .max)
    self.plan = plan
    twinFilter = plan.removesDuplicates ? TwinFilter() : nil
    let isLive = live != nil
    page = try plan.pagePath.map { try PageFile($0, opensNow: isLive) }
    output = try Run.open(plan, opener, places)
    let start = live == nil ? nil : Clock.now()
    if let keeping = plan.keeping, let place = places.packets {
      keeper = try PacketKeeper(keeping, opener: opener, place: place, time: start)
    } else {
      keeper = nil
    }
    if let live { try keeper?.describe(live.sources) }
    writer = plan.makeWriter(output)
    anonymizer = plan.isAnonymous ? Anonymizer(key: plan.tokenKey) : nil
    let writer = writer
    let arranger = ReportArranger(plan)
    self.arranger = arranger
    intervals = plan.report.intervalNanoseconds.map { length in
      IntervalCollector(
        length: length, grouping: plan.report.plan.grouping,
        seed: UInt64.random(in: .min ... .max)
      ) { interval in
        var interval = interval
        arranger.arrange(&interval)
        writer.write(interval)
      }
    }
    tee = RecordTee(
      plan, output: plan.view == .report ? nil : writer, intervals: intervals,
      anonymizer: anonymizer, seed: UInt64.random(in: .min ... .max))
    if let directory = plan.directory, let place = places.streams {
      streams = try StreamFiles(
        directory: directory, opener: opener, place: place,
        showsOthers: plan.inspection.showsOtherConnections, tell: { writer.write($0) })
    } else {
      streams = nil
    }
    let streamSink = Run.streamSink(plan, streams, tee, writer, anonymizer)
    inspector = Inspector(configuration: configuration, sink: tee, streams: streamSink)
    progress = Progress(isWanted: !plan.isQuiet)
    guard live != nil else { return }
    // Everything is open, and there is one thread yet.
    try Rights.drop(to: identity)
    opener.rightsWereDropped()
  }

  /// Runs to the end.
  ///
  /// - Throws: a `CaptureError` or `ConfigurationError` when nothing could be read at all.
  func execute() throws -> ExitStatus {
    let filter = try plan.fileFilter()
    let ended: RunEnd
    switch plan.input {
    case .files(let paths):
      ended = try paths.count == 1 ? read(paths[0], filter) : merge(paths, filter)
    case .interfaces:
      guard let live else { return .trouble }
      ended = try capture(live)
    }
    progress.clear()
    keeper?.finish(at: last, countsDrops: droppedByKernel != nil)
    flushPackets()
    // Nothing was read and why was told: a report about nothing would bury that.
    if hadTrouble, plan.format == .text, inspected == 0, filteredOut == 0 { return .trouble }
    inspector.finish()
    intervals?.finish(health: health)
    return finish(ended)
  }

  /// Tells what the run is about to do.
  func begin(_ description: RunDescription) {
    self.description = description
    writer.begin(description)
    writer.flush()
  }

  /// Tells trouble that does not end the run.
  func report(_ error: CaptureError) {
    hadTrouble = true
    warn(error)
  }

  /// Tells what is odd in an input and no trouble of the run.
  func warn(_ error: CaptureError) {
    progress.clear()
    writer.flush()
    Console.say(error.description)
  }

  /// Whether nobody can take more output.
  var isOutputGone: Bool {
    output.trouble != nil && page == nil || keeper?.isReaderGone ?? false
  }

  /// Writes the packets that were gathered, and tells once when they can be kept no longer.
  func flushPackets() {
    guard let keeper else { return }
    keeper.flush()
    guard let problem = keeper.trouble, !hasToldKeeper else { return }
    hasToldKeeper = true
    hadTrouble = true
    progress.clear()
    writer.flush()
    Console.say(problem)
  }

  /// How much of the traffic was captured so far.
  private var health: CaptureHealth {
    var health = inspector.health
    health.droppedKernel = droppedByKernel
    health.droppedInterface = droppedByInterface
    if timeResolution > 1_000_000 { health.timeResolution = timeResolution }
    health.packets &+= twins
    health.bytes &+= twinBytes
    health.duplicatePackets &+= twins
    return health
  }

  /// Ends the intervals that packet time has passed, before the packet of that time is inspected.
  func reach(_ time: CaptureTime) {
    guard let intervals, intervals.isDue(at: time) else { return }
    // Timers that are due before belong to the intervals that end.
    intervals.note(health)
    inspector.advance(to: time)
    intervals.advance(to: time, health: health)
  }

  /// What was counted so far.
  func summary(ended: RunEnd?) -> Summary {
    var summary = tee.summary(
      over: tee.choice.covered(inspector.timeRange), ended: ended, health: health)
    arranger.arrange(&summary)
    return summary
  }

  /// What was in the capture so far, for a report that finds no message.
  func survey() -> ReportSurvey {
    var survey = ReportSurvey(inspector.survey, plan: plan, filteredOut: filteredOut)
    survey.messagesRead = tee.messagesRead
    survey.selection = plan.shownSelection(anonymizer)
    return survey
  }

  private func finish(_ reason: RunEnd) -> ExitStatus {
    let summary = summary(ended: hadTrouble && reason == .endOfInput ? .error : reason)
    tee.finish()
    streams?.finish()
    if let problem = streams?.trouble {
      hadTrouble = true
      Console.say(problem)
    }
    let survey = survey()
    writer.end(summary, survey: survey)
    output.finish()
    writePage(summary, survey)
    switch output.trouble {
    case .closedPipe?: return hadTrouble ? .trouble : .fine
    case .failed(let problem)?:
      Console.say(problem)
      return .trouble
    case nil: break
    }
    for contents in [streams?.contents, keeper?.contents] {
      if let contents { Console.say("\(contents): \(plan.rawBytesWarning)") }
    }
    close(summary)
    if hadTrouble { return .trouble }
    let isOdd = summary.diagnostics.contains { $0.code.severity >= .warning }
    return plan.isStrict && isOdd ? .checkFailed : .fine
  }

  /// Writes the page of a report, if one is wanted.
  private func writePage(_ summary: Summary, _ survey: ReportSurvey) {
    guard let page, let description else { return }
    let contents = plan.makePage(description)
    let problem = page.write { output in
      contents.write(summary, survey: survey, to: HTMLWriter(output: output))
    }
    guard let problem else { return }
    hadTrouble = true
    Console.say(problem)
  }

  private func close(_ summary: Summary) {
    guard !plan.isQuiet else { return }
    if let line = ClosingLines.limits(summary.health?.limits) { Console.say(line) }
    if inputs.isMixed, !plan.removesDuplicates, let line = ClosingLines.copies(summary.health) {
      Console.say(line)
    }
    // The text report says it itself.
    if plan.view == .report, plan.format == .text, !plan.isPageOnly { return }
    if tee.byteWriter?.hidesBytes ?? false {
      Console.say("--hex: bytes of hidden values are shown as **")
    }
    if tee.hasChosenNothing {
      Console.say(
        "nothing was selected: "
          + Units.count(tee.messagesRead, "message was read", "messages were read")
          + ", --where, --since or --until left everything out")
    } else if tee.messagesRead == 0 {
      ClosingLines.nothingFound(
        inspector.survey, summary, plan: plan, filteredOut: filteredOut
      ).forEach(Console.say)
    } else if plan.format == .text {
      ClosingLines.totals(summary).forEach(Console.say)
    }
  }

  /// What takes the bytes of streams: the files of `streams`, what `--hex` needs, or nothing.
  private static func streamSink(
    _ plan: RunPlan, _ files: StreamFiles?, _ tee: RecordTee, _ writer: any RecordWriter,
    _ anonymizer: Anonymizer?
  ) -> (any StreamSink)? {
    if plan.showsBytes {
      let bytes = MessageBytes(messageBytes: plan.inspection.limits.messageBytes)
      tee.byteWriter = MessageByteWriter(
        bytes, secrets: plan.secrets, anonymizer: anonymizer, write: { writer.write($0) })
      return bytes
    }
    guard let files, plan.expression != nil || anonymizer != nil else { return files }
    return ChosenStreams(files, expression: plan.expression, anonymizer: anonymizer)
  }

  /// Opens the output, which must be none of the inputs, or it would be emptied before it is read.
  private static func open(
    _ plan: RunPlan, _ opener: FileOpener, _ places: OutputPlaces
  ) throws -> OutputFile {
    try check(plan.keeping?.names.path, "--write", plan)
    if plan.pagePath != "-" { try check(plan.pagePath, "--html", plan) }
    if plan.isPageOnly { return OutputFile(descriptor: -1, name: "nowhere") }
    guard let path = plan.outputPath, let place = places.output else { return OutputFile() }
    try check(path, "--output", plan)
    if let kept = plan.keeping?.names.path, kept == path || isSameFile(kept, path) {
      throw ConfigurationError("--output \(path): is the file of --write, too; name another file")
    }
    let output = try OutputFile(path, opener.open(place, .create(count: 0, seconds: 0)))
    if let page = plan.pagePath, isSameFile(path, page) {
      throw ConfigurationError("--html \(page): is the file of --output, too; name another")
    }
    return output
  }

  private static func check(
    _ path: String?, _ option: String, _ plan: RunPlan
  ) throws(ConfigurationError) {
    guard let path, case .files(let inputs) = plan.input else { return }
    if inputs.contains(where: { $0 != "-" && isSameFile(path, $0) }) {
      throw ConfigurationError("\(option) \(path): is one of the inputs; name another file")
    }
  }

  private static func isSameFile(_ a: String, _ b: String) -> Bool {
    var first = stat()
    var second = stat()
    guard unsafe stat(a, &first) == 0, unsafe stat(b, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}

/// The files that a run writes, as places of its opener.
struct OutputPlaces {
  private(set) var all: [FileOpener.Place] = []
  private(set) var output: Int?
  private(set) var packets: Int?
  private(set) var streams: Int?

  init(_ plan: RunPlan) {
    if let path = plan.outputPath, path != "-" {
      output = all.count
      all.append(.file(path))
    }
    if let keeping = plan.keeping {
      packets = all.count
      all.append(.packets(keeping.names))
    }
    if let directory = plan.directory {
      streams = all.count
      all.append(.directory(directory))
    }
  }
}
