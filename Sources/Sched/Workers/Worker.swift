import SchedBase
import SchedExecutors
import SchedSystem

/// A worker process, as the coordinator sees it.
final class Worker {
  let id: WorkerID
  let child: ChildProcess
  let stream: MessageStream
  private let output: Descriptor
  private let error: Descriptor
  /// What came over the stream and is no whole message yet.
  private var inbound: [UInt8] = []
  private var consumed = 0
  /// What the task that runs has printed.
  private var printed = CapturedOutput()
  private var complained = CapturedOutput()
  /// It has said which tasks it has, and they are ours.
  var isReady = false
  /// When it must have.
  let readyBy: UInt64
  /// The task that it runs, or that is kept for it until it is ready.
  var task: (index: Int, attempt: Int)?

  private static let startLimit: UInt64 = 10_000_000_000

  /// Descriptors to wait for.
  var descriptors: [Int32] {
    [child.endDescriptor, stream.descriptor, output.raw, error.raw]
  }

  init(_ id: WorkerID, _ start: WorkerStart, _ environment: EnvironmentBlock) throws {
    self.id = id
    let (own, other) = try StreamSocket.pair()
    let output = try Pipe.make()
    let error = try Pipe.make()
    let nothing = try Descriptor.open(Array("/dev/null".utf8), .read)
    var launch = start.launch()
    launch.input = .descriptor(nothing.raw)
    launch.output = .descriptor(output.writer.raw)
    launch.error = .descriptor(error.writer.raw)
    launch.kept = other.raw
    launch.changes = [
      (Array(WorkerProcess.variable.utf8), Array("\(other.raw):\(start.run)".utf8))
    ]
    child = try ChildProcess.start(launch, environment)
    stream = MessageStream(own)
    self.output = output.takeReader()
    self.error = error.takeReader()
    readyBy = Clock.monotonic() + Self.startLimit
  }

  /// Takes in what has come over the stream.
  ///
  /// Returns false at its end.
  func takeIn(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
    stream.takeIn(&inbound, buffer)
  }

  /// The next whole message that has come.
  func nextMessage() throws(MalformedMessage) -> WorkerMessage? {
    guard inbound.count - consumed >= 8 else { return compact() }
    let length = inbound.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: consumed, as: UInt64.self))
    }
    guard length <= UInt64(MessageStream.longest) else { throw MalformedMessage() }
    guard inbound.count - consumed - 8 >= Int(length) else { return compact() }
    let start = consumed + 8
    consumed = start + Int(length)
    return try WorkerMessage(decoding: Array(inbound[start..<consumed]))
  }

  private func compact() -> WorkerMessage? {
    inbound.removeSubrange(..<consumed)
    consumed = 0
    return nil
  }

  // MARK: What it prints

  func readPrinted(_ buffer: UnsafeMutableRawBufferPointer) {
    Self.read(output, into: &printed, buffer)
    Self.read(error, into: &complained, buffer)
    // What comes before a task is nobody's.
    if task == nil || !isReady { forgetPrinted() }
  }

  func forgetPrinted() {
    printed = CapturedOutput()
    complained = CapturedOutput()
  }

  /// Passes on what the task has printed, in one piece for each stream.
  func showPrinted() {
    if !printed.isEmpty { StandardStreams.write(printed.bytes, to: 1) }
    if !complained.isEmpty { StandardStreams.write(complained.bytes, to: 2) }
    forgetPrinted()
  }

  private static func read(
    _ pipe: borrowing Descriptor, into output: inout CapturedOutput,
    _ buffer: UnsafeMutableRawBufferPointer
  ) {
    while let count = pipe.readAvailable(into: buffer), count > 0 {
      output.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
