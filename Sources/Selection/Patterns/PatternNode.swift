/// A pattern as it was read.
indirect enum PatternNode: Sendable {
  case empty
  case bytes(ByteSet)
  case begin, end
  case sequence([PatternNode])
  case alternatives([PatternNode])
  /// At least `least` times, at most `most`; nil for any number.
  case repeated(PatternNode, least: Int, most: Int?)
}

/// Makes a program of a pattern.
struct PatternBuilder {
  var instructions: [Pattern.Instruction] = []
  var sets: [ByteSet] = []
  private var numbers: [ByteSet: Int] = [:]

  mutating func finish() throws(PatternError) {
    try append(.match)
  }

  mutating func add(_ node: PatternNode) throws(PatternError) {
    switch node {
    case .empty: break
    case .bytes(let set): try append(.bytes(number(of: set)))
    case .begin: try append(.begin)
    case .end: try append(.end)
    case .sequence(let nodes): for node in nodes { try add(node) }
    case .alternatives(let nodes): try add(alternatives: nodes)
    case .repeated(let node, let least, let most): try add(node, least: least, most: most)
    }
  }

  private mutating func add(alternatives nodes: [PatternNode]) throws(PatternError) {
    var jumps: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard index < nodes.count - 1 else {
        try add(node)
        break
      }
      let split = instructions.count
      try append(.split(split + 1, 0))
      try add(node)
      jumps.append(instructions.count)
      try append(.jump(0))
      instructions[split] = .split(split + 1, instructions.count)
    }
    for jump in jumps { instructions[jump] = .jump(instructions.count) }
  }

  private mutating func add(
    _ node: PatternNode, least: Int, most: Int?
  ) throws(PatternError) {
    for _ in 0..<least { try add(node) }
    guard let most else {
      let split = instructions.count
      try append(.split(split + 1, 0))
      try add(node)
      try append(.jump(split))
      instructions[split] = .split(split + 1, instructions.count)
      return
    }
    var splits: [Int] = []
    for _ in least..<max(least, most) {
      splits.append(instructions.count)
      try append(.split(instructions.count + 1, 0))
      try add(node)
    }
    for split in splits { instructions[split] = .split(split + 1, instructions.count) }
  }

  private mutating func append(_ instruction: Pattern.Instruction) throws(PatternError) {
    guard instructions.count < Pattern.maximumInstructions else {
      throw PatternError(
        offset: 0,
        message: "expected a smaller regular expression: repetitions count as often"
          + " as they may repeat, up to \(Pattern.maximumInstructions) steps")
    }
    instructions.append(instruction)
  }

  private mutating func number(of set: ByteSet) -> Int {
    if let number = numbers[set] { return number }
    numbers[set] = sets.count
    sets.append(set)
    return sets.count - 1
  }
}
