import SchedBase
import SchedDigest
import SchedEngine
import SchedExecutors
import SchedGraph
import SchedLoad
import SchedSyntax
import SchedSystem

/// From a command line to a project and its command: finds the root, opens the state, reads the
/// Schedfiles, makes what an `include` needs first.
struct ProjectCommand {
  let invocation: Invocation
  let environment: Environment
  let streams: Streams
  let makeMPIExecutor: MPIExecutorFactory?

  /// How often an evaluation may begin again because of an included file that was made.
  private static let mostRounds = 10

  private struct Stop: Error { var exitCode: ExitCode }

  func run() -> ExitCode {
    do throws(Stop) {
      return try runInRoot()
    } catch {
      return error.exitCode
    }
  }

  private func runInRoot() throws(Stop) -> ExitCode {
    let start = try attempt { () throws(SystemError) in
      for directory in invocation.directories { try Files.changeDirectory(directory) }
      return try Files.currentDirectory()
    }
    let (place, schedfile) = try findRoot(from: start)
    try attempt { () throws(SystemError) in try Files.changeDirectory(place.root) }
    if isBuilding, place.root != start, !invocation.has(.quiet) {
      // Editors find the files of messages by this line.
      streams.diagnostics.write("sched: entering directory '\(printable(place.root))'\n")
    }
    if invocation.command == .fmt { return format(place, schedfile) }
    let state = try openState(place)
    defer { state.close() }
    return try runCommand(place, schedfile, state)
  }

  /// A command that only reads takes no lock and writes nothing.
  private var isBuilding: Bool {
    switch invocation.command {
    case .build: !invocation.has(.dryRun) && !invocation.has(.question)
    case .clean: !invocation.has(.dryRun)
    default: false
    }
  }

  private func openState(_ place: Place) throws(Stop) -> State {
    do throws(StateError) {
      return try State.open(
        root: place.root, for: isBuilding ? .building : .reading, environment: environment,
        say: { streams.report($0) })
    } catch {
      streams.report(error.diagnostic)
      throw Stop(exitCode: .failure)
    }
  }

  // MARK: The root

  private func findRoot(from start: [UInt8]) throws(Stop) -> (Place, schedfile: [UInt8]) {
    if let file = invocation.file {
      let whole = joined(start, file)
      guard let slash = whole.lastIndex(of: UInt8(ascii: "/")) else { throw Stop(exitCode: .usage) }
      let directory = slash == 0 ? [UInt8(ascii: "/")] : Array(whole[..<slash])
      guard let root = Files.realPath(directory) else {
        throw usage(.error("cannot read '\(printable(file))': no such file or directory"))
      }
      return (Place(root: root, workingDirectory: start), Array(whole[(slash + 1)...]))
    }
    let search = RootSearch(from: start) { path in
      (try? FileStatus.of(path, followingLinks: true))?.kind ?? .missing != .missing
    }
    guard let root = try root(among: search) else {
      let places = search.searched.map { "'\(printable($0))'" }.joined(separator: ", ")
      throw usage(
        .error("no Schedfile here or above", hint: "looked in \(places)"))
    }
    return (Place(root: root, workingDirectory: start), RootSearch.schedfile)
  }

  /// The outermost Schedfile, unless it does not read a nearer one: then that is a root of its own.
  private func root(among search: RootSearch) throws(Stop) -> [UInt8]? {
    guard let outermost = search.candidates.first else { return nil }
    guard let nearest = search.candidates.last, nearest != outermost else { return outermost }
    try attempt { () throws(SystemError) in try Files.changeDirectory(outermost) }
    let paths = PathTable(rootPath: outermost)
    let wanted = paths.intern(path: joined(nearest, RootSearch.schedfile))
    let outcome = load(
      request(RootSearch.schedfile, builds: false), paths: paths, made: NoMadeFiles())
    switch outcome {
    case .loaded(let loaded), .needsFirst(_, let loaded):
      if loaded.filesRead.contains(wanted) { return outermost }
    case .failed: return outermost
    }
    if !invocation.has(.quiet) {
      streams.report(
        Diagnostic(
          .note,
          "'\(printable(outermost))/Schedfile' does not read the Schedfile of '\(printable(nearest))', which is the root"
        ))
    }
    return nearest
  }

  // MARK: Reading

  private func request(_ schedfile: [UInt8], builds: Bool) -> LoadRequest {
    LoadRequest(
      schedfile: schedfile, overrides: invocation.settings.map { ($0.name, $0.value) },
      environment: environment, builds: builds)
  }

