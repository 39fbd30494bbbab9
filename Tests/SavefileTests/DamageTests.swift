import Savefile
import TestSupport
import Testing

/// What is left of a damaged file: every whole packet before the damage, and where it is.
@Suite struct DamageTests {
  @Test(arguments: WholeSavefile.all)
  func aCutFileGivesItsWholePackets(file: WholeSavefile) throws {
    let whole = ReadOut(file.bytes)
    #expect(whole.error == nil)
    #expect(whole.packets.count == file.packetEnds.count)
    for cut in file.cuts {
      let read = ReadOut(cut.bytes)
      let count = file.packets(before: cut.damage)
      #expect(read.packets == Array(whole.packets.prefix(count)), "\(cut.name)")
      guard let error = read.error else { continue }
      #expect(error.kind == (cut.bytes.isEmpty ? .empty : .cutShort), "\(cut.name)")
      #expect(error.packetsRead == UInt64(count), "\(cut.name)")
      #expect(error.offset <= UInt64(cut.damage), "\(cut.name)")
      #expect(error.offset >= UInt64(count == 0 ? 0 : file.packetEnds[count - 1]), "\(cut.name)")
    }
  }

  @Test(arguments: WholeSavefile.all)
  func aLieLeavesWhatStandsBeforeIt(file: WholeSavefile) throws {
    let whole = ReadOut(file.bytes)
    var errors = 0
    for lie in file.lies {
      let read = ReadOut(lie.bytes)
      let count = file.packets(before: lie.damage)
      if !read.packets.starts(with: whole.packets.prefix(count)) {
        Issue.record("\(lie.name): packets before the damage differ")
      }
      if read.largestDemand > SavefileReader.maximumBlockLength {
        Issue.record("\(lie.name): \(read.largestDemand) bytes wanted at once")
      }
      guard let error = read.error else { continue }
      errors += 1
      if error.packetsRead != UInt64(read.packets.count) || error.reason.isEmpty
        || error.offset > UInt64(lie.bytes.count)
      {
        Issue.record("\(lie.name): \(error)")
      }
    }
    // Lengths are a good part of a file: many lies are found out.
    #expect(errors > 100)
  }

  /// The buffer's size changes nothing.
  @Test(arguments: WholeSavefile.all)
  func damageIsTheSameInPieces(file: WholeSavefile) {
    for (index, lie) in file.lies.enumerated() where index % 37 == 0 {
      var (whole, pieces) = (ReadOut(lie.bytes), ReadOut(lie.bytes, step: 7))
      whole.largestDemand = 0
      pieces.largestDemand = 0
      #expect(whole == pieces, "\(lie.name)")
    }
  }
}
