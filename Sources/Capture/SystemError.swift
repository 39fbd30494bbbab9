internal import Glibc

/// The words the C library has for an error number.
func systemMessage(_ number: Int32) -> String {
  var message = [CChar](repeating: 0, count: 256)
  guard unsafe strerror_r(number, &message, message.count) == 0 else { return "error \(number)" }
  return text(of: message)
}
