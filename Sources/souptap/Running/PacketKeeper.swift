import Capture
import Rendering
import Wire

/// Keeps the packets of a run in the files of `--write`.
final class PacketKeeper {
  private let writer: PacketWriter
  private let plan: KeepPlan
  /// Which interface of the file stands for what comes from an input, in files.
  private var places: [(input: UInt16, linkType: LinkType, place: Int)] = []
  private var latest = 0

  /// Opens the first file.
  ///
  /// - Parameters:
  ///   - place: that of the packets' files in `opener`.
  ///   - time: when the capture begins; nil for packets that come from files.
  init(
    _ plan: KeepPlan, opener: FileOpener, place: Int, time: CaptureTime?
  ) throws(CaptureError) {
    self.plan = plan
    writer = try PacketWriter(
      plan.format, names: plan.names, time: time,
      application: "souptap \(SouptapCommand.toolVersion)"
    ) { count, seconds, isAnew throws(CaptureError) in
      if plan.isStandardOutput { return 1 }
      let request: FileOpener.Request =
        isAnew
        ? .append(count: count, seconds: seconds) : .create(count: count, seconds: seconds)
      switch opener.open(place, request) {
      case .success(let descriptor): return descriptor
      case .failure(let error):
        throw CaptureError(
          "--write \(plan.names.name(count: count, time: seconds))", systemMessage(error.number))
      }
    }
  }

  /// Makes the interfaces of a live capture known.
  ///
  /// - Throws: a `ConfigurationError` when the format has no room for all of them.
  func describe(_ sources: [LiveSource]) throws(ConfigurationError) {
    if plan.format == .pcap, let first = sources.first,
      let other = sources.first(where: { $0.linkType != first.linkType })
    {
      throw ConfigurationError(
        "--write \(plan.names.path): a pcap file has one link type, and \(first.name) and"
          + " \(other.name) have different ones; name a file without .pcap, for pcapng")
    }
    for source in sources {
      let place = writer.add(
        PacketWriter.Interface(
          name: source.name, linkType: source.linkType, snapshotLength: source.snapshotLength,
          filter: source.filter))
      writer.countsDrops(interface: place)
    }
  }

  /// Keeps a packet of an interface.
  func keep(_ packet: Packet, bytes: RawSpan, source: Int) {
    writer.write(packet, bytes: bytes, comment: bytes.extracting(0..<0), interface: source)
  }

  /// Keeps a packet of a file.
  func keep(_ packet: Packet, bytes: RawSpan, comment: RawSpan) {
    writer.write(packet, bytes: bytes, comment: comment, interface: place(of: packet))
  }

  /// Notes what an interface lost.
  func noteLoss(
    source: Int, kernel: UInt64, interface: UInt64, from: CaptureTime, to: CaptureTime
  ) {
    writer.noteLoss(interface: source, kernel: kernel, lost: interface, from: from, to: to)
  }

  /// Notes what files say was lost.
  func noteLoss(_ count: UInt64, between start: CaptureTime, and end: CaptureTime) {
    guard !places.isEmpty else { return }
    writer.noteLoss(interface: places[0].place, kernel: count, lost: 0, from: start, to: end)
  }

  /// Hands on what was gathered.
  func flush() { writer.flush() }

  /// Opens the file anew where it was moved away.
  func reopen(at time: CaptureTime) throws(CaptureError) { try writer.reopen(at: time) }

  /// Ends the files.
  ///
  /// - Parameter countsDrops: whether files said how much was lost.
  func finish(at time: CaptureTime, countsDrops: Bool) {
    if countsDrops { for known in places { writer.countsDrops(interface: known.place) } }
    writer.finish(at: time)
  }

  /// What went wrong, for a person.
  var trouble: String? { writer.trouble }
  /// Whether the last file that there may be is full.
  var isComplete: Bool { writer.isComplete }
  /// Whether whoever read the packets had enough.
  var isReaderGone: Bool { writer.isReaderGone }

  /// How many packets are in which files, for a person.
  var contents: String {
    let packets = Units.count(writer.packetCount, "packet")
    let count = writer.fileCount
    guard !plan.isStandardOutput, count > 1 else {
      return "\(packets) in \(plan.isStandardOutput ? "standard output" : plan.names.path)"
    }
    var files = "\(Units.count(UInt64(count))) files"
    if plan.names.areOneName {
      files += ", each in place of the one before"
    } else if plan.names.seconds == nil, let kept = plan.names.files, count > kept {
      files += ", of which the last \(Units.count(UInt64(kept))) are kept"
    }
    return "\(packets) in \(files), \(plan.names.path)"
  }

  private func place(of packet: Packet) -> Int {
    if latest < places.count, places[latest].input == packet.input,
      places[latest].linkType == packet.linkType
    {
      return places[latest].place
    }
    if let known = places.firstIndex(where: {
      $0.input == packet.input && $0.linkType == packet.linkType
    }) {
      latest = known
    } else {
      let place = writer.add(PacketWriter.Interface(linkType: packet.linkType))
      places.append((packet.input, packet.linkType, place))
      latest = places.count - 1
    }
    return places[latest].place
  }
}
