import Foundation
import Testing

/// What happens before the first packet: which wishes are for a command, and what is loaded for them.
struct StartTests {
  static let capture = InputTests.capture

  @Test(arguments: ["report", "transactions", "messages", "connections", "streams", "schema"])
  func wishesForTheProgramAreUnderstoodBehindEveryCommand(command: String) throws {
    let version = try ProgramRun.souptap("--version")
    let script = try ProgramRun.souptap("--generate-completion-script bash")
    let help = try ProgramRun.souptap("help \(command)")
    #expect(version.status == 0)
    #expect(script.output.contains("--secret-keys"))
    #expect(help.output.contains("souptap \(command)"))
    for (arguments, expected) in [
      ("\(command) \(Self.capture) --utc --version", version),
      ("\(command) --version", version),
      ("\(command) \(Self.capture) --generate-completion-script bash", script),
      ("\(command) --generate-completion-script=bash", script),
      ("\(command) --secret-keys --generate-completion-script bash", script),
      ("\(command) --utc \(Self.capture) --help", help), ("\(command) -h", help),
    ] {
      let run = try ProgramRun.souptap(arguments)
      #expect(run.status == 0, "\(arguments)")
      #expect(run.output == expected.output, "\(arguments)")
    }
  }

  /// Files that are no libraries stand for a host without libpcap.
  @Test func filesAreReadWithoutLibpcapAndWhatNeedsItSaysSo() throws {
    let directory = try ScratchDirectory()
    for name in ["libpcap.so.0.8", "libpcap.so.1"] {
      try Data("no library".utf8).write(to: URL(fileURLWithPath: "\(directory.path)/\(name)"))
    }
    let environment = ["LD_LIBRARY_PATH": directory.path]
    let report = try ProgramRun.script("souptap report \(Self.capture)", environment: environment)
    #expect(report.status == 0)
    #expect(try report.output == ProgramRun.souptap("report \(Self.capture)").output)
    for (arguments, option) in [
      ("report --filter tcp \(Self.capture)", "--filter"), ("-D", "--list-interfaces"),
      ("report -i lo", "--interface lo"),
    ] {
      let run = try ProgramRun.script("souptap \(arguments)", environment: environment)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.errors.contains("\(option): needs libpcap"), "\(run.errors)")
      #expect(run.errors.contains("libpcap0.8"), "\(run.errors)")
    }
  }
}
