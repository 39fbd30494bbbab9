/// When an endpoint answered, as far as a stall of it can be told from that.
struct AnswerTimes: BitwiseCopyable {
  /// From here on a time in which nothing was answered is a stall, nanoseconds.
  static let stall: Int64 = 1_000_000_000

  /// When its last answer to any request began.
  private(set) var last = Int64.min
  /// The last long time in which it answered nothing that it had been asked.
  private var silenceStart = Int64.min
  private var silenceEnd = Int64.min

  init() {}

  /// Of an endpoint that answered nothing since `time`; what was before is not known.
  init(after time: Int64) { last = time }

  /// For how long of the wait from `start` to an answer at `end` nothing was answered, when that was
  /// long: the answerer may have been silent for others, too. Otherwise 0.
  func silence(from start: Int64, to end: Int64) -> Int64 {
    // Nobody else was answered meanwhile: this answer ends the silence.
    let own = max(start, last)
    var ended = Correlator.span(from: own, to: end)
    if ended < Self.stall { ended = 0 }
    guard silenceEnd > start, end > silenceStart else { return ended }
    return max(ended, Correlator.span(from: max(start, silenceStart), to: min(end, silenceEnd)))
  }

  /// Notes an answer that began at `time` to what was asked at `start`.
  mutating func note(_ time: Int64, askedAt start: Int64) {
    let begin = max(start, last)
    if Correlator.span(from: begin, to: time) >= Self.stall {
      silenceStart = begin
      silenceEnd = time
    }
    // After the clock was set back everything is new.
    if time > last || Correlator.span(from: time, to: last) > Self.stall { last = time }
  }
}
