import Foundation
import TestSupport
import Testing

/// Rows on the screen of a real terminal, tmux, which has its own idea of how many cells a character
/// takes.
@Suite(.enabled(if: OracleProgram.has("tmux"), "tmux is not installed"))
struct TerminalScreenTests {
  private static let capture = "Fixtures/generated/hostile-text.pcap"

  /// What stands on the screen of a terminal of 150 columns after a command, and the title that the
  /// terminal has then.
  private func screen(_ command: String) throws -> (lines: [String], title: String) {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      """
      unset TMUX
      export LC_ALL=C.UTF-8
      terminal() { tmux -u -S \(scratch.path)/socket -f /dev/null "$@"; }
      cat > \(scratch.path)/script <<'END'
      \(command)
      touch \(scratch.path)/done
      for i in $(seq 300); do [ -e \(scratch.path)/seen ] && break; sleep 0.1; done
      END
      terminal new-session -d -x 150 -y 90 "bash \(scratch.path)/script"
      for i in $(seq 300); do [ -e \(scratch.path)/done ] && break; sleep 0.1; done
      sleep 0.5
      terminal capture-pane -p
      echo "title: $(terminal display-message -p '#{pane_title}')"
      touch \(scratch.path)/seen
      terminal kill-server
      """)
    var lines = run.output.split(separator: "\n").map(String.init)
    let title = lines.popLast() ?? ""
    #expect(title.hasPrefix("title: "), "\(run.output) \(run.errors)")
    return (lines, title)
  }

  /// The terminal is told to put a bar over the cell where the column behind the captured texts begins:
  /// where texts took other cells than were counted, it covers something else.
  @Test func columnsAreAligned() throws {
    let header = try ProgramRun.script(
      "souptap transactions --failed -q \(Self.capture)", environment: ["COLUMNS": "150"])
    let titles = header.output.split(separator: "\n")[0]
    let cell = try #require(titles.range(of: "OUTCOME")).lowerBound.utf16Offset(in: titles) + 1
    let (lines, title) = try screen(
      "COLUMNS=150 $SOUPTAP_BUILT transactions --failed -q \(Self.capture)"
        + " | sed \"s/\\$/\\x1b[\(cell)G|/\"")
    #expect(!title.contains("owned"))
    #expect(lines.contains { $0.contains("UUID |UTCOME") })
    let rows = lines.filter { $0.contains("rror ") || $0.contains("error") || $0.contains("er|or") }
    #expect(rows.count == HostileText.texts.count, "\(lines)")
    for row in rows { #expect(row.contains(" |rror "), "\(row)") }
  }

  /// Whole messages with everything in them leave the terminal as it was.
  @Test func nothingSteersTheTerminal() throws {
    let (lines, title) = try screen(
      "echo before; $SOUPTAP_BUILT messages -x --show-secrets \(Self.capture) | tail -n 60; echo after"
    )
    #expect(!title.contains("owned"))
    #expect(lines.first == "before")
    #expect(lines.last == "after")
    #expect(lines.contains { $0.contains(#"\x1b]0;owned\x07"#) } || lines.count > 60)
  }
}
