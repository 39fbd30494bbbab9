import Records
import Storage
import Streams
import Wire

extension InspectorCore {
  /// The health of the capture with open connections counted in.
  func currentHealth() -> CaptureHealth {
    var current = health
    for slot in reassembler.slotsInOrder {
      Self.account(connectionRecord(slot, ended: .captureEnded), to: &current)
    }
    current.clockSteps = UInt64(clockEpoch)
    current.limits.datagrams = fragments.evicted
    current.limits.lateDatagrams = fragments.expired
    current.undecoded = []
    for reason in StopReason.allCases where undecoded[Int(reason.rawValue)] > 0 {
      current.undecoded.append((reason.name, undecoded[Int(reason.rawValue)]))
    }
    if fragments.incomplete > 0 {
      current.undecoded.append(("ip-fragment", fragments.incomplete))
    }
    if fragments.overlapping > 0 {
      current.undecoded.append(("overlapping-fragments", fragments.overlapping))
    }
    return current
  }

  /// What the traffic was, open connections counted in.
  func currentSurvey() -> TrafficSurvey {
    var all = ports
    for slot in reassembler.slotsInOrder {
      all.note(connectionRecord(slot, ended: .captureEnded), look: states[slot].look)
    }
    var survey = TrafficSurvey()
    survey.busiestPorts = all.busiest
    survey.segments = segments
    return survey
  }
}

extension TrafficSurvey.Look {
  /// What the first bytes of a stream look like.
  init(firstBytes bytes: RawSpan) {
    guard bytes.byteCount >= 3 else {
      self = .nothing
      return
    }
    let first = bytes.byte(at: 0)
    if (0x14...0x17).contains(first), bytes.byte(at: 1) == 3, bytes.byte(at: 2) <= 4 {
      self = .tls
      return
    }
    let line = bytes.extracting(0..<min(bytes.byteCount, 256))
    // No method begins with another letter than these.
    if [0x44, 0x47, 0x48, 0x4f, 0x50].contains(first) {
      for method in ["GET ", "POST ", "PUT ", "HEAD ", "HTTP/", "DELETE ", "OPTIONS ", "PRI * "]
      where Self.begins(line, with: method) {
        self = .http
        return
      }
    }
    for index in 0..<min(line.byteCount, 32) {
      let byte = line.byte(at: index)
      guard byte >= 0x20 && byte != 0x7f || byte == 9 || byte == 10 || byte == 13 else {
        self = .binary
        return
      }
    }
    self = .text
  }

  private static func begins(_ bytes: RawSpan, with prefix: String) -> Bool {
    var index = 0
    for byte in prefix.utf8 {
      guard index < bytes.byteCount, bytes.byte(at: index) == byte else { return false }
      index += 1
    }
    return true
  }
}
