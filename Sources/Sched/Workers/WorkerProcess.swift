import SchedBase
import SchedSystem

/// This process as a worker: it was started by a `ProcessParallelScheduler`, which named a socket and
/// the number of the run that it is for.
final class WorkerProcess: Sendable {
  /// `DESCRIPTOR:RUN`.
  static let variable = "SCHED_WORKER"

  /// The worker that this process is; nil: it is none.
  ///
  /// An error when it was started as one and has no socket: as a coordinator it would start workers
  /// that start workers.
  static let current = Result { try WorkerProcess() }

  private let stream: MessageStream
  private let run: Int

  private init?() throws(WorkerError) {
    let environment = Environment.current()
    guard let text = environment[Self.variable] else { return nil }
    let parts = String(decoding: text, as: UTF8.self).split(separator: ":")
    guard parts.count == 2, let raw = Int32(parts[0]), let run = Int(parts[1]),
      let socket = StreamSocket.inherited(raw)
    else { throw .noSocket }
    // What a task starts is no worker.
    Environment.removeOwn { $0.elementsEqual(Self.variable.utf8) }
    stream = MessageStream(socket)
    self.run = run
  }

  /// Takes part in the program's run `number`: returns what the parent's had, if that is an earlier
  /// one; else serves, and never returns.
  func take(part number: Int, in graph: TaskGraph) throws -> TaskResults {
    let plan = TaskPlan(graph)
    let link = StreamLink(stream)
    guard number < run else {
      // What was printed so far is on its way before the coordinator hears of this worker.
      StandardStreams.flush()
      WorkerSession(plan, link, flush: StandardStreams.flush).serve()
      StandardStreams.flush()
      ProgramExit.exitAtOnce(status: 0)
    }
    link.send(.wantsEarlierRun(number: number))
    guard case .earlierRun(let earlier) = link.receive(), earlier.outcomes.count == plan.count
    else { throw WorkerError.otherRuns }
    return TaskResults(earlier, plan)
  }
}

/// Messages over a stream: each behind its length, 64 bits.
final class MessageStream: Sendable {
  /// Longer ones are none of ours.
  static let longest = 1 << 40
  private let socket: StreamSocket

  init(_ socket: StreamSocket) { self.socket = socket }

  var descriptor: Int32 { socket.raw }

  func send(_ message: [UInt8], unless isStopped: () -> Bool = { false }) -> Bool {
    var header = ByteWriter()
    header.write(UInt64(message.count))
    guard message.count > 4096 else {
      header.bytes += message
      return header.bytes.withUnsafeBytes { socket.send($0, unless: isStopped) }
    }
    return header.bytes.withUnsafeBytes { socket.send($0, unless: isStopped) }
      && message.withUnsafeBytes { socket.send($0, unless: isStopped) }
  }

  /// Waits for a whole message; nil at the end of the stream.
  func receive() -> [UInt8]? {
    var header: UInt64 = 0
    guard withUnsafeMutableBytes(of: &header, fill), header <= UInt64(Self.longest) else {
      return nil
    }
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(header)) { buffer, count in
      isWhole = fill(UnsafeMutableRawBufferPointer(buffer))
      count = isWhole ? buffer.count : 0
    }
    return isWhole ? bytes : nil
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      guard let count = socket.receive(into: rest, waits: true), count > 0 else { return false }
      filled += count
    }
    return true
  }

  /// Takes in what has come, without waiting.
  ///
  /// Returns false at the end of the stream.
  func takeIn(_ bytes: inout [UInt8], _ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    while let count = socket.receive(into: buffer, waits: false) {
      if count == 0 { return false }
      bytes.append(contentsOf: buffer[..<count])
      if count < buffer.count { break }
    }
    return true
  }
}

/// A worker's link over a stream; without its coordinator, it ends.
private struct StreamLink: WorkerLink {
  let stream: MessageStream

  init(_ stream: MessageStream) { self.stream = stream }

  func send(_ message: WorkerMessage) { _ = stream.send(message.encoded()) }

  func receive() -> CoordinatorMessage {
    guard let bytes = stream.receive(), let message = try? CoordinatorMessage(decoding: bytes)
    else { return .end }
    return message
  }
}
