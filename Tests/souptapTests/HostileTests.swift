import Foundation
import Testing

/// Captures that try to exhaust memory or time, made small by `Tests/hostile/make-captures.py`. Limits
/// are smaller by as much, so that what they do not bound shows. `.ci/run` measures with larger ones
/// what they cost: in instructions, as seconds beside other tests say little.
@Suite struct HostileTests {
  private static func script(_ name: String) -> String {
    ProgramRun.packageRoot.appendingPathComponent("Tests/hostile/\(name)").path
  }

  /// At most 48 MiB, where the whole limits would allow more, and an end without trouble.
  @Test(.enabled(if: OracleProgram.has("python3"), "python3 is not installed"))
  func memoryIsBounded() throws {
    let run = try OracleProgram.run([
      "python3", Self.script("measure.py"), OracleProgram.souptapPath, "--scale", "0.02",
      "--memory", "48", "--growth", "inf", "--factor", "inf", "--runs", "1",
      "--give=--max-held=8MiB", "--give=--max-connections=4000",
    ])
    #expect(run.status == 0, "\(run.output)\n\(run.errors)")
    #expect(run.output.split(separator: "\n").count >= 13)
  }
}
