import SchedBase
import SchedEngine
import SchedExecutors
import SchedGraph

// The bodies of frames (docs/formats.md). Lists are a 32-bit count and their elements; bytes are a
// 32-bit count and the bytes.

extension Message {
  var kind: FrameKind {
    switch self {
    case .welcome: .welcome
    case .hello: .hello
    case .enrol: .enrol
    case .run: .run
    case .ended: .ended
    case .recall: .recall
    case .recalled: .recalled
    case .cancel: .cancel
    case .heartbeat: .heartbeat
    case .leaving: .leaving
    case .bye: .bye
    case .task: .task
    case .place: .place
    case .cleared: .cleared
    }
  }

  func encodedBody() -> [UInt8] {
    var writer = ByteWriter(capacity: roughSize)
    switch self {
    case .welcome(let welcome): writer.write(welcome)
    case .hello(let hello): writer.write(hello)
    case .enrol(let enrolment):
      writer.write(enrolment.slots)
      writer.write(enrolment.hostRank)
    case .run(let order):
      writer.write(order.attempt)
      writer.write(order.cpus)
      writer.write(list: order.gpus)
      writer.write(UInt32(order.awaits.count))
      for file in order.awaits { writer.write(file) }
      writer.write(bytes: order.payload)
    case .ended(let report):
      writer.write(report.attempt)
      writer.write(report.outcome)
      writer.write(report.duration)
      writer.write(bytes: report.payload)
    case .cleared(let attempt, let notes):
      writer.write(attempt)
      writer.write(list: notes)
    case .recall(let count): writer.write(count)
    case .recalled(let attempts):
      writer.write(UInt32(attempts.count))
      for attempt in attempts { writer.write(attempt) }
    case .leaving(let signal): writer.write(signal)
    case .bye(let status, let isWhole):
      writer.write(status)
      writer.write(isWhole)
    case .task(let run, let bytes):
      writer.write(run)
      writer.write(bytes: bytes)
    case .place(let place):
      writer.write(bytes: place.host)
      writer.write(bytes: place.bootID)
      writer.write(place.processID)
    case .heartbeat(let stamp): writer.write(stamp)
    case .cancel: break
    }
    return writer.bytes
  }

  /// Bytes of most bodies, or more.
  private var roughSize: Int {
    switch self {
    case .run(let order): 64 + order.payload.count
    case .ended(let report): 64 + report.payload.count
    case .task(_, let bytes): 16 + bytes.count
    default: 64
    }
  }

  init(kind: FrameKind, decoding body: [UInt8]) throws(FrameError) {
    do throws(ByteReader.Malformed) {
      var reader = ByteReader(body)
      self = try reader.readMessage(kind)
      guard reader.isAtEnd else { throw ByteReader.Malformed() }
    } catch {
      throw .malformedBody(kind)
    }
  }
}

extension ByteWriter {
  fileprivate mutating func write(list: [[UInt8]]) {
    write(UInt32(list.count))
    for element in list { write(bytes: element) }
  }

  fileprivate mutating func write(_ attempt: Attempt) {
    write(attempt.action.raw)
    write(attempt.number)
  }

  fileprivate mutating func write(_ file: AwaitedFile) {
    write(bytes: file.path)
    write(file.identity)
    write(file.signature)
    write(bytes: file.host)
  }

  fileprivate mutating func write(_ welcome: Welcome) {
    write(bytes: welcome.root)
    write(bytes: welcome.markerPath)
    write(bytes: welcome.marker)
    write(list: welcome.environment)
    write(welcome.grace)
    write(welcome.latencyWait)
    write(welcome.separatesStreams)
    write(bytes: welcome.host)
    write(bytes: welcome.bootID)
    write(welcome.processID)
  }

  fileprivate mutating func write(_ hello: Hello) {
    write(bytes: hello.toolVersion)
    write(bytes: hello.machine.host)
    write(bytes: hello.machine.bootID)
    write(hello.machine.cpus)
    write(bytes: hello.machine.binding)
    write(hello.machine.granted)
    write(hello.machine.memory)
    write(list: hello.machine.gpus)
    write(hello.processID)
    switch hello.tree {
    case .shared: write(0 as UInt8)
    case .noRoot(let reason):
      write(1 as UInt8)
      write(bytes: reason)
    case .otherTree: write(2 as UInt8)
    }
  }

