import SchedBase
import SchedDigest
import SchedSystem

/// Where results are kept from run to run: a task whose name, version, arguments and dependencies'
/// results are what they were is not run again, and its kept result is used.
///
/// One file for each task's name, which holds the last result. A file is written beside its place and
/// renamed, so that it is there whole or not at all; one that is damaged is as if it were not there.
/// Two runs may share a directory: the last one to end a task keeps it.
public struct MemoDirectory: Sendable {
  let path: String

  /// The directory is made when the first result is kept.
  public init(_ path: String) { self.path = path }

  func file(of task: TaskName) -> [UInt8] {
    var text = task.text
    let digest = text.withUTF8 { Digest(of: UnsafeRawBufferPointer($0)) }
    return Array("\(path)/\(digest).result".utf8)
  }
}

/// A memo directory in one run.
///
/// Fingerprints are composed as those of recipes are: labelled and length-prefixed.
final class MemoRun {
  private let directory: MemoDirectory
  private let plan: TaskPlan
  private let results: ResultTable
  /// Of each task's result, once it is there.
  private var digests: [Digest?]
  private var kept: [Int: Kept] = [:]

  private struct Kept {
    var fingerprint: Digest
    /// Nanoseconds.
    var duration: UInt64
    var result: [UInt8]
  }

  private static let magic = Array("schedTR2".utf8)
  private enum Label: UInt8 { case name = 1, version, arguments, type, dependency }

  init(_ directory: MemoDirectory, _ plan: TaskPlan, _ results: ResultTable) {
    self.directory = directory
    self.plan = plan
    self.results = results
    digests = Array(repeating: nil, count: plan.count)
  }

  /// How long the task took when it ran last.
  func lastDuration(of task: Int) -> Duration? {
    lookUp(task).map { .nanoseconds(Int64(clamping: $0.duration)) }
  }

  /// Takes the kept result if it may stand for the task's.
  func takeResult(of task: Int) -> Bool {
    guard let fingerprint = fingerprint(of: task), let kept = lookUp(task),
      kept.fingerprint == fingerprint
    else { return false }
    results.set(task, bytes: kept.result)
    digests[task] = Digest(of: kept.result)
    return true
  }

  /// Keeps the result of a task that has run.
  ///
  /// What cannot be encoded or written is run again the next time.
  func keepResult(of task: Int, _ duration: Duration) {
    guard digests[task] == nil, let bytes = results.bytes(of: task) else { return }
    digests[task] = Digest(of: bytes)
    guard let fingerprint = fingerprint(of: task) else { return }
    let (seconds, attoseconds) = duration.components
    var body = ByteWriter()
    body.write(fingerprint.low)
    body.write(fingerprint.high)
    body.write(
      UInt64(clamping: seconds) &* 1_000_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000))
    body.bytes += bytes
    var file = ByteWriter()
    file.bytes = Self.magic
    file.write(body.bytes.withUnsafeBytes { Checksum.of($0) })
    file.bytes += body.bytes
    let path = directory.file(of: plan.name(task))
    do throws(SystemError) {
      try Files.makeDirectories(Array(directory.path.utf8))
      try Files.writeWhole(file.bytes, to: path, name: ".\(Host.processID)")
    } catch {}
  }

  /// nil: a dependency has no result that could be compared.
  private func fingerprint(of task: Int) -> Digest? {
    let entry = plan.entries[task]
    guard let arguments = try? entry.arguments() else { return nil }
    var hasher = FactHasher()
    add(entry.name.text, .name, &hasher)
    add(entry.version, .version, &hasher)
    arguments.withUnsafeBytes { hasher.add(Label.arguments.rawValue, $0) }
    add("\(entry.type)", .type, &hasher)
    for dependency in plan.dependencies(of: task) {
      guard let digest = digests[Int(dependency)] else { return nil }
      add(plan.name(Int(dependency)).text, .dependency, &hasher)
      hasher.add(Label.dependency.rawValue, digest.low)
      hasher.add(Label.dependency.rawValue, digest.high)
    }
    return hasher.digest
  }

  private func add(_ text: String, _ label: Label, _ hasher: inout FactHasher) {
    var text = text
    text.withUTF8 { hasher.add(label.rawValue, UnsafeRawBufferPointer($0)) }
  }

  private func lookUp(_ task: Int) -> Kept? {
    if let known = kept[task] { return known }
    guard let bytes = try? Files.read(directory.file(of: plan.name(task)), limit: .max),
      bytes.count >= 40, bytes[..<8].elementsEqual(Self.magic)
    else { return nil }
    var reader = ByteReader(bytes[8...])
    guard let checksum = try? reader.read(UInt64.self),
      bytes[16...].withUnsafeBytes({ Checksum.of($0) }) == checksum,
      let low = try? reader.read(UInt64.self), let high = try? reader.read(UInt64.self),
      let duration = try? reader.read(UInt64.self)
    else { return nil }
    let found = Kept(
      fingerprint: Digest(low: low, high: high), duration: duration, result: Array(bytes[40...]))
    kept[task] = found
    return found
  }
}
