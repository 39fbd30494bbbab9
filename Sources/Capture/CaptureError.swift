/// Why packets could not be had: which file, device or filter it is about, and what is wrong with it.
///
/// `description` is one line for a person. It may hold file and device names as they were given;
/// whoever prints it escapes it.
public struct CaptureError: Error, Sendable, CustomStringConvertible {
  /// The file, the device, or the option at fault.
  public let subject: String
  /// What is wrong, and what to do about it where that is known.
  public let problem: String

  /// Creates an error about `subject`.
  public init(_ subject: String, _ problem: String) {
    self.subject = subject
    self.problem = problem
  }

  /// The subject with its problem.
  public var description: String { "\(subject): \(problem)" }
}
