import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

/// What an evaluation asks the outside: files, directories, the environment, programs, commands.
///
/// Every question goes through here, so that it can be kept with its answer. Paths are relative to
/// the project's root, which is the working directory.
final class World {
  let environment: Environment
  private let paths: PathTable
  private let programs: ProgramSearch
  /// What is in each directory, sorted by name.
  private var directories: [PathID: DirectoryListing] = [:]
  /// Directories that could not be listed.
  private var problems: [PathID: SystemError] = [:]
  /// Reads what is likely asked for next.
  private var ahead: DirectoriesAhead?
  /// While Schedfiles are evaluated.
  private var readsAhead = Host.usableCores() > 1
  /// The directory that was read last, and how many beside it were read before it.
  private var lastRead: (parent: PathID, count: Int)?
  /// Paths that were found in a listing.
  private var found = Column<PathTag, Bool>()
  /// What was asked, but for directories, whose answers depend on what the graph makes.
  private var asked = Questions()
  private var signatures: [PathID: (signature: Signature, isSettled: Bool)] = [:]

  /// Else `shell()` gives nothing.
  private let runsCommands: Bool

  init(environment: Environment, paths: PathTable, runsCommands: Bool = true) {
    self.runsCommands = runsCommands
    self.environment = environment
    self.paths = paths
    programs = ProgramSearch(
      searchPath: environment["PATH"] ?? Array("/usr/local/bin:/usr/bin:/bin".utf8))
  }

  deinit { stopReadingAhead() }

  func read(_ path: PathID) throws(SystemError) -> [UInt8] {
    let text = paths.text(of: path)
    // Looked at first: what changes after that has another signature.
    let signature = try FileStatus.of(text, followingLinks: true).signature
    let isSettled = Questions.isSettled(signature)
    let bytes = try Files.read(text)
    let digest = Digest(of: bytes)
    asked.files.append(
      Questions.Source(
        path: path, signature: signature, isSettled: isSettled, digest: digest,
        wholeDigest: digest))
    return bytes
  }

  func noteLeftover(_ path: PathID) { asked.leftovers.append(path) }
  /// A rule took a leftover as a source, as `--allow-leftovers` lets it.
  private(set) var hasAllowedLeftovers = false
  func noteAllowedLeftover() { hasAllowedLeftovers = true }
  func noteShown(_ path: PathID) { asked.shown.append(path) }

  /// Everything that was asked, for a graph to be kept with.
  func questions(_ graph: Graph) -> Questions {
    var questions = asked
    questions.places = paths.placesAsked
    if paths.hasUsedRootPath { questions.rootPath = paths.rootPath }
    let holdsMade = directoriesWithMadeFiles(graph)
    for (directory, listing) in directories {
      guard let (signature, isSettled) = signatures[directory] else { continue }
      let whole = Questions.digest(of: listing)
      let isWhole = !holdsMade.contains(directory) && !listing.contains(Questions.ownDirectory[...])
      questions.directories.append(
        Questions.Source(
          path: directory, signature: signature, isSettled: isSettled,
          digest: isWhole ? whole : Questions.digest(of: listing, in: directory, graph, paths),
          wholeDigest: whole))
    }
    questions.directories.sort { $0.path < $1.path }
    return questions
  }

  /// What is in directories is asked anew from here on, and when it is asked for: rules are asked while
  /// recipes write.
  func letGoOfListings() {
    stopReadingAhead()
    readsAhead = false
    directories = [:]
    problems = [:]
    signatures = [:]
    found = Column()
  }

  private func directoriesWithMadeFiles(_ graph: Graph) -> Set<PathID> {
    var found: Set<PathID> = []
    var last: PathID?
    for action in graph.actions.ids {
      for output in graph.outputs(of: action) {
        let directory = paths.parent(of: output)
        if directory != last { found.insert(directory) }
        last = directory
      }
    }
    return found
  }

  /// What is in a directory; nothing where there is none.
  ///
  /// Each directory is read once.
  func entries(of directory: PathID) -> DirectoryListing {
    if let known = directories[directory] { return known }
    // Where signals are held, as under MPI, nothing else ends the reading of a huge tree.
    listed += 1
    if listed % Self.directoriesBetweenLooks == 0 { _ = StopSignals.areThere }
    if StopSignals.seen != nil { return DirectoryListing() }
    let text = paths.text(of: directory)
    let parent = paths.parent(of: directory)
    if parent != lastRead?.parent {
      stopReadingAhead()
      lastRead = (parent, 0)
    }
    let reading = ahead?.take(text) ?? DirectoryReading(of: text)
    signatures[directory] = (reading.signature, reading.isSettled)
    directories[directory] = reading.listing
    if let problem = reading.problem { problems[directory] = problem }
    lastRead?.count += 1
    if lastRead?.count == Self.enoughSiblings, readsAhead {
      ahead = DirectoriesAhead(in: paths.text(of: parent), behind: text)
    }
    return reading.listing
  }

  /// The same for a question that what cannot be listed leaves open.
  func listing(of directory: PathID) throws(SystemError) -> DirectoryListing {
    let listing = entries(of: directory)
    if !problems.isEmpty, let problem = problems[directory] { throw problem }
    return listing
  }

