import SchedBase
import SchedDigest
import SchedSystem

/// That a whole build found nothing to do, and everything it looked at: a build like it need only
/// look whether all of that is still so.
///
/// It saves the plan and the judging, not the looking. What a build finds follows from the graph, the
/// command line, the state, tracked variables and the files; the first two are the `question`, the
/// state is told by its version, and variables and files are compared with what the state says of
/// them. Debug builds judge all the same, and compare.
///
/// Layout of the file (docs/formats.md): 8 bytes `schedUP1`, a checksum of the rest, the length of the
/// question and its bytes, zeros up to a multiple of 4, then the ids of paths in directory order. A file that is
/// damaged, or of another question, is as if it were not there.
public struct UpToDateMark {
  private let file: [UInt8]
  private let question: [UInt8]
  private static let magic = Array("schedUP1".utf8)
  private static let headerSize = 16

  /// `file` is its path from the root; `question` all that the build was asked, besides the state.
  public init(file: [UInt8], question: [UInt8]) {
    self.file = file
    self.question = question
  }

  /// Whether a build would find nothing to do.
  ///
  /// O(files), on all cores; false says nothing.
  public func holds(in state: State, _ environment: Environment) -> Bool {
    guard state.distrustAfter == nil, let version = state.version,
      let mapped = try? MappedFile(own: file),
      let list = list(in: UnsafeRawBufferPointer(mapped.bytes), version),
      list.allSatisfy({ $0.index < state.paths.count })
    else { return false }
    return withExtendedLifetime(mapped) {
      Unchanged(state: state, environment: environment).holds(for: list)
    }
  }

  /// Keeps what a build that found nothing to do looked at, if all of it can be compared.
  ///
  /// What cannot be written is no error: the next build judges again.
  public func keep(_ list: [PathID], in state: State) {
    guard let version = state.version else { return }
    let parents = list.map { UInt64(state.paths.parent(of: $0).raw) << 32 | UInt64($0.raw) }
    var body = ByteWriter()
    body.write(bytes: question + version)
    while body.bytes.count % 4 != 0 { body.write(0 as UInt8) }
    for key in parents.sorted() { body.write(UInt32(truncatingIfNeeded: key)) }
    var writer = ByteWriter()
    writer.bytes = Self.magic
    writer.write(body.bytes.withUnsafeBytes { Checksum.of($0) })
    writer.bytes += body.bytes
    try? Files.writeWhole(writer.bytes, to: file)
  }

  private func list(in bytes: UnsafeRawBufferPointer, _ version: [UInt8])
    -> UnsafeBufferPointer<PathID>?
  {
    let expected = question + version
    let start = (Self.headerSize + 4 + expected.count + 3) & ~3
    guard bytes.count >= start, bytes[..<8].elementsEqual(Self.magic),
      bytes.loadUnaligned(fromByteOffset: Self.headerSize, as: UInt32.self) == expected.count,
      bytes[(Self.headerSize + 4)...].prefix(expected.count).elementsEqual(expected)
    else { return nil }
    let body = UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize...])
    guard Checksum.of(body) == bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self) else {
      return nil
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start...]).assumingMemoryBound(to: PathID.self)
  }
}

/// Compares paths with what the state says of them.
private struct Unchanged {
  let state: State
  let environment: Environment

  /// `list` is in directory order.
  func holds(for list: UnsafeBufferPointer<PathID>) -> Bool {
    let runs = DirectoryRuns.cut(list, state.paths)
    nonisolated(unsafe) let (list, unchanged) = (list, self)
    let answer = Answer()
    Parallel.forEach(runs.count, threads: list.count > 64 ? Host.usableThreads() : 1) { index in
      if answer.isYes, !unchanged.holds(for: runs[index], of: list) { answer.isNo() }
    }
    return answer.isYes
  }

  private func holds(for run: Range<Int>, of list: UnsafeBufferPointer<PathID>) -> Bool {
    guard state.paths.root(of: list[run.lowerBound]).isFile else {
      return run.allSatisfy { isUnchanged(variable: list[$0]) }
    }
    return DirectoryRuns.look(at: run, of: list, state.paths) { index, status, isLink in
      isUnchanged(state.file(list[index]), status, isLink: isLink)
    }
  }

  private func isUnchanged(variable path: PathID) -> Bool {
    let value = environment[state.paths.name(of: path)]
    return state.file(path).identity == Identity(variable: value)
  }

  @inline(__always)
  private func isUnchanged(_ known: FileState, _ status: FileStatus, isLink: Bool) -> Bool {
    switch status.kind {
    case .missing, .link:
      known.identity == .missing && known.flags.contains(.link) == isLink
    case .directory:
      known.identity == Identity(.existing) && known.flags.contains(.link) == isLink
    case .regular:
      known.isSettled && known.signature == status.signature && known.identity.tag.isContent
        && known.flags.contains(.link) == isLink
    case .other, .unreachable: false
    }
  }

  /// Yes, until one thread says no.
  private final class Answer: @unchecked Sendable {
    private let lock = Mutex()
    private var value = true

    var isYes: Bool { lock.locked { value } }
    func isNo() { lock.locked { value = false } }
  }
}
