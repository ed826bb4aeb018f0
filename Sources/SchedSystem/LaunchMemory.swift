import CSystem
import Glibc

/// All that a child reads until it is another program, in one piece, its stack too: it shares this
/// process's memory until then.
struct LaunchMemory: ~Copyable {
  let child: UnsafeMutablePointer<csys_child>
  private let memory: UnsafeMutableRawPointer
  /// Its strings are named by the child's list.
  private let environment: EnvironmentBlock

  /// Bytes; what a child does on it takes less than a tenth.
  private static let stackSize = 32 << 10

  init(_ launch: ChildProcess.Launch, _ environment: EnvironmentBlock, waits: Bool) {
    self.environment = environment
    let changes = launch.changes
    let pointerCount = launch.arguments.count + environment.count + changes.count + 2
    var textSize = launch.program.count + 1 + (launch.directory.map { $0.count + 1 } ?? 0)
    for argument in launch.arguments { textSize += argument.count + 1 }
    for (name, value) in changes { textSize += name.count + (value?.count ?? 0) + 2 }
    let recordSize = MemoryLayout<csys_child>.stride
    let pointerSize = MemoryLayout<UnsafeMutablePointer<CChar>?>.stride * pointerCount
    memory = .allocate(
      byteCount: Self.stackSize + recordSize + pointerSize + textSize, alignment: 16)
    let record = memory + Self.stackSize
    child = record.initializeMemory(as: csys_child.self, to: csys_child())
    let list = (record + recordSize).bindMemory(
      to: UnsafeMutablePointer<CChar>?.self, capacity: pointerCount)
    var texts = TextWriter(record + recordSize + pointerSize)

    child.pointee.program = UnsafePointer(texts.write(launch.program))
    // The child is where this process is already.
    if let directory = launch.directory, directory != [UInt8(ascii: ".")] {
      child.pointee.directory = UnsafePointer(texts.write(directory))
    }
    for (index, argument) in launch.arguments.enumerated() {
      (list + index).initialize(to: texts.write(argument))
    }
    (list + launch.arguments.count).initialize(to: nil)
    child.pointee.argv = UnsafePointer(list)
    let variables = list + launch.arguments.count + 1
    environment.write(changing: changes, to: variables) { texts.write($0, equals: $1) }
    child.pointee.envp = UnsafePointer(variables)
    child.pointee.input = launch.input.raw
    child.pointee.output = launch.output.raw
    child.pointee.error = launch.error.raw
    child.pointee.kept = launch.kept ?? -1
    child.pointee.reset_affinity = launch.resetsAffinity ? 1 : 0
    child.pointee.waits = waits ? 1 : 0
    child.pointee.stack = memory.assumingMemoryBound(to: CChar.self)
    child.pointee.stack_size = Self.stackSize
  }

  deinit {
    // A child that was left to itself may still be on its way.
    if child.pointee.is_over != 0 { memory.deallocate() }
  }
}

/// Writes null-terminated texts one behind the other.
private struct TextWriter {
  private var end: UnsafeMutableRawPointer

  init(_ start: UnsafeMutableRawPointer) { end = start }

  mutating func write(_ text: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let start = end
    append(text)
    append(0)
    return start.assumingMemoryBound(to: CChar.self)
  }

  mutating func write(_ name: [UInt8], equals value: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let start = end
    append(name)
    append(UInt8(ascii: "="))
    append(value)
    append(0)
    return start.assumingMemoryBound(to: CChar.self)
  }

  private mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { source in
      if let base = source.baseAddress { end.copyMemory(from: base, byteCount: source.count) }
    }
    end += bytes.count
  }

  private mutating func append(_ byte: UInt8) {
    end.storeBytes(of: byte, as: UInt8.self)
    end += 1
  }
}
