import Glibc

/// The words the C library has for an error number.
func systemMessage(_ number: Int32) -> String {
  var message = [CChar](repeating: 0, count: 256)
  guard unsafe strerror_r(number, &message, message.count) == 0 else { return "error \(number)" }
  return String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The value of an environment variable; nil when it is not set.
func environment(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  return unsafe String(cString: value)
}
