import Glibc
import TestSupport

/// Makes ControlProtocol traffic over the kernel's TCP, and spoils it on its way. What the client and
/// the server do is logged to standard output as NDJSON.
let usage = """
  usage: traffic client SCENARIO ADDRESS PORT
         traffic server SCENARIO ADDRESS PORT
         traffic bridge SCENARIO CLIENT-DEVICE SERVER-DEVICE SECONDS
         traffic plain DEVICE          turns the device's offloads off
         traffic generate DIRECTORY    writes the captures that are made by scripts

  """

func put(_ bytes: [UInt8], to descriptor: Int32) {
  var bytes = bytes[...]
  while !bytes.isEmpty {
    let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return }
    bytes = bytes.dropFirst(count)
  }
}

func scenario(at path: String) throws -> TrafficScenario {
  let text = FixtureFile.bytes(atPath: path)
  guard !text.isEmpty else { throw TrafficError("cannot read \(path)") }
  return try TrafficScenario(String(decoding: text, as: UTF8.self))
}

func generateFixtures(in directory: String) throws {
  var made = GeneratedFixture.all.map { ($0.name, $0.capture, $0.expected) }
  made += StreamFixture.all.map { ("streams/\($0.name)", $0.capture, $0.expected) }
  for (name, capture, expected) in made {
    for (suffix, bytes) in [
      (".pcap", capture.pcap()), (".expected.ndjson", Array(expected.utf8)),
    ] {
      let path = "\(directory)/\(name)\(suffix)"
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      guard descriptor >= 0 else { throw TrafficError("cannot write \(path)") }
      put(bytes, to: descriptor)
      close(descriptor)
    }
  }
}

do {
  let arguments = CommandLine.arguments
  switch (arguments.dropFirst().first, arguments.count) {
  case ("client", 5), ("server", 5):
    guard let side = TrafficScenario.Side(rawValue: arguments[1]),
      let port = UInt16(arguments[4])
    else { throw TrafficError(usage) }
    let scenario = try scenario(at: arguments[2])
    try TrafficEndpoint(
      side: side, scenario: scenario, address: arguments[3], port: port,
      limitSeconds: scenario.number("limit") ?? 20
    ) { put(Array("\($0.json)\n".utf8), to: 1) }.run()
  case ("bridge", 6):
    guard let seconds = Int(arguments[5]) else { throw TrafficError(usage) }
    let rules = try BridgeRules(scenario(at: arguments[2]))
    var bridge = try Bridge(rules: rules, devices: (arguments[3], arguments[4]))
    bridge.run(seconds: seconds)
  case ("plain", 3):
    try turnOffloadsOff(device: arguments[2])
  case ("generate", 3):
    try generateFixtures(in: arguments[2])
  default:
    throw TrafficError(usage)
  }
} catch {
  put(Array("traffic: \(error)\n".utf8), to: 2)
  exit(2)
}
