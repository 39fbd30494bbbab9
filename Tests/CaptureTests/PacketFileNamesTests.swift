import Capture
import Foundation
import Testing

/// Names of rings, as the manual page of tcpdump has them.
struct PacketFileNamesTests {
  @Test func filesLimitedInSizeAreNumberedBehindTheFirst() {
    var names = PacketFileNames(path: "ring.pcap")
    names.bytes = 1_000_000
    #expect(
      [0, 1, 2, 10].map { names.name(count: $0, time: 0) }
        == ["ring.pcap", "ring.pcap1", "ring.pcap2", "ring.pcap10"])
  }

  /// With as many leading zeros as the last number needs.
  @Test(arguments: [(1, "ring"), (3, "ring0"), (10, "ring0"), (11, "ring00"), (1000, "ring000")])
  func limitedFilesAllHaveANumber(files: Int, first: String) {
    var names = PacketFileNames(path: "ring")
    names.bytes = 1
    names.files = files
    #expect(names.name(count: 0, time: 0) == first)
  }

  @Test func filesLimitedInTimeHaveItInTheirName() {
    var names = PacketFileNames(path: "a-%s-%%.pcapng")
    names.seconds = 60
    #expect(names.name(count: 0, time: 1_700_000_000) == "a-1700000000-%.pcapng")
    names.files = 5
    #expect(names.name(count: 0, time: 1_700_000_000) == "a-1700000000-%.pcapng")
    names.bytes = 1
    #expect(names.name(count: 2, time: 1_700_000_000) == "a-1700000000-%.pcapng2")
  }

  @Test func oneFileHasTheNameItself() {
    #expect(PacketFileNames(path: "100%s.pcapng").name(count: 0, time: 9) == "100%s.pcapng")
  }
}
