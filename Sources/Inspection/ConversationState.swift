import ControlProtocol
import Correlation
import Storage

/// What an inspector keeps for each connection beside its streams.
struct ConversationState: BitwiseCopyable {
  static let noTally = UInt32.max

  struct Side: BitwiseCopyable {
    var parser = StreamParser(joinedMidstream: true, detecting: true)
    /// Whether its first bytes came, so that the parser is set up.
    var isStarted = false
    /// Whether the parser was told that the stream is over.
    var isFinished = false
    /// Whether the next message is the first after the capture joined in mid-stream.
    var isJoining = false
    /// The number of its queue of what is held back, from 1; 0 when nothing is.
    var heldBack: UInt32 = 0
    /// When a large message was delivered last.
    var lastLarge = Int64.min
  }

  var sides = Pair(Side(), Side())
  var pairing = Conversation()
  var requests: UInt32 = 0
  var responses: UInt32 = 0
  var notifications: UInt32 = 0
  /// Tell who answers apart: of the lower and the upper endpoint.
  var endpointHashes: InlineArray<2, UInt32> = [0, 0]
  /// Index of its diagnostic counts.
  var tally = ConversationState.noTally
  /// Whether it is read at all.
  var isParsed = false
  var usesNamedPort = false
  /// Whether its bytes go to the stream sink.
  var isStreamed = false
  /// Whether the stream sink was told that nobody wants them.
  var isUnwanted = false
  /// Whether a message was read in it.
  var isDetected = false
  /// Whether it is among those that may hold something.
  var isListed = false
  /// Whether everything that waited in it was told.
  var isConcluded = false
  var look = TrafficSurvey.Look.nothing
}
