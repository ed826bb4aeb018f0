import SchedBase
import SchedDigest

/// What a worker tells the coordinator.
package enum WorkerMessage: Equatable, Sendable {
  /// First: which tasks it has.
  case hello(tasks: Digest)
  /// All of them, a line each: asked for where they are others than the coordinator's.
  case tasks(lines: [String])
  case succeeded(task: Int, nanoseconds: UInt64, result: [UInt8])
  case failed(task: Int, message: String)
  /// Wants the result of a task.
  case wantsResult(task: Int)
  /// Wants what an earlier run of the program gave, to return it from its own.
  case wantsEarlierRun(number: Int)
}

/// What the coordinator tells a worker.
package enum CoordinatorMessage: Equatable, Sendable {
  /// Send all your tasks: they are not mine.
  case listTasks
  case run(task: Int, attempt: Int)
  /// nil: it has none.
  case result([UInt8]?)
  /// The outcomes, the order of endings, and the results of an earlier run.
  case earlierRun(EarlierRun)
  /// Nothing more will come.
  case end
}

/// A run as it travels.
package struct EarlierRun: Equatable, Sendable {
  package var outcomes: [TaskOutcome]
  package var endings: [Int]
  package var results: [[UInt8]?]
}

/// A message that cannot be read.
package struct MalformedMessage: Error {}

// A message is a kind (8 bits) and its body, as these write it: numbers little-endian, bytes and texts
// behind their length. On a stream the length of both (64 bits) comes first.

extension WorkerMessage {
  package func encoded() -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .hello(let digest):
      writer.write(1 as UInt8)
      writer.write(digest.low)
      writer.write(digest.high)
    case .tasks(let lines):
      writer.write(2 as UInt8)
      writer.write(UInt32(lines.count))
      for line in lines { writer.write(bytes: line.utf8) }
    case .succeeded(let task, let nanoseconds, let result):
      writer.write(3 as UInt8)
      writer.write(UInt32(task))
      writer.write(nanoseconds)
      writer.bytes += result
    case .failed(let task, let message):
      writer.write(4 as UInt8)
      writer.write(UInt32(task))
      writer.bytes += Array(message.utf8)
    case .wantsResult(let task):
      writer.write(5 as UInt8)
      writer.write(UInt32(task))
    case .wantsEarlierRun(let number):
      writer.write(6 as UInt8)
      writer.write(UInt32(number))
    }
    return writer.bytes
  }

  package init(decoding bytes: [UInt8]) throws(MalformedMessage) {
    do throws(ByteReader.Malformed) {
      self = try Self.read(bytes)
    } catch {
      throw MalformedMessage()
    }
  }

  private static func read(_ bytes: [UInt8]) throws(ByteReader.Malformed) -> WorkerMessage {
    var reader = ByteReader(bytes)
    switch try reader.read(UInt8.self) {
    case 1:
      return .hello(tasks: Digest(low: try reader.read(), high: try reader.read()))
    case 2:
      var lines: [String] = []
      for _ in 0..<(try reader.readCount(ofSize: 4)) {
        lines.append(String(decoding: try reader.readBytes(), as: UTF8.self))
      }
      return .tasks(lines: lines)
    case 3:
      let task = Int(try reader.read(UInt32.self))
      let nanoseconds = try reader.read(UInt64.self)
      return .succeeded(task: task, nanoseconds: nanoseconds, result: Array(bytes.dropFirst(13)))
    case 4:
      let task = Int(try reader.read(UInt32.self))
      return .failed(task: task, message: String(decoding: bytes.dropFirst(5), as: UTF8.self))
    case 5: return .wantsResult(task: Int(try reader.read(UInt32.self)))
    case 6: return .wantsEarlierRun(number: Int(try reader.read(UInt32.self)))
    default: throw ByteReader.Malformed()
    }
  }
}

extension CoordinatorMessage {
  package func encoded() -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .listTasks: writer.write(1 as UInt8)
    case .run(let task, let attempt):
      writer.write(2 as UInt8)
      writer.write(UInt32(task))
      writer.write(UInt32(attempt))
    case .result(let bytes):
      writer.write(3 as UInt8)
      writer.write(bytes != nil)
      writer.bytes += bytes ?? []
    case .earlierRun(let run):
      writer.write(4 as UInt8)
      writer.write(run)
    case .end: writer.write(5 as UInt8)
    }
    return writer.bytes
  }

  package init(decoding bytes: [UInt8]) throws(MalformedMessage) {
    do throws(ByteReader.Malformed) {
      self = try Self.read(bytes)
    } catch {
      throw MalformedMessage()
    }
  }

  private static func read(_ bytes: [UInt8]) throws(ByteReader.Malformed) -> CoordinatorMessage {
    var reader = ByteReader(bytes)
    switch try reader.read(UInt8.self) {
    case 1: return .listTasks
    case 2:
      return .run(
        task: Int(try reader.read(UInt32.self)), attempt: Int(try reader.read(UInt32.self)))
    case 3: return .result(try reader.readFlag() ? Array(bytes.dropFirst(2)) : nil)
    case 4: return .earlierRun(try reader.readEarlierRun())
    case 5: return .end
    default: throw ByteReader.Malformed()
    }
  }
}

extension ByteWriter {
  fileprivate mutating func write(_ run: EarlierRun) {
    write(UInt32(run.outcomes.count))
    for outcome in run.outcomes {
      switch outcome {
      case .succeeded(let duration):
        write(0 as UInt8)
        write(duration.components.seconds)
        write(duration.components.attoseconds)
      case .failed(let message):
        write(1 as UInt8)
        write(bytes: message.utf8)
      case .crashed(let signal):
        write(2 as UInt8)
        write(signal)
      case .notRun(let cause):
        write(3 as UInt8)
        write(cause != nil)
        if let cause { write(bytes: cause.text.utf8) }
      }
    }
    write(UInt32(run.endings.count))
    for task in run.endings { write(UInt32(task)) }
    for result in run.results {
      write(result != nil)
      if let result { write(bytes: result) }
    }
  }
}

extension ByteReader {
  fileprivate mutating func readEarlierRun() throws(Malformed) -> EarlierRun {
    var run = EarlierRun(outcomes: [], endings: [], results: [])
    let count = try readCount(ofSize: 2)
    for _ in 0..<count { run.outcomes.append(try readOutcome()) }
    for _ in 0..<(try readCount(ofSize: 4)) { run.endings.append(Int(try read(UInt32.self))) }
    for _ in 0..<count { run.results.append(try readFlag() ? Array(try readBytes()) : nil) }
    return run
  }

  private mutating func readOutcome() throws(Malformed) -> TaskOutcome {
    func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    switch try read(UInt8.self) {
    case 0:
      return .succeeded(
        Duration(
          secondsComponent: try read(Int64.self), attosecondsComponent: try read(Int64.self)))
    case 1: return .failed(message: text(try readBytes()))
    case 2: return .crashed(signal: try read(Int32.self))
    case 3: return .notRun(because: try readFlag() ? TaskName(text(try readBytes())) : nil)
    default: throw Malformed()
    }
  }
}
