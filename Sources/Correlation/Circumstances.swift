public import Records

/// What disturbed a request and its response, and how far away who answers.
public struct Circumstances: BitwiseCopyable, Sendable {
  /// What disturbed the capture in the time between.
  public var causes: Causes
  /// What disturbed the request on its way, beyond what its facts say.
  public var requestCauses: Causes
  /// What disturbed the response on its way, beyond what its facts say.
  public var responseCauses: Causes
  /// The lowest round trip between the capture point and the answerer, nanoseconds; `Int64.max` when
  /// none is known.
  public var network: Int64
  /// A hash of the endpoint that answers.
  public var answerer: UInt32
  /// Whether the capture gives a time to the packets between which the latency lies.
  public var isTimed: Bool

  /// Circumstances of which this is known.
  public init(
    causes: Causes, requestCauses: Causes, responseCauses: Causes, network: Int64,
    answerer: UInt32, isTimed: Bool
  ) {
    self.causes = causes
    self.requestCauses = requestCauses
    self.responseCauses = responseCauses
    self.network = network
    self.answerer = answerer
    self.isTimed = isTimed
  }
}
