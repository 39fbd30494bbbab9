/// The JSON Schema (draft 2020-12) of every line that souptap writes as NDJSON.
public enum JSONSchema {
  /// The schema, indented, with a line end.
  public static var text: String {
    var json = JSONWriter(capacity: 65_536)
    json.beginObject()
    json.field("$schema", "https://json-schema.org/draft/2020-12/schema")
    json.field("title", "souptap records, version \(RunDescription.schema)")
    json.field(
      "description",
      """
      One line of souptap's NDJSON output. The first line of an output is meta and the last is \
      summary; an output without summary was cut off. What is not known is absent, never null. \
      Later versions of schema 1 add fields; none is taken away or changed.
      """)
    json.field("type", "object")
    json.field("required", ["record"])
    json.key("oneOf")
    json.beginArray()
    for (name, _, _) in records {
      json.beginObject()
      json.field("$ref", "#/$defs/\(name)")
      json.endObject()
    }
    json.endArray()
    json.key("$defs")
    json.beginObject()
    for (name, description, fields) in records {
      json.key(name)
      let all = [.always("record", .constant(name), "The kind of the line.")] + fields
      json.schema(.object(all), description: description)
    }
    for (name, description, type) in shared {
      json.key(name)
      json.schema(type, description: description)
    }
    json.endObject()
    json.endObject()
    return indented(json.buffer.bytes)
  }

  /// The kinds of lines, in the order in which the contract tells them.
  static var records: [(name: String, description: String, fields: [SchemaField])] {
    [
      ("meta", "What the run was asked to do; the first line.", meta),
      ("message", "A message as it was read.", message),
      ("transaction", "A Request with its Response, or without.", transaction),
      ("diagnostic", "An oddity that was read over.", diagnostic),
      ("connection", "A TCP connection.", connection),
      ("stream", "One direction of a connection, written to a file.", stream),
      ("interval", "What was told in a stretch of time.", interval),
      ("summary", "What was told in the whole run; the last line.", summary),
    ]
  }

  /// Definitions that several kinds share.
  static var shared: [(name: String, description: String, type: SchemaType)] {
    [
      ("direction_counts", "What was counted in one direction.", .object(directionCounts)),
      ("figures", "Counts and rates of transactions.", .object(figures)),
      ("distribution", "A distribution of latencies, nanoseconds.", .object(distribution)),
    ]
  }

  /// Breaks compact JSON into indented lines. It trusts the input: our own writer made it.
  private static func indented(_ json: RawSpan) -> String {
    var output = OutputBuffer(capacity: json.byteCount * 2)
    var depth = 0
    var isInString = false
    var isEscaped = false
    for offset in 0..<json.byteCount {
      let byte = json.byte(at: offset)
      if isInString {
        output.append(byte)
        isInString = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        output.append(byte)
        output.append("\n")
        output.append(repeating: 0x20, count: 2 * depth)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        output.append("\n")
        output.append(repeating: 0x20, count: 2 * depth)
        output.append(byte)
      case UInt8(ascii: ","):
        output.append(",\n")
        output.append(repeating: 0x20, count: 2 * depth)
      case UInt8(ascii: ":"):
        output.append(": ")
      default:
        isInString = byte == UInt8(ascii: "\"")
        output.append(byte)
      }
    }
    output.append("\n")
    return output.string
  }
}
