import Glibc

/// A bounded number of open descriptors: when another is opened, the one that was used least recently
/// is closed. Whoever holds a number finds out when asking for it, and opens the file again.
struct OpenFiles {
  private static let capacity = 64

  private struct Entry {
    var number: Int
    var descriptor: Int32
    var lastUse: Int
  }

  private var entries: [Entry] = []
  private var uses = 0
  /// The first error number that closing a file gave.
  private var trouble: Int32?

  /// The descriptor behind a number, unless it was closed meanwhile.
  mutating func descriptor(_ number: Int) -> Int32? {
    guard let index = entries.firstIndex(where: { $0.number == number }) else { return nil }
    uses += 1
    entries[index].lastUse = uses
    return entries[index].descriptor
  }

  /// Takes a descriptor over; gives a number for it.
  mutating func add(_ descriptor: Int32) -> Int {
    if entries.count >= Self.capacity,
      let oldest = entries.indices.min(by: { entries[$0].lastUse < entries[$1].lastUse })
    {
      shut(entries[oldest].descriptor)
      entries.remove(at: oldest)
    }
    uses += 1
    entries.append(Entry(number: uses, descriptor: descriptor, lastUse: uses))
    return uses
  }

  /// Closes the file behind a number, if it is still open.
  mutating func close(_ number: Int) {
    guard let index = entries.firstIndex(where: { $0.number == number }) else { return }
    shut(entries[index].descriptor)
    entries.remove(at: index)
  }

  /// Closes all; gives the first error number there ever was.
  mutating func closeAll() -> Int32? {
    for entry in entries { shut(entry.descriptor) }
    entries = []
    return trouble
  }

  private mutating func shut(_ descriptor: Int32) {
    if Glibc.close(descriptor) != 0, trouble == nil { trouble = errno }
  }
}
