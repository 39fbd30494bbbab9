/// A field of a record, as the schema describes it.
struct SchemaField {
  var name: String
  var type: SchemaType
  var description: String
  /// Whether every record of the kind has it.
  var isRequired: Bool

  /// A field that is absent where it does not apply or is not known.
  static func optional(_ name: String, _ type: SchemaType, _ description: String) -> SchemaField {
    SchemaField(name: name, type: type, description: description, isRequired: false)
  }

  /// A field that is always there.
  static func always(_ name: String, _ type: SchemaType, _ description: String) -> SchemaField {
    SchemaField(name: name, type: type, description: description, isRequired: true)
  }

  /// Captured text, with its exact bytes beside it where it is not UTF-8.
  static func captured(_ name: String, _ description: String) -> [SchemaField] {
    [
      .optional(name, .text, description),
      .optional("\(name)_base64", .base64, "The exact bytes of \(name), where not UTF-8."),
    ]
  }

  /// A duration.
  static func duration(_ name: String, _ description: String) -> SchemaField {
    .optional("\(name)_ns", .integer, description + " Nanoseconds.")
  }
}

/// What values a field has.
indirect enum SchemaType {
  case text, base64, time, integer, number, flag
  case constant(String)
  case choice([String])
  case list(SchemaType)
  case object([SchemaField])
  /// An object of counts by names that traffic decides.
  case counts
  /// A definition that several records share.
  case shared(String)
}

extension JSONWriter {
  /// Writes the schema of a value.
  mutating func schema(_ type: SchemaType, description: String?) {
    beginObject()
    field("description", description)
    switch type {
    case .text:
      field("type", "string")
    case .base64:
      field("type", "string")
      field("contentEncoding", "base64")
      field("pattern", "^[A-Za-z0-9+/]+={0,2}$")
    case .time:
      field("type", "string")
      field("format", "date-time")
      field("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}Z$")
    case .integer:
      field("type", "integer")
      field("minimum", 0)
    case .number:
      field("type", "number")
    case .flag:
      field("type", "boolean")
    case .constant(let text):
      field("const", text)
    case .choice(let names):
      field("enum", names)
    case .list(let element):
      field("type", "array")
      key("items")
      schema(element, description: nil)
    case .object(let fields):
      schemaMembers(fields)
    case .counts:
      field("type", "object")
      key("additionalProperties")
      schema(.integer, description: nil)
    case .shared(let name):
      field("$ref", "#/$defs/\(name)")
    }
    endObject()
  }

  /// Writes what an object has, inside its schema. Fields that are not named are allowed.
  private mutating func schemaMembers(_ fields: [SchemaField]) {
    field("type", "object")
    key("properties")
    beginObject()
    for field in fields {
      key(field.name)
      schema(field.type, description: field.description)
    }
    endObject()
    field("required", fields.filter(\.isRequired).map(\.name))
  }
}
