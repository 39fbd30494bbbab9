import Foundation
import TestSupport
import Testing

/// Compressed captures, recognised by what is in them.
struct CompressedInputTests {
  static let tools = ["gzip", "zstd", "lz4", "xz"]
  private static let capture = InputTests.capture

  @Test(
    .enabled(if: tools.allSatisfy { OracleProgram.has($0) }, "gzip, zstd, lz4 or xz is missing"),
    arguments: tools)
  func aCompressedCaptureIsReadAsIfItWereNot(tool: String) throws {
    let run = try ProgramRun.script(
      """
      d=$(mktemp -d)
      expected=$(souptap messages --format ndjson - < \(Self.capture))
      check() { [ "$(cat)" = "$expected" ] && echo same $1 || echo differs $1; }
      \(tool) -c \(Self.capture) > $d/any.name
      souptap messages --format ndjson - < $d/any.name | check file
      cat $d/any.name | souptap messages --format ndjson - | check pipe
      # Members of a byte, of many bytes, and of none.
      (head -c 1 \(Self.capture) | \(tool) -c; head -c 1000 \(Self.capture) | tail -c +2 | \(tool) -c
       : | \(tool) -c; tail -c +1001 \(Self.capture) | \(tool) -c) > $d/members
      souptap messages --format ndjson - < $d/members | check members
      souptap report --format ndjson $d/any.name $d/any.name | grep -o '"packets":56'
      # As it comes: each packet is told while its writer still waits.
      rm -r $d
      """)
    #expect(run.output == "same file\nsame pipe\nsame members\n\"packets\":56\n", "\(run.errors)")
  }

  /// Cut anywhere: the packets before are told, and where it was cut.
  @Test(
    .enabled(if: tools.allSatisfy { OracleProgram.has($0) }, "gzip, zstd, lz4 or xz is missing"),
    arguments: tools)
  func aCutCompressedCaptureIsTold(tool: String) throws {
    let run = try ProgramRun.script(
      """
      d=$(mktemp -d)
      \(tool) -c \(Self.capture) > $d/whole
      size=$(stat -c %s $d/whole)
      for length in 7 20 100 $((size / 2)) $((size - 10)) $((size - 1)); do
        head -c $length $d/whole > $d/cut
        souptap report -q --format ndjson $d/cut > $d/out 2> $d/err
        echo $? $length $(grep -c '"ended":"error"' $d/out) $(cat $d/err)
      done
      # Damage in the middle, and rubbish behind the end.
      (head -c $((size / 2)) $d/whole; printf '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff'
       tail -c +$((size / 2 + 9)) $d/whole) > $d/damaged
      (cat $d/whole; echo rubbish) > $d/rubbish
      for file in damaged rubbish; do
        souptap report -q --format ndjson $d/$file > $d/out 2> $d/err
        echo $? $file $(grep -o '"packets":28' $d/out) $(cat $d/err)
      done
      rm -r $d
      """)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 8)
    for line in lines.prefix(6) {
      let words = line.split(separator: " ")
      #expect(line.hasPrefix("2 \(words[1]) 1 souptap: "), "\(line)")
      #expect(
        line.contains("at byte \(words[1]) of the compressed file: the \(tool) data do not end"))
      #expect(line.contains("packet"), "\(line)")
    }
    for line in lines.suffix(2) {
      #expect(line.hasPrefix("2 "), "\(line)")
      #expect(line.contains("at byte "), "\(line)")
      #expect(
        line.contains("of the compressed file") || line.contains("unpacked"), "\(line)")
    }
    #expect(lines.last?.contains("rubbish \"packets\":28 souptap: ") == true)
  }

  /// What unpacks to a thousand times its size takes time, not memory: here a block that is skipped.
  @Test(.enabled(if: OracleProgram.has("xz"), "xz is missing"), arguments: ["gzip -1", "xz -0"])
  func aBombIsReadInPieces(tool: String) throws {
    let run = try ProgramRun.script(
      """
      d=$(mktemp -d)
      # A section, then a block of an unknown type that claims 400 MB, all zeros.
      (printf '\\x0a\\x0d\\x0d\\x0a\\x1c\\0\\0\\0\\x4d\\x3c\\x2b\\x1a\\1\\0\\0\\0'
       printf '\\377\\377\\377\\377\\377\\377\\377\\377\\x1c\\0\\0\\0'
       printf '\\x77\\x77\\0\\0\\0\\0\\0\\x18'; head -c 402653172 /dev/zero
       printf '\\0\\0\\0\\x18') | \(tool) -c > $d/bomb
      ulimit -v 700000
      souptap report -q --format ndjson $d/bomb
      echo status $?
      rm -r $d
      """)
    #expect(run.output.contains("status 0"), "\(run.errors)")
    #expect(run.output.contains("\"packets\":0"))
  }

  @Test func whatIsCompressedOtherwiseIsNamedWithItsCure() throws {
    let run = try ProgramRun.script(
      "d=$(mktemp -d); printf 'BZh91AY&SY12345678901234567890' > \"$d/a b\";"
        + " souptap report \"$d/a b\"; echo $?; gzip -c Package.swift > $d/text;"
        + " souptap report $d/text; echo $?; rm -r $d")
    #expect(run.output == "2\n2\n")
    #expect(run.errors.contains("bzcat '/"))
    #expect(run.errors.contains("unpacked from gzip it begins with text"))
  }
}
