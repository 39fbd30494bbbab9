import Glibc
import TestSupport

/// Makes ControlProtocol traffic over the kernel's TCP, and spoils it on its way. What the client and
/// the server do is logged to standard output as NDJSON.
let usage = """
  usage: traffic client SCENARIO ADDRESS PORT
         traffic server SCENARIO ADDRESS PORT
         traffic bridge SCENARIO CLIENT-DEVICE SERVER-DEVICE SECONDS
         traffic plain DEVICE   (turns the device's offloads off)

  """

func put(_ text: String, to descriptor: Int32) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return }
    bytes = bytes.dropFirst(count)
  }
}

func scenario(at path: String) throws -> TrafficScenario {
  let descriptor = unsafe open(path, O_RDONLY)
  guard descriptor >= 0 else { throw TrafficError("cannot open \(path)") }
  defer { close(descriptor) }
  var text: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe block.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    guard count > 0 else { break }
    text += block[..<count]
  }
  return try TrafficScenario(String(decoding: text, as: UTF8.self))
}

do {
  let arguments = CommandLine.arguments
  switch (arguments.dropFirst().first, arguments.count) {
  case ("client", 5), ("server", 5):
    guard let side = TrafficScenario.Side(rawValue: arguments[1]),
      let port = UInt16(arguments[4])
    else { throw TrafficError(usage) }
    try TrafficEndpoint(
      side: side, scenario: scenario(at: arguments[2]), address: arguments[3], port: port
    ) { put($0.json + "\n", to: 1) }.run()
  case ("bridge", 6):
    guard let seconds = Int(arguments[5]) else { throw TrafficError(usage) }
    let rules = try BridgeRules(scenario(at: arguments[2]))
    var bridge = try Bridge(rules: rules, devices: (arguments[3], arguments[4]))
    bridge.run(seconds: seconds)
  case ("plain", 3):
    try turnOffloadsOff(device: arguments[2])
  default:
    throw TrafficError(usage)
  }
} catch {
  put("traffic: \(error)\n", to: 2)
  exit(2)
}
