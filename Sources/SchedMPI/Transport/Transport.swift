/// Carries bytes between ranks, in order between any two of them.
///
/// MPI in the program; an array of queues in the tests. Nothing here waits.
protocol Transport: AnyObject, SendableMetatype {
  var rank: Int { get }
  var size: Int { get }

  /// Queues a message; it goes out now or in a later call.
  func send(_ bytes: [UInt8], to rank: Int)

  /// The next message that is there, after pushing on what still has to go out.
  func receive() -> (source: Int, bytes: [UInt8])?

  /// Whether everything queued has gone out to all ranks that are not given up.
  var hasSentAll: Bool { get }

  /// Sends nothing more to a rank and forgets what is queued for it.
  func giveUp(_ rank: Int)

  /// A rank to which sending failed, once for each.
  func takeFailure() -> Int?
}
