import Rendering
import Testing

@Suite struct UnitsTests {
  @Test(
    arguments: [
      (0, "0 ns"), (999, "999 ns"), (1000, "1.00 µs"), (9_994, "9.99 µs"), (9_995, "10.0 µs"),
      (12_345, "12.3 µs"), (950_000, "950 µs"), (999_499, "999 µs"), (999_500, "1.00 ms"),
      (12_300_000, "12.3 ms"), (999_500_000, "1.00 s"), (1_200_000_000, "1.20 s"),
      (99_950_000_000, "100 s"), (119_000_000_000, "119 s"), (120_000_000_000, "2m 00s"),
      (750_000_000_000, "12m 30s"), (11_100_000_000_000, "3h 05m"),
      (183_600_000_000_000, "2d 03h"), (-1_500_000, "-1.50 ms"), (.min, "-106751d 23h"),
    ] as [(Int64, String)])
  func durations(nanoseconds: Int64, expected: String) {
    #expect(Units.duration(nanoseconds) == expected)
  }

  @Test(
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (1_002_003, "1,002,003"),
      (.max, "18,446,744,073,709,551,615"),
    ] as [(UInt64, String)])
  func counts(count: UInt64, expected: String) {
    #expect(Units.count(count) == expected)
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1536, "1.50 KiB"), (12_595, "12.3 KiB"),
      (1_048_576, "1.00 MiB"), (.max, "16.0 EiB"),
    ] as [(UInt64, String)])
  func bytes(count: UInt64, expected: String) {
    #expect(Units.bytes(count) == expected)
  }

  @Test(
    arguments: [
      (0, "0%"), (1, "100%"), (0.00001, "<0.01%"), (0.99999, ">99.9%"), (0.0123, "1.23%"),
      (0.5, "50.0%"), (0.005, "0.500%"),
    ] as [(Double, String)])
  func shares(share: Double, expected: String) {
    #expect(Units.share(share) == expected)
  }

  @Test(
    arguments: [
      (0, "0.000/s"), (0.1234, "0.123/s"), (9.999, "10.0/s"), (12.34, "12.3/s"),
      (12_345.6, "12,346/s"), (.infinity, "?/s"),
    ] as [(Double, String)])
  func rates(rate: Double, expected: String) {
    #expect(Units.rate(rate) == expected)
  }

  @Test(
    arguments: [
      (0, "0 gaps"), (1, "1 gap"), (2, "2 gaps"), (1_000, "1,000 gaps"),
    ] as [(UInt64, String)])
  func whatIsCountedAgreesWithItsNumber(count: UInt64, words: String) {
    #expect(Units.count(count, "gap") == words)
    let latencies = Units.count(count, "latency", "latencies")
    #expect(latencies.hasSuffix(count == 1 ? " latency" : " latencies"))
  }
}