  /// How many directories were asked for.
  private var listed = 0
  private static let directoriesBetweenLooks = 32

  /// So many directories beside each other are read, and the next ones will be, too.
  private static let enoughSiblings = 8

  /// What was read ahead is no longer true, or no longer of use.
  private func stopReadingAhead() {
    ahead?.stop()
    ahead = nil
    lastRead = nil
  }

  /// The path is in a listing that was looked into.
  func noteFound(_ path: PathID) {
    found.grow(to: path.index + 1, with: false)
    found[path] = true
  }

  /// Whether something lies there.
  ///
  /// O(log names in its directory).
  func exists(_ path: PathID) -> Bool {
    if paths.isRoot(path) || (path.index < found.count && found[path]) { return true }
    return paths.withName(of: path) { name in
      // `..` is in no listing.
      name.elementsEqual("..".utf8) || entries(of: paths.parent(of: path)).contains(name)
        || (!problems.isEmpty && isBehindProblem(path))
    }
  }

  /// Something that the system does not deny in a directory that cannot be listed: whoever reads it is
  /// told what is wrong.
  private func isBehindProblem(_ path: PathID) -> Bool {
    guard problems[paths.parent(of: path)] != nil else { return false }
    let status = try? FileStatus.of(paths.text(of: path), followingLinks: false)
    return status?.kind != .missing
  }

  /// The kind of what lies there, links followed.
  func kind(of path: PathID) -> FileStatus.Kind {
    let kind =
      (try? FileStatus.of(paths.text(of: path), followingLinks: true))?.kind ?? .unreachable
    asked.kinds.append((path, kind))
    return kind
  }

  func variable(_ name: [UInt8]) -> [UInt8]? {
    let value = environment[name]
    asked.variables.updateValue(value, forKey: name)
    return value
  }

  func program(_ name: [UInt8]) -> [UInt8]? {
    let path = programs.path(of: name)
    asked.programs.updateValue(path, forKey: name)
    return path
  }

  /// What a command prints, run by the shell in `directory`.
  func output(ofCommand command: [UInt8], in directory: PathID) throws(ShellError) -> [UInt8] {
    guard runsCommands else { return [] }
    // The command may change what is in them.
    stopReadingAhead()
    var launch = ChildProcess.Launch(
      program: Array("/bin/sh".utf8),
      // The blank: a command that begins with '-' is no option of the shell.
      arguments: ["/bin/sh", "-eu", "-c"].map { Array($0.utf8) } + [[UInt8(ascii: " ")] + command],
      directory: paths.text(of: directory))
    do {
      let nothing = try Descriptor.open(Array("/dev/null".utf8), .read)
      let pipe = try Pipe.make()
      launch.input = .descriptor(nothing.raw)
      launch.output = .descriptor(pipe.writer.raw)
      let child = try ChildProcess.start(launch, EnvironmentBlock(environment))
      StopSignals.alsoEnd(group: child.id)
      defer { StopSignals.alsoEnd(group: 0) }
      let reader = pipe.takeReader()
      let (text, end) = try wait(for: child, reading: reader)
      switch end.how {
      case .exited(0):
        asked.commands.append((command, directory, Digest(of: text)))
        return text
      case .exited(let status): throw ShellError(reason: "it exited with status \(status)")
      case .killed(let signal): throw ShellError(reason: "it was killed by signal \(signal)")
      }
    } catch let error as ShellError {
      throw error
    } catch let error as SystemError {
      throw ShellError(reason: error.message)
    } catch let error as ChildProcess.LaunchError {
      throw ShellError(reason: error.message)
    } catch {
      throw ShellError(reason: "\(error)")
    }
  }

  /// A signal that nobody catches is seen within this time.
  private static let signalInterval: UInt64 = 100_000_000

  private func wait(
    for child: borrowing ChildProcess, reading reader: borrowing Descriptor
  ) throws(SystemError) -> ([UInt8], ChildProcess.End) {
    let loop = try EventLoop()
    try loop.add(reader.raw, tag: 1)
    try loop.add(child.endDescriptor, tag: 2)
    var text: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
    defer { buffer.deallocate() }
    /// Returns false at the end of the stream.
    func drain() -> Bool {
      while let count = reader.readAvailable(into: buffer) {
        if count == 0 { return true }
        text.append(contentsOf: buffer[..<count])
      }
      return false
    }
    var isOpen = true
    while true {
      var events: [EventLoop.Event] = []
      loop.wait(timeout: Self.signalInterval, into: &events)
      if StopSignals.areThere {
        // Where signals are held, as under MPI.
        ChildProcess.signalGroup(child.id, ChildProcess.forceKill)
        throw SystemError.interruption(of: [])
      }
      if isOpen, !drain() {
        isOpen = false
        loop.remove(reader.raw)
      }
      if events.contains(.readable(2)), let end = child.reap() {
        if isOpen { _ = drain() }
        return (text, end)
      }
    }
  }
}

struct ShellError: Error { var reason: String }