  fileprivate mutating func write(_ outcome: ActionOutcome) {
    switch outcome {
    case .succeeded: write(0 as UInt8)
    case .failed(let status):
      write(1 as UInt8)
      write(status)
    case .killed(let signal):
      write(2 as UInt8)
      write(signal)
    case .timedOut: write(3 as UInt8)
    case .lost(let rank):
      write(4 as UInt8)
      write(rank)
    }
  }
}

extension ByteReader {
  fileprivate mutating func readMessage(_ kind: FrameKind) throws(Malformed) -> Message {
    switch kind {
    case .welcome: .welcome(try readWelcome())
    case .hello: .hello(try readHello())
    case .enrol: .enrol(Enrolment(slots: try read(), hostRank: try read()))
    case .run:
      .run(
        RunOrder(
          attempt: try readAttempt(), cpus: try read(), gpus: try readList(),
          awaits: try readAwaits(), payload: Array(try readBytes())))
    case .ended:
      .ended(
        EndReport(
          attempt: try readAttempt(), outcome: try readOutcome(), duration: try read(),
          payload: Array(try readBytes())))
    case .cleared: .cleared(try readAttempt(), notes: try readList())
    case .recall: .recall(count: try read())
    case .recalled: .recalled(try readAttempts())
    case .cancel: .cancel
    case .heartbeat: .heartbeat(stamp: try read())
    case .leaving: .leaving(signal: try read())
    case .bye: .bye(status: try read(), isWhole: try readFlag())
    case .task: .task(run: try read(), Array(try readBytes()))
    case .place:
      .place(
        RankPlace(
          host: Array(try readBytes()), bootID: Array(try readBytes()), processID: try read()))
    }
  }

  private mutating func readList() throws(Malformed) -> [[UInt8]] {
    var list: [[UInt8]] = []
    for _ in 0..<(try readCount(ofSize: 4)) { list.append(Array(try readBytes())) }
    return list
  }

  private mutating func readAttempt() throws(Malformed) -> Attempt {
    Attempt(action: ActionID(raw: try read()), number: try read())
  }

  private mutating func readAttempts() throws(Malformed) -> [Attempt] {
    var attempts: [Attempt] = []
    for _ in 0..<(try readCount(ofSize: 8)) { attempts.append(try readAttempt()) }
    return attempts
  }

  private mutating func readAwaits() throws(Malformed) -> [AwaitedFile] {
    var files: [AwaitedFile] = []
    // Two empty byte strings, an identity and a signature.
    for _ in 0..<(try readCount(ofSize: 65)) {
      files.append(
        AwaitedFile(
          path: Array(try readBytes()), identity: try readIdentity(),
          signature: try readSignature(), host: Array(try readBytes())))
    }
    return files
  }

  private mutating func readWelcome() throws(Malformed) -> Welcome {
    Welcome(
      root: Array(try readBytes()), markerPath: Array(try readBytes()),
      marker: Array(try readBytes()), environment: try readList(), grace: try read(),
      latencyWait: try read(), separatesStreams: try readFlag(),
      host: Array(try readBytes()), bootID: Array(try readBytes()), processID: try read())
  }

  private mutating func readHello() throws(Malformed) -> Hello {
    Hello(
      toolVersion: Array(try readBytes()),
      machine: Machine(
        host: Array(try readBytes()), bootID: Array(try readBytes()), cpus: try read(),
        binding: Array(try readBytes()), granted: try read(), memory: try read(),
        gpus: try readList()),
      processID: try read(), tree: try readTree())
  }

  private mutating func readTree() throws(Malformed) -> Hello.Tree {
    switch try read(UInt8.self) {
    case 0: .shared
    case 1: .noRoot(reason: Array(try readBytes()))
    case 2: .otherTree
    default: throw Malformed()
    }
  }

  private mutating func readOutcome() throws(Malformed) -> ActionOutcome {
    switch try read(UInt8.self) {
    case 0: .succeeded
    case 1: .failed(status: try read())
    case 2: .killed(signal: try read())
    case 3: .timedOut
    case 4: .lost(rank: try read())
    default: throw Malformed()
    }
  }
}
