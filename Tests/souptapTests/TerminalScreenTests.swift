import Foundation
import TestSupport
import Testing

/// Rows on the screen of a real terminal, tmux, which has its own idea of how many cells a character
/// takes.
@Suite(.enabled(if: OracleProgram.has("tmux"), "tmux is not installed"))
struct TerminalScreenTests {
  /// What stands on the screen of a terminal with 150 columns after a command, and the title that the
  /// terminal has then.
  private func screen(_ command: String) throws -> (lines: [String], title: String) {
    let scratch = try ScratchDirectory()
    let run = try ProgramRun.script(
      """
      unset TMUX
      export LC_ALL=C.UTF-8
      terminal() { tmux -u -S \(scratch.path)/socket -f /dev/null "$@"; }
      terminal new-session -d -x 150 -y 70 \
        "$SOUPTAP_BUILT \(command); touch \(scratch.path)/done; sleep 60"
      for i in $(seq 300); do [ -e \(scratch.path)/done ] && break; sleep 0.1; done
      sleep 0.3
      terminal capture-pane -p
      echo "title $(terminal display-message -p '#{pane_title}')"
      terminal kill-server
      """)
    var lines = run.output.split(separator: "\n").map(String.init)
    let title = lines.popLast() ?? ""
    return (lines, title)
  }

  /// Where the columns behind the type begin is measured by the terminal itself: a plain character is
  /// put at the cell by the cursor, over what stands there.
  @Test func columnsAreAligned() throws {
    let (lines, title) = try screen(
      "transactions --utc -q --color never Fixtures/generated/hostile-text.pcap")
    #expect(!title.contains("owned"))
    let rows = lines.filter { $0.contains(" error ") }
    #expect(rows.count == HostileText.texts.count, "\(lines)")
    let starts = rows.map { row in
      row.range(of: " error ").map { Self.cells(in: row[..<$0.lowerBound]) } ?? -1
    }
    #expect(Set(starts).count == 1, "\(zip(starts, rows).map { "\($0) \($1)" })")
    // No row is wider than the screen: each takes one line.
    #expect(lines.count == HostileText.texts.count + 2)
  }

  /// Cells of a text as Unicode's East Asian Width and tmux have it, for the characters of the fixture:
  /// written here by hand, not taken from the program.
  private static func cells(in text: Substring) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.value {
      case 0x300...0x36f: sum
      case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xff00...0xff60, 0x1f1e6...0x1f1ff,
        0x1f300...0x1faff:
        sum + 2
      default: sum + 1
      }
    }
  }
}
