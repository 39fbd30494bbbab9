internal import CLinux
internal import Glibc

/// Another network namespace, such as that of a container.
public enum NetworkNamespace {
  /// Does something inside a network namespace, and comes back.
  ///
  /// - Parameter name: what `ip netns` calls it, a process that is in it, or a path; nil to stay.
  /// - Throws: a `CaptureError` when it cannot be entered, or what `body` throws.
  public static func inside<Result>(
    _ name: String?, _ body: () throws(CaptureError) -> Result
  ) throws(CaptureError) -> Result {
    guard let name else { return try body() }
    let subject = "--netns \(name)"
    let home = unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
    guard home >= 0 else { throw CaptureError(subject, systemMessage(errno)) }
    defer { close(home) }
    let target = try descriptor(of: name)
    defer { close(target) }
    guard souptap_enter_network(target) == 0 else {
      let words =
        switch errno {
        case EPERM: "entering it needs root, or the capability cap_sys_admin"
        case EINVAL: "is no network namespace"
        default: systemMessage(errno)
        }
      throw CaptureError(subject, words)
    }
    let result: Swift.Result<Result, CaptureError>
    do {
      result = .success(try body())
    } catch {
      result = .failure(error)
    }
    // Before anything is done with the result: nothing else belongs into that namespace.
    guard souptap_enter_network(home) == 0 else {
      throw CaptureError(subject, "there is no way back: \(systemMessage(errno))")
    }
    return try result.get()
  }

  private static func descriptor(of name: String) throws(CaptureError) -> Int32 {
    var paths = ["/run/netns/\(name)", "/var/run/netns/\(name)"]
    if name.contains("/") {
      paths = [name]
    } else if let process = Int32(name), process > 0 {
      paths.append("/proc/\(process)/ns/net")
    }
    var number = ENOENT
    for path in paths {
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      if descriptor >= 0 { return descriptor }
      if errno != ENOENT { number = errno }
    }
    throw CaptureError(
      "--netns \(name)",
      number == ENOENT
        ? "there is no such network namespace and no such process: name one of 'ip netns list',"
          + " or a process in it ('docker inspect -f {{.State.Pid}} CONTAINER' tells one)"
        : "cannot be opened: \(systemMessage(number))")
  }
}
