internal import Storage

/// Finds a pattern in texts: the automaton's states are sets of instructions, made when they are first
/// needed and kept in a bounded memory. Once a state is known, a byte costs one look-up.
///
/// Searching takes time proportional to the text for any pattern, because a state has at most as many
/// instructions as the program. Nothing is allocated while states are known.
struct PatternMatcher {
  /// States kept, and the instructions in all of them. Beyond, all are forgotten and made anew.
  private static let maximumStates = 256
  private static let maximumMembers = 65_536

  private let pattern: Pattern
  /// The instructions of each state: those that wait for a byte, and `end`.
  private var members: [Int32] = []
  private var starts: [Int32] = [0]
  /// For each state and class of bytes the state behind it, or one of the marks below.
  private var next: [Int32] = []
  /// For each state whether the text may end there.
  private var acceptsEnd: [Bool] = []
  private var known: [[Int32]: Int32] = [:]
  private var first: Int32 = 0
  // What is needed to make a state.
  private var pending: [Int32] = []
  private var seen: [Bool]
  private var gathered: [Int32] = []

  private static let unknown: Int32 = -1
  private static let matched: Int32 = -2
  private static let dead: Int32 = -3

  init(_ pattern: Pattern) {
    self.pattern = pattern
    seen = Array(repeating: false, count: pattern.instructions.count)
    reset()
  }

  /// Whether the pattern occurs in `text`.
  ///
  /// - Complexity: O(length of the text), with the size of the pattern as factor at worst.
  mutating func matches(_ text: RawSpan) -> Bool {
    if first == Self.matched { return true }
    if first == Self.dead { return false }
    var state = first
    var offset = 0
    while offset < text.byteCount {
      let kind = Int(pattern.classes[Int(text.byte(at: offset))])
      var target = next[Int(state) &* pattern.classCount &+ kind]
      if target == Self.unknown { target = step(&state, kind) }
      if target == Self.matched { return true }
      if target == Self.dead { return false }
      state = target
      offset &+= 1
    }
    return acceptsEnd[Int(state)]
  }

  /// Forgets all states but the first.
  private mutating func reset() {
    members.removeAll(keepingCapacity: true)
    starts = [0]
    next.removeAll(keepingCapacity: true)
    acceptsEnd.removeAll(keepingCapacity: true)
    known.removeAll(keepingCapacity: true)
    gathered.removeAll(keepingCapacity: true)
    let isMatch = close(over: 0, isBeginning: true)
    first = isMatch ? Self.matched : state(isFirst: true)
  }

  /// The state behind a byte; `state` gets another number when all were forgotten.
  private mutating func step(_ state: inout Int32, _ kind: Int) -> Int32 {
    let isFull =
      acceptsEnd.count >= Self.maximumStates || members.count >= Self.maximumMembers
    if isFull {
      let kept = Array(members[range(of: state)])
      reset()
      gathered = kept
      state = self.state(isFirst: false)
    }
    gathered.removeAll(keepingCapacity: true)
    var isMatch = false
    for index in range(of: state) {
      let place = Int(members[index])
      if case .bytes(let set) = pattern.instructions[place], pattern.classesOfSets[set][kind] {
        isMatch = close(over: Int32(place + 1), isBeginning: false) || isMatch
      }
    }
    // The pattern may begin anywhere.
    isMatch = close(over: 0, isBeginning: false) || isMatch
    let target: Int32
    if isMatch {
      target = Self.matched
      forgetGathered()
    } else {
      target = self.state(isFirst: false)
    }
    next[Int(state) * pattern.classCount + kind] = target
    return target
  }

  private func range(of state: Int32) -> Range<Int> {
    Int(starts[Int(state)])..<Int(starts[Int(state) + 1])
  }

  /// Gathers what can be reached without a byte; true when the pattern is matched then.
  private mutating func close(over place: Int32, isBeginning: Bool) -> Bool {
    var isMatch = false
    pending.append(place)
    while let place = pending.popLast() {
      guard !seen[Int(place)] else { continue }
      seen[Int(place)] = true
      gathered.append(place)
      switch pattern.instructions[Int(place)] {
      case .bytes, .end: break
      case .jump(let target): pending.append(Int32(target))
      case .split(let a, let b):
        pending.append(Int32(b))
        pending.append(Int32(a))
      case .begin: if isBeginning { pending.append(place + 1) }
      case .match: isMatch = true
      }
    }
    return isMatch
  }

  private mutating func forgetGathered() {
    for place in gathered { seen[Int(place)] = false }
    gathered.removeAll(keepingCapacity: true)
  }

  /// The number of the state with what was gathered.
  private mutating func state(isFirst: Bool) -> Int32 {
    var kept: [Int32] = []
    for place in gathered {
      switch pattern.instructions[Int(place)] {
      case .bytes, .end: kept.append(place)
      default: break
      }
    }
    kept.sort()
    let accepts = endAccepts(kept, isBeginning: isFirst)
    forgetGathered()
    // Nothing waits, and the beginning is behind: no byte can change that.
    if kept.isEmpty, !isFirst { return Self.dead }
    if !isFirst, let number = known[kept] { return number }
    let number = Int32(acceptsEnd.count)
    if !isFirst { known[kept] = number }
    members += kept
    starts.append(Int32(members.count))
    next += repeatElement(Self.unknown, count: pattern.classCount)
    acceptsEnd.append(accepts)
    return number
  }

  /// Whether the pattern is matched when the text ends in a state.
  private func endAccepts(_ places: [Int32], isBeginning: Bool) -> Bool {
    var seen = Set<Int32>()
    var pending = places.filter {
      if case .end = pattern.instructions[Int($0)] { true } else { false }
    }.map { $0 + 1 }
    while let place = pending.popLast() {
      guard seen.insert(place).inserted else { continue }
      switch pattern.instructions[Int(place)] {
      case .bytes: break
      case .end: pending.append(place + 1)
      case .jump(let target): pending.append(Int32(target))
      case .split(let a, let b): pending += [Int32(a), Int32(b)]
      case .begin: if isBeginning { pending.append(place + 1) }
      case .match: return true
      }
    }
    return false
  }
}
