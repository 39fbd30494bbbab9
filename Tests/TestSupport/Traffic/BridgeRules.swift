/// How the bridge treats what passes: from the settings of a scenario.
///
/// - `delay=MS`, `jitter=MS`: one way, both ways; jitter adds up to that much at random and reorders.
/// - `lose-percent=N`, `copy-percent=N`: of the segments with payload, at random; `seed=N` makes it
///   another loss.
/// - `lose=c3,s5`, `copy=c4`, `hold=c2:30`: the third segment with payload from the client's side, …:
///   lost, sent twice, delayed by that many milliseconds more.
public struct BridgeRules {
  /// A segment with payload by its sender and its 1-based number in that direction.
  struct Place: Hashable {
    var side: TrafficScenario.Side
    var number: Int
  }

  var delay: Int
  var jitter: Int
  var losePercent: Int
  var copyPercent: Int
  var lost: Set<Place> = []
  var copied: Set<Place> = []
  var held: [Place: Int] = [:]
  var random: SeededRandom

  /// Reads the settings of a scenario.
  public init(_ scenario: TrafficScenario) {
    delay = scenario.number("delay") ?? 0
    jitter = scenario.number("jitter") ?? 0
    losePercent = scenario.number("lose-percent") ?? 0
    copyPercent = scenario.number("copy-percent") ?? 0
    random = SeededRandom(seed: UInt64(scenario.number("seed") ?? 1))
    lost = Set(Self.list(scenario.settings["lose"]).map(\.place))
    copied = Set(Self.list(scenario.settings["copy"]).map(\.place))
    for (place, milliseconds) in Self.list(scenario.settings["hold"]) {
      held[place] = milliseconds
    }
  }

  /// When copies of a frame leave, as milliseconds from now. Not a segment with payload: no place.
  mutating func departures(of place: Place?) -> [Int] {
    var wait = delay
    if jitter > 0 { wait += Int(random.next() % UInt64(jitter + 1)) }
    guard let place else { return [wait] }
    if lost.contains(place) || isChosen(losePercent) { return [] }
    wait += held[place] ?? 0
    let isCopied = copied.contains(place) || isChosen(copyPercent)
    return isCopied ? [wait, wait] : [wait]
  }

  private mutating func isChosen(_ percent: Int) -> Bool {
    percent > 0 && random.next() % 100 < UInt64(percent)
  }

  private static func list(_ text: String?) -> [(place: Place, milliseconds: Int)] {
    (text ?? "").split(separator: ",").compactMap { entry in
      let halves = entry.dropFirst().split(separator: ":").compactMap { Int($0) }
      guard let number = halves.first else { return nil }
      let side = entry.first == "s" ? TrafficScenario.Side.server : .client
      return (Place(side: side, number: number), halves.dropFirst().first ?? 0)
    }
  }
}
