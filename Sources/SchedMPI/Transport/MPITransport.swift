import CMPI

/// The ranks of an MPI job.
///
/// Only the thread that started MPI may use it; no call blocks.
final class MPITransport: Transport {
  let rank: Int
  let size: Int
  /// Nil where no launcher started this process: then there is nobody to talk to.
  private let world: cmpi_communicator?
  private var lanes: [Lane]
  private var receiving: [Reception] = []
  private var failures: [Int] = []
  /// Lanes with something queued or on its way.
  private var busyLanes: Set<Int> = []

  /// What still has to go to one rank.
  private struct Lane {
    var queue: [[UInt8]] = []
    /// How much of `queue`, from the front, was handed to MPI.
    var taken = 0
    var sending: [Transmission] = []
    var bytesSending = 0
    var isGivenUp = false
    var isIdle: Bool { taken == queue.count && sending.isEmpty }
  }

  private struct Transmission {
    var request: cmpi_request
    var buffer: UnsafeMutableRawBufferPointer
  }

  private struct Reception {
    var request: cmpi_request
    var buffer: UnsafeMutableRawBufferPointer
    var source: Int
  }

  /// A rank that does not read keeps no more than this of ours in MPI's hands.
  private let mostBytesSending = 256 << 10

  /// MPI must have been started.
  ///
  /// Collective over all ranks.
  static func overWorld() throws(MPIError) -> MPITransport {
    var own = cmpi_communicator()
    try MPIError.check(cmpi_own_world(&own))
    return MPITransport(own, rank: Int(cmpi_rank()), size: Int(cmpi_size()))
  }

  /// One rank, and no MPI.
  static func alone() -> MPITransport { MPITransport(nil, rank: 0, size: 1) }

  private init(_ world: cmpi_communicator?, rank: Int, size: Int) {
    self.world = world
    self.rank = rank
    self.size = size
    lanes = Array(repeating: Lane(), count: size)
  }

  // MARK: Sending

  func send(_ bytes: [UInt8], to rank: Int) {
    guard !lanes[rank].isGivenUp else { return }
    lanes[rank].queue.append(bytes)
    pump(rank)
    if !lanes[rank].isIdle { busyLanes.insert(rank) }
  }

  var hasSentAll: Bool { busyLanes.isEmpty }

  func giveUp(_ rank: Int) {
    lanes[rank].isGivenUp = true
    lanes[rank].queue = []
    lanes[rank].taken = 0
    // What MPI holds stays allocated: it may still read it.
    lanes[rank].sending = []
    busyLanes.remove(rank)
  }

  func takeFailure() -> Int? { failures.popLast() }

  private func pumpAll() {
    for rank in busyLanes {
      pump(rank)
      if lanes[rank].isIdle { busyLanes.remove(rank) }
    }
  }

  /// Releases what has gone out and hands MPI what may follow.
  private func pump(_ rank: Int) {
    releaseSent(rank)
    while !lanes[rank].isGivenUp, lanes[rank].taken < lanes[rank].queue.count {
      let size = lanes[rank].queue[lanes[rank].taken].count
      let isAlone = lanes[rank].sending.isEmpty
      guard isAlone || lanes[rank].bytesSending + size <= mostBytesSending else { return }
      start(lanes[rank].queue[lanes[rank].taken], to: rank)
      lanes[rank].taken += 1
      releaseSent(rank)
    }
    lanes[rank].queue.removeAll(keepingCapacity: true)
    lanes[rank].taken = 0
  }

  private func start(_ bytes: [UInt8], to rank: Int) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    buffer.copyBytes(from: bytes)
    var request = cmpi_request()
    guard let world,
      cmpi_send(world, buffer.baseAddress, Int32(bytes.count), Int32(rank), &request) == 0
    else {
      buffer.deallocate()
      return fail(rank)
    }
    lanes[rank].sending.append(Transmission(request: request, buffer: buffer))
    lanes[rank].bytesSending += bytes.count
  }

  /// MPI keeps the order, so that what went out is at the front.
  private func releaseSent(_ rank: Int) {
    while !lanes[rank].sending.isEmpty {
      var isDone: Int32 = 0
      let error = cmpi_test(&lanes[rank].sending[0].request, &isDone)
      guard error == 0 else { return fail(rank) }
      guard isDone != 0 else { return }
      let sent = lanes[rank].sending.removeFirst()
      lanes[rank].bytesSending -= sent.buffer.count
      sent.buffer.deallocate()
    }
  }

  private func fail(_ rank: Int) {
    guard !lanes[rank].isGivenUp else { return }
    giveUp(rank)
    failures.append(rank)
  }

  // MARK: Receiving

  func receive() -> (source: Int, bytes: [UInt8])? {
    guard let world else { return nil }
    if !busyLanes.isEmpty { pumpAll() }
    if !receiving.isEmpty, let message = takeReceived() { return message }
    var isThere: Int32 = 0
    var source: Int32 = 0
    var count: Int32 = 0
    while cmpi_probe(world, &isThere, &source, &count) == 0, isThere != 0 {
      begin(world, from: source, count)
      if let message = takeReceived() { return message }
    }
    return nil
  }

  /// A long message may take its time (its sender may even have been stopped): it is received in
  /// the background.
  private func begin(_ world: cmpi_communicator, from source: Int32, _ count: Int32) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(count), alignment: 8)
    var request = cmpi_request()
    guard cmpi_receive(world, buffer.baseAddress, count, source, &request) == 0 else {
      buffer.deallocate()
      return fail(Int(source))
    }
    receiving.append(Reception(request: request, buffer: buffer, source: Int(source)))
  }

  /// The first message that is complete and has no earlier one of its source before it.
  private func takeReceived() -> (source: Int, bytes: [UInt8])? {
    var waiting: Set<Int> = []
    for index in receiving.indices where !waiting.contains(receiving[index].source) {
      var isDone: Int32 = 0
      let error = cmpi_test(&receiving[index].request, &isDone)
      if error != 0 { fail(receiving[index].source) }
      guard error == 0, isDone != 0 else {
        waiting.insert(receiving[index].source)
        continue
      }
      let done = receiving.remove(at: index)
      defer { done.buffer.deallocate() }
      return (done.source, Array(done.buffer))
    }
    return nil
  }
}
