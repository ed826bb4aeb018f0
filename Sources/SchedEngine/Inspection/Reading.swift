import SchedBase
import SchedDigest
import SchedSystem

/// What reading a path found: its identity, and the signature that it had all the while.
public struct Reading: Sendable {
  public var identity: Identity
  public var signature: Signature
  public var isSettled: Bool
  /// The path is a symbolic link; the rest is of what it points to.
  public var isLink: Bool
  /// It changed while it was read, again and again.
  public var isDisturbed = false
  /// It is not what was seen of the file before it was read: somebody wrote to it since.
  public var wasOverwritten = false
  /// Something below the directory does not count for its identity, and may be anything.
  public var holdsUnseen = false
  /// It cannot be read, or something below the directory cannot.
  public var problem: Problem?

  /// What cannot be read, and why.
  public struct Problem: Equatable, Sendable {
    public var path: [UInt8]
    public var cause: Cause

    public enum Cause: Equatable, Sendable {
      /// The system's errno.
      case refused(Int32)
      /// It lies below a directory and is a pipe, a socket or a device, as the word says.
      case noFile(String)
    }

    /// `cannot read 'd/x': permission denied`, with the words in between behind the name.
    public func message(_ between: String = "") -> String {
      let name = printable(path)
      return switch cause {
      case .refused(let code): "cannot read '\(name)'\(between): \(SystemError.reason(code))"
      case .noFile(let kind):
        "cannot read '\(name)'\(between): it is \(kind), and a directory as a whole holds only files"
      }
    }
  }

  /// A signal asked to stop: what was read so far says nothing.
  static func interrupted(_ path: [UInt8]) -> Reading {
    var reading = nothing(.special)
    reading.isSettled = false
    reading.isDisturbed = true
    reading.problem = Problem(
      path: path, cause: .refused(SystemError.interruption(of: path).code))
    return reading
  }

  /// A signal asked to stop before all was read.
  public var isInterrupted: Bool {
    problem?.cause == .refused(SystemError.interruption(of: []).code)
  }

  static func nothing(_ tag: Identity.Tag) -> Reading {
    Reading(identity: Identity(tag), signature: .none, isSettled: true, isLink: false)
  }

  static func refused(_ path: [UInt8], _ code: Int32) -> Reading {
    var reading = Reading(
      identity: Identity(unreadable: code), signature: .none, isSettled: false, isLink: false)
    reading.problem = Problem(path: path, cause: .refused(code))
    return reading
  }
}

/// Reads files to their identities.
///
/// A plain value: any helper thread may have one.
public struct IdentityReader: Sendable {
  let clock: TrustClock
  /// When the reading began, by the clock's `now()`: taken once for many files, since an earlier
  /// time only trusts less.
  let began: Int64

  /// Paths that do not count below a directory.
  private var leftOut: Set<[UInt8]> = []

  private static let tries = 3
  private static let chunk = 256 << 10
  static let filesBetweenLooks = 32

  public init(clock: TrustClock, began: Int64) {
    self.clock = clock
    self.began = began
  }

  public init(clock: TrustClock) {
    self.init(clock: clock, began: clock.now())
  }

  init(clock: TrustClock, leavingOut leftOut: Set<[UInt8]>) {
    self.init(clock: clock)
    self.leftOut = leftOut
  }

  /// What lies at `path`, links followed.
  ///
  /// A directory has the tag `existing`.
  public func readInput(_ path: [UInt8]) -> Reading {
    let isLink = (try? FileStatus.of(path, followingLinks: false))?.kind == .link
    return readInput(path, isLink: isLink, seen: nil)
  }

  /// The same after a look: whether there is a link, and the signature of what it points to.
  func readInput(_ path: [UInt8], isLink: Bool, seen signature: Signature?) -> Reading {
    var reading = readFollowing(path, seen: signature)
    reading.isLink = isLink
    return reading
  }

  /// An output as its recipe left it: a link is its own text, an empty regular file a stamp.
  ///
  /// `status` is what lies at the path, links not followed.
  public func readOutput(_ path: [UInt8], _ status: FileStatus, isDirectory: Bool) -> Reading {
    switch status.kind {
    case .missing: return .nothing(.missing)
    case .link where !isDirectory:
      let text = (try? Files.readLink(path)) ?? []
      return Reading(
        identity: Identity(.link, Digest(of: text)), signature: status.signature,
        isSettled: clock.isSettled(status.signature, device: status.device, readingBegan: began),
        isLink: true)
    case .directory where isDirectory: return readDirectory(path)
    case .regular where !isDirectory:
      var reading = readFollowing(path, seen: status.signature, on: status.device)
      if reading.signature.size == 0,
        reading.identity.tag == .file || reading.identity.tag == .executable
      {
        reading.identity = Identity(.stamp)
      }
      return reading
    default:
      return Reading(
        identity: Identity(status.kind == .directory ? .existing : .special),
        signature: status.signature, isSettled: false, isLink: false)
    }
  }

