import Capture
import Glibc
import Rendering

/// What `--list-interfaces` prints.
enum InterfaceList {
  /// Prints it.
  ///
  /// - Parameter namespace: the network namespace that they are in; nil for that of the process.
  static func execute(in namespace: String? = nil) throws -> ExitStatus {
    let interfaces = try NetworkNamespace.inside(namespace) { () throws(CaptureError) in
      try NetworkInterface.all()
    }
    guard !interfaces.isEmpty else {
      Console.say("libpcap sees no interface; capturing needs root or cap_net_raw")
      return .trouble
    }
    var lines = ""
    for (index, interface) in interfaces.enumerated() {
      var states: [String] = []
      if interface.isUp { states.append("up") }
      if interface.isRunning { states.append("running") }
      if interface.isLoopback { states.append("loopback") }
      let state = states.isEmpty ? "" : " [\(states.joined(separator: ", "))]"
      let words = interface.description.map { "  \($0)" } ?? ""
      lines += TerminalText.escaped("\(index + 1). \(interface.name)\(state)\(words)") + "\n"
    }
    return StandardOutput.write(lines)
  }
}

/// Short texts for standard output.
enum StandardOutput {
  /// Writes text; trouble is told and becomes the exit status.
  static func write(_ text: String) -> ExitStatus {
    // A reader that is gone shows in the write.
    signal(SIGPIPE, SIG_IGN)
    let output = OutputFile()
    unsafe output.write(Array(text.utf8).span.bytes)
    guard case .failed(let problem) = output.trouble else { return .fine }
    Console.say(problem)
    return .trouble
  }
}
