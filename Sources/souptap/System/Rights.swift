import CLinux
import Glibc

/// What a process may do beyond what its user may.
enum Rights {
  /// Gives up every right, for good: user and groups, capabilities, and what programs started from
  /// here could gain. The process must have no other thread.
  ///
  /// - Parameter identity: who to become; nil to stay who one is.
  /// - Throws: a `ConfigurationError` when some right would be kept.
  static func drop(to identity: Identity?) throws(ConfigurationError) {
    // Only possible with CAP_SETPCAP; without new privileges the bounding set is of no use anyway.
    for capability in 0..<64 as Range<Int32> {
      guard souptap_drop_bounding_capability(capability) == 0 else { break }
    }
    _ = souptap_clear_ambient_capabilities()
    if let identity {
      if identity.user != 0 {
        guard unsafe initgroups(identity.name, identity.group) == 0 else {
          throw failure(identity, "setting its groups")
        }
      }
      guard souptap_set_group(identity.group) == 0 else {
        throw failure(identity, "setting its group")
      }
      guard souptap_set_user(identity.user) == 0 else { throw failure(identity, "becoming it") }
    }
    guard souptap_keep_capabilities(0) == 0, souptap_capabilities() == 0 else {
      throw ConfigurationError("capabilities cannot be dropped: \(systemMessage(errno))")
    }
    guard souptap_set_no_new_privileges() == 0, souptap_has_no_new_privileges() != 0 else {
      throw ConfigurationError("no_new_privs cannot be set: \(systemMessage(errno))")
    }
    if let identity, geteuid() != identity.user || getegid() != identity.group {
      throw failure(identity, "becoming it")
    }
  }

  private static func failure(_ identity: Identity, _ what: String) -> ConfigurationError {
    ConfigurationError(
      "rights cannot be dropped to user \(identity.name): \(what): \(systemMessage(errno));"
        + " name another with -Z, or -Z root to drop the capabilities alone")
  }
}