  /// `signature` is that of the regular file that lay there a moment ago, on this device.
  fileprivate func readFollowing(
    _ path: [UInt8], seen signature: Signature? = nil, on device: UInt64? = nil
  ) -> Reading {
    var last = Reading.nothing(.missing)
    var first: Reading?
    for number in 0..<Self.tries {
      do throws(SystemError) {
        var (reading, isSteady) = try readOnce(path, seen: number == 0 ? signature : nil)
        if isSteady {
          if let signature, number > 0 {
            reading.wasOverwritten = wasOverwritten(reading, since: signature, device, first)
          }
          return reading
        }
        if number == 0 { first = reading }
        last = reading
      } catch {
        if error.isMissing { return .nothing(.missing) }
        if error.isInterruption { return .interrupted(path) }
        // Something else is in the file's place by now.
        if number == 0, signature != nil { continue }
        return .refused(path, error.code)
      }
    }
    last.isDisturbed = true
    last.isSettled = false
    last.wasOverwritten = signature != nil
    return last
  }

  /// Some file systems show the times of a write a moment later: there these alone say nothing of a file that
  /// was read twice with the same content.
  private func wasOverwritten(
    _ reading: Reading, since seen: Signature, _ device: UInt64?, _ first: Reading?
  ) -> Bool {
    let now = reading.signature
    if now.size != seen.size || now.inode != seen.inode { return true }
    if first?.identity != reading.identity { return true }
    return now.modified != seen.modified && device.map { clock.isFine($0) } ?? false
  }

  /// Reads once; not steady if the signature after the last byte is another than before the first, for
  /// which one that was just `seen` at the path serves as well.
  private func readOnce(_ path: [UInt8], seen signature: Signature?) throws(SystemError) -> (
    Reading, isSteady: Bool
  ) {
    let file = try Descriptor.open(path, .read)
    let before: Signature
    if let signature {
      before = signature
    } else {
      let status = try file.status()
      switch status.kind {
      case .regular: before = status.signature
      case .directory: return (.nothing(.existing), true)
      default: return (.nothing(.special), true)
      }
    }
    let (digest, count) = try hash(file, size: before.size)
    let after = try file.status()
    let isSteady =
      after.kind == .regular && after.signature == before && count == before.size
    let tag: Identity.Tag = after.signature.isExecutable ? .executable : .file
    return (
      Reading(
        identity: Identity(tag, digest), signature: after.signature,
        isSettled: clock.isSettled(
          after.signature, device: after.device, readingBegan: began),
        isLink: false), isSteady
    )
  }

  /// A file that fits one chunk is hashed in one call, which is what most files are.
  ///
  /// `size` is what its status said: the end is not looked for, since the status is taken again.
  private func hash(_ file: borrowing Descriptor, size: UInt64) throws(SystemError) -> (
    Digest, UInt64
  ) {
    // Files of /proc say that they are empty, and are not: they are never steady.
    let capacity = Int(min(max(size, 1), UInt64(Self.chunk)))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    defer { buffer.deallocate() }
    var filled = 0
    while filled < capacity {
      let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if count == 0 {
        return (Digest(of: UnsafeRawBufferPointer(rebasing: buffer[..<filled])), UInt64(filled))
      }
      filled += count
    }
    if UInt64(filled) == size {
      return (Digest(of: UnsafeRawBufferPointer(rebasing: buffer[..<filled])), size)
    }
    var stream = HashStream()
    stream.add(UnsafeRawBufferPointer(buffer))
    var total = UInt64(filled)
    while total < size {
      let count = try file.read(into: buffer)
      if count == 0 { break }
      stream.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      total += UInt64(count)
      if StopSignals.areThere { throw SystemError.interruption(of: []) }
    }
    return (stream.digest(), total)
  }

  // MARK: Directories

