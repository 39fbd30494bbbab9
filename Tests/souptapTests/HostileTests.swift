import Foundation
import Testing

/// Captures that try to exhaust memory or time, made small by `Tests/hostile/make-captures.py`. Limits
/// are smaller by as much, so that what they do not bound shows. `.ci/run` measures the release build
/// with larger ones.
@Suite struct HostileTests {
  private static func script(_ name: String) -> String {
    ProgramRun.packageRoot.appendingPathComponent("Tests/hostile/\(name)").path
  }

  /// At most 48 MiB, where the whole limits would allow more, and for twice the size not much more
  /// than twice the time, where that is long enough to be told from noise. Other tests run beside it,
  /// so the first time that holds counts.
  @Test(.enabled(if: OracleProgram.has("python3"), "python3 is not installed"))
  func memoryAndTimeAreBounded() throws {
    let run = try OracleProgram.run([
      "python3", Self.script("measure.py"), OracleProgram.souptapPath, "--scale", "0.02",
      "--memory", "48", "--growth", "2.6", "--factor", "12", "--runs", "2", "--attempts", "4",
      "--least", "0.15",
      "--give=--max-held=8MiB", "--give=--max-connections=4000",
    ])
    #expect(run.status == 0, "\(run.output)\n\(run.errors)")
    #expect(run.output.split(separator: "\n").count >= 13)
  }
}