  private func runCommand(_ place: Place, _ schedfile: [UInt8], _ state: State) throws(Stop)
    -> ExitCode
  {
    var request = request(schedfile, builds: isBuilding && invocation.command == .build)
    state.setGraph(key(of: schedfile))
    for _ in 0..<Self.mostRounds {
      switch load(request, paths: state.paths, made: state) {
      case .failed(let problems, let sources):
        streams.report(problems, in: sources)
        throw Stop(exitCode: .usage)
      case .needsFirst(let files, let loaded):
        let result = try make(files, project(loaded, place, schedfile, state))
        guard result == .success else { throw Stop(exitCode: result) }
        request.madeFirst.formUnion(files)
      case .loaded(let loaded):
        if !isBuilding || !invocation.has(.quiet) { reportNotes(loaded) }
        var project = project(loaded, place, schedfile, state)
        return try run(&project)
      }
    }
    throw usage(
      .error("included files and what they say do not settle after \(Self.mostRounds) rounds"))
  }

  private func reportNotes(_ loaded: Loaded) {
    guard invocation.command == .check else { return }
    streams.report(loaded.notes, in: loaded.sources)
  }

  private func project(
    _ loaded: Loaded, _ place: Place, _ schedfile: [UInt8], _ state: State
  ) -> Project<Loaded> {
    Project(
      invocation: invocation, environment: environment, streams: streams, place: place,
      state: state, key: key(of: schedfile),
      parameters: loaded.params.map {
        Parameter(name: $0.name, value: $0.value, choices: $0.choices)
      },
      graph: loaded.graph, source: loaded, sources: loaded.sources)
  }

  /// Of the root Schedfile and the settings, in any order.
  private func key(of schedfile: [UInt8]) -> GraphKey {
    var hasher = FactHasher()
    schedfile.withUnsafeBytes { hasher.add(1, $0) }
    let settings = invocation.settings.map { $0.name + [UInt8(ascii: "=")] + $0.value }
    for setting in settings.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      setting.withUnsafeBytes { hasher.add(2, $0) }
    }
    return hasher.digest
  }

  // MARK: Running

  /// Brings included files up to date.
  private func make(_ files: [PathID], _ project: Project<Loaded>) throws(Stop) -> ExitCode {
    var project = project
    return project.runBuild(of: files, with: try makeExecutor(project.state))
  }

  private func run(_ project: inout Project<Loaded>) throws(Stop) -> ExitCode {
    project.noteTaskOfCommandName()
    switch invocation.command {
    case .build where invocation.has(.dryRun):
      return project.runDry(with: try makeSerialExecutor(project.state))
    case .build where invocation.has(.question):
      return project.runQuestion(with: try makeSerialExecutor(project.state))
    case .build: return project.runBuild(with: try makeExecutor(project.state))
    case .why: return project.runWhy(with: try makeSerialExecutor(project.state))
    case .list: return project.runList()
    case .check: return project.runCheck(with: try makeSerialExecutor(project.state))
    case .clean: return project.runClean()
    case .log: return project.runLog()
    case .fmt: preconditionFailure("internal error: fmt reads no project")
    }
  }

  private func makeExecutor(_ state: State) throws(Stop) -> any Executor {
    let clock = state.isReadOnly ? TrustClock() : TrustClock.probing()
    if invocation.has(.mpi) {
      guard let makeMPIExecutor else { throw Stop(exitCode: .usage) }
      do throws(ExecutorUnavailable) {
        return try makeMPIExecutor(invocation.slots ?? .count(1), state.session, clock)
      } catch {
        streams.report(error.diagnostic)
        throw Stop(exitCode: .failure)
      }
    }
    if invocation.has(.serial) { return try makeSerialExecutor(state) }
    return try attempt { () throws(SystemError) in
      try LocalExecutor.parallel(
        slots: invocation.jobs, environment: environment, session: state.session, clock: clock)
    }
  }

  private func makeSerialExecutor(_ state: State) throws(Stop) -> LocalExecutor {
    let clock = state.isReadOnly ? TrustClock() : TrustClock.probing()
    return try attempt { () throws(SystemError) in
      try LocalExecutor.serial(environment: environment, session: state.session, clock: clock)
    }
  }

  // MARK: fmt

  private func format(_ place: Place, _ schedfile: [UInt8]) -> ExitCode {
    streams.report(.error("'sched fmt' is not part of this sched yet"))
    return .usage
  }

  // MARK: Errors

  private func usage(_ diagnostic: Diagnostic) -> Stop {
    streams.report(diagnostic)
    return Stop(exitCode: .usage)
  }

  private func attempt<R>(_ body: () throws(SystemError) -> R) throws(Stop) -> R {
    do throws(SystemError) {
      return try body()
    } catch {
      streams.report(.error(error.message))
      throw Stop(exitCode: .usage)
    }
  }
}
