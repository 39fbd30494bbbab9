internal import Glibc

/// The names of the files that packets are kept in, as tcpdump makes them.
///
/// One file without limits. With a size limit the files behind the first have a number at the end;
/// with a number of files, too, all have one, with as many digits as the last one needs. With a time
/// limit the name is a pattern of strftime(3), in local time.
public struct PacketFileNames: Sendable {
  /// The name that was asked for; `-` is standard output.
  public var path: String
  /// Bytes after which the next file begins.
  public var bytes: UInt64?
  /// Seconds after which the next file begins.
  public var seconds: Int64?
  /// How many files there may be: after them the first is overwritten, or with a time limit alone
  /// the run ends.
  public var files: Int?

  /// Creates the names for one file.
  public init(path: String) {
    self.path = path
  }

  /// Whether there is more than one file.
  public var areSeveral: Bool { bytes != nil || seconds != nil }

  /// Whether all files have the same name: the time limit's pattern has no part that changes.
  public var areOneName: Bool { seconds != nil && bytes == nil && !path.contains("%") }

  /// The name of a file.
  ///
  /// - Parameters:
  ///   - count: how many files of the same moment came before it.
  ///   - time: when it begins, in seconds since the Unix epoch.
  public func name(count: Int, time: Int64) -> String {
    var name = path
    if seconds != nil {
      var moment = time_t(time)
      var local = unsafe tm()
      var text = [CChar](repeating: 0, count: 4096)
      if unsafe localtime_r(&moment, &local) != nil,
        unsafe strftime(&text, text.count, path, &local) > 0
      {
        name = Capture.text(of: text)
      }
    }
    guard bytes != nil else { return name }
    var digits = 0
    var largest = (files ?? 1) - 1
    while largest > 0 {
      digits += 1
      largest /= 10
    }
    if count == 0, digits == 0 { return name }
    let number = String(count)
    return name + String(repeating: "0", count: max(0, digits - number.count)) + number
  }
}