  /// A directory as a whole: sorted relative names, kinds, executable bits and contents.
  ///
  /// Links are not followed; `.sched` and `.git` never count, nor what is `ignored`.
  public func readDirectory(_ path: [UInt8], ignoring ignored: IgnoredNames = .none) -> Reading {
    let status: FileStatus
    do throws(SystemError) {
      status = try FileStatus.of(path, followingLinks: true)
    } catch {
      return .refused(path, error.code)
    }
    if status.kind == .missing { return .nothing(.missing) }
    guard status.kind == .directory else {
      return Reading(
        identity: Identity(.file), signature: status.signature, isSettled: false, isLink: false)
    }
    var walk = DirectoryWalk(reader: self, path: path, ignored: ignored, readsFiles: true)
    guard walk.run() else { return .interrupted(path) }
    var reading = Reading(
      identity: Identity(.directory, walk.hasher.digest), signature: status.signature,
      isSettled: false, isLink: false)
    reading.problem = walk.problem
    reading.holdsUnseen = walk.holdsUnseen
    return reading
  }

  static func isOurs(_ name: [UInt8]) -> Bool {
    name == Array(".sched".utf8) || name == Array(".git".utf8)
  }

  /// The first thing below a directory that could not be read, without reading it.
  func problem(inDirectory path: [UInt8], ignoring ignored: IgnoredNames) -> Reading.Problem? {
    var walk = DirectoryWalk(reader: self, path: path, ignored: ignored, readsFiles: false)
    _ = walk.run()
    return walk.problem
  }

  /// Walks through all that is below a directory, in the order of its digest.
  private struct DirectoryWalk {
    let reader: IdentityReader
    let path: [UInt8]
    let ignored: IgnoredNames
    /// Else it is only asked whether they may be read.
    let readsFiles: Bool
    var hasher = FactHasher()
    var problem: Reading.Problem?
    var holdsUnseen = false
    private var pending: [[UInt8]] = [[]]

    init(reader: IdentityReader, path: [UInt8], ignored: IgnoredNames, readsFiles: Bool) {
      (self.reader, self.path, self.ignored, self.readsFiles) = (reader, path, ignored, readsFiles)
    }

    /// Returns false where a signal asked to stop.
    mutating func run() -> Bool {
      var count = 0
      while let inner = pending.popLast() {
        let directory = inner.isEmpty ? path : path + [UInt8(ascii: "/")] + inner
        do throws(SystemError) {
          for entry in try Files.list(directory) {
            guard !IdentityReader.isOurs(entry.name), !ignored.contains(entry.name) else {
              holdsUnseen = true
              continue
            }
            count += 1
            if count % IdentityReader.filesBetweenLooks == 0, StopSignals.areThere { return false }
            add(entry.kind, inner.isEmpty ? entry.name : inner + [UInt8(ascii: "/")] + entry.name)
          }
        } catch {
          note(directory, .refused(error.code))
        }
      }
      // A listing that was cut short is no reason of its own.
      return StopSignals.seen == nil
    }

    private mutating func note(_ path: [UInt8], _ cause: Reading.Problem.Cause) {
      problem = problem ?? Reading.Problem(path: path, cause: cause)
    }

    private mutating func add(_ kind: FileStatus.Kind, _ name: [UInt8]) {
      let isAtRoot = path.elementsEqual(".".utf8)
      let path = path + [UInt8(ascii: "/")] + name
      if !reader.leftOut.isEmpty, reader.leftOut.contains(isAtRoot ? name : path) { return }
      name.withUnsafeBytes { hasher.add(1, $0) }
      switch kind {
      case .directory:
        hasher.add(2, Identity(.existing))
        pending.append(name)
      case .link:
        do throws(SystemError) {
          hasher.add(2, Identity(.link, Digest(of: try Files.readLink(path))))
        } catch {
          // One that has gone meanwhile is not there.
          if !error.isMissing { note(path, .refused(error.code)) }
        }
      case .regular where readsFiles:
        let reading = reader.readFollowing(path)
        problem = problem ?? reading.problem
        hasher.add(2, reading.identity)
      case .regular:
        if let error = Files.reasonNotToRead(path), !error.isMissing {
          note(path, .refused(error.code))
        }
      case .missing: break
      case .unreachable:
        do throws(SystemError) {
          _ = try FileStatus.of(path, followingLinks: false)
        } catch {
          note(path, .refused(error.code))
        }
      case .other: note(path, .noFile(FileStatus.noun(of: path)))
      }
    }
  }
}
