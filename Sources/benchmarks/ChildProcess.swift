import Glibc
import TestSupport

/// One run of a program.
struct ChildProcess {
  /// Processor time of the program and of the kernel for it, in seconds.
  var seconds: Double
  /// The most memory that was resident, in bytes; 0 unless it was asked for.
  var peakBytes: Int

  /// Runs a program to its end, with standard output into a file and nothing on standard input.
  ///
  /// - Parameter watchesMemory: looks at its memory every half millisecond; what the kernel tells at
  ///   the end would be no less than this process's own.
  init(
    _ command: [String], output: String, watchesMemory: Bool = false
  ) throws(BenchmarkError) {
    let child = try Self.start(command, output: output)
    var status: Int32 = 0
    var usage = rusage()
    peakBytes = 0
    if watchesMemory {
      while unsafe wait4(child, &status, WNOHANG, &usage) == 0 {
        peakBytes = max(peakBytes, Self.peak(of: child))
        usleep(500)
      }
    } else {
      while unsafe wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
    }
    guard status == 0 else {
      throw BenchmarkError("\(command.joined(separator: " ")): ended with status \(status)")
    }
    seconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
  }

  private static func start(
    _ command: [String], output: String
  ) throws(BenchmarkError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { _ = unsafe arguments.map { unsafe free($0) } }
    var child: pid_t = 0
    let problem = unsafe posix_spawnp(&child, command[0], &actions, nil, &arguments, environ)
    guard problem == 0 else {
      throw BenchmarkError("\(command[0]): cannot be run: error \(problem)")
    }
    return child
  }

  /// The most memory that a running process had resident so far, in bytes.
  private static func peak(of process: pid_t) -> Int {
    let text = String(decoding: FixtureFile.bytes(atPath: "/proc/\(process)/status"), as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return
        (line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first
        .flatMap { Int($0) } ?? 0) << 10
    }
    return 0
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }
}
