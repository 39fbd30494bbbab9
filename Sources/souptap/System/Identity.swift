import Glibc

/// A user with its group.
struct Identity: Sendable {
  var name: String
  var user: uid_t
  var group: gid_t

  /// The user that a live capture runs as once everything is open: the one that was asked for, else
  /// the one who called sudo, else nobody. nil where the process has no right to become another one.
  ///
  /// - Throws: a `ConfigurationError` when there is no such user.
  static func forCapture(_ wanted: String?) throws(ConfigurationError) -> Identity? {
    guard geteuid() == 0 else {
      guard let wanted else { return nil }
      guard let identity = Identity(named: wanted), identity.user == geteuid() else {
        throw ConfigurationError("-Z \(wanted): only root can become another user; run with sudo")
      }
      return nil
    }
    if let wanted {
      guard let identity = Identity(named: wanted) else {
        throw ConfigurationError("-Z \(wanted): there is no such user")
      }
      return identity
    }
    if let caller = environment("SUDO_USER"), let identity = Identity(named: caller),
      identity.user != 0
    {
      return identity
    }
    // The number that Linux means by it, where no file knows the name.
    return Identity(named: "nobody") ?? Identity(name: "nobody", user: 65_534, group: 65_534)
  }

  /// Whether files that the run makes shall belong to the user: not to nobody, who is anybody.
  var ownsFiles: Bool { name != "nobody" && user != 0 }
}

extension Identity {
  /// Looks a name up.
  init?(named name: String) {
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var text = [CChar](repeating: 0, count: 16_384)
    guard unsafe getpwnam_r(name, &entry, &text, text.count, &found) == 0, unsafe found != nil
    else { return nil }
    self.init(name: name, user: unsafe entry.pw_uid, group: unsafe entry.pw_gid)
  }
}
