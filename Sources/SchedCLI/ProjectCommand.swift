import SchedBase
import SchedDigest
import SchedEngine
import SchedExecutors
import SchedGraph
import SchedLoad
import SchedSystem

/// From a command line to a project and its command: finds the root, opens the state, reads the
/// Schedfiles, makes what an `include` needs first.
struct ProjectCommand {
  let invocation: Invocation
  let environment: Environment
  let streams: Streams
  let executors: ExecutorChoice
  let reportBuild: BuildReporter?
  /// The root, once it is found.
  let root: FoundRoot

  /// Where the root is, for a command that begins again as a task.
  final class FoundRoot {
    fileprivate(set) var found: (place: Place, schedfile: [UInt8])?
    fileprivate var isTold = false
  }

  init(
    invocation: Invocation, environment: Environment, streams: Streams,
    makeMPIExecutor: MPIExecutorFactory?, reportBuild: BuildReporter? = nil,
    root: FoundRoot = FoundRoot()
  ) {
    self.reportBuild = reportBuild
    self.root = root
    self.invocation = invocation
    self.environment = environment
    self.streams = streams
    executors = ExecutorChoice(
      invocation: invocation, environment: environment, streams: streams,
      makeMPIExecutor: makeMPIExecutor)
  }

  /// How often an evaluation may begin again because of an included file that was made.
  private static let mostRounds = 10

  /// nil: the name of the command is that of a task, which is meant.
  func run() -> ExitCode? {
    do throws(CommandFailure) {
      guard invocation.command != .fmt else {
        if invocation.mayBeTask,
          TaskSearch(invocation: invocation, environment: environment).finds()
        {
          return nil
        }
        return try FormatCommand(
          invocation: invocation, environment: environment, streams: streams
        ).run()
      }
      return try runInRoot()
    } catch {
      return error.exitCode
    }
  }

  private func findRoot() throws(CommandFailure) -> (place: Place, schedfile: [UInt8]) {
    if let found = root.found { return found }
    let finder = RootFinder(
      invocation: invocation, environment: environment, streams: streams)
    let found = try finder.find()
    root.found = found
    return found
  }

  private func runInRoot() throws(CommandFailure) -> ExitCode? {
    let (place, schedfile) = try findRoot()
    try streams.attempt { () throws(SystemError) in try Files.changeDirectory(place.root) }
    if isBuilding, place.root != place.workingDirectory, !invocation.has(.quiet), !root.isTold {
      root.isTold = true
      // Editors find the files of messages by this line.
      streams.diagnostics.write("sched: entering directory '\(printable(place.root))'\n")
    }
    let state = try openState(place, schedfile)
    defer { state.close() }
    if invocation.command == .clean, invocation.has(.replaced) { return try removeReplaced(place) }
    state.setGraph(key(of: schedfile))
    guard isBuilding, invocation.command == .build, let reportBuild else {
      return try runCommand(place, schedfile, state)
    }
    reportBuild(nil)
    do throws(CommandFailure) {
      let exitCode = try runCommand(place, schedfile, state)
      reportBuild(exitCode)
      return exitCode
    } catch {
      reportBuild(error.exitCode)
      throw error
    }
  }

  /// `sched clean --replaced`: what was moved aside goes for good, whatever the Schedfile says.
  private func removeReplaced(_ place: Place) throws(CommandFailure) -> ExitCode {
    let removed = try streams.attempt { () throws(SystemError) in
      try ReplacedFiles.removeAll(isDryRun: invocation.has(.dryRun))
    }
    if !invocation.has(.quiet) {
      for path in removed { streams.output.write("\(printable(place.asTyped(path)))\n") }
    }
    return .success
  }

  /// Whether the state may change.
  ///
  /// Other commands take no lock and write nothing.
  var isBuilding: Bool {
    switch invocation.command {
    case .build: !invocation.has(.dryRun) && !invocation.has(.question)
    case .clean: !invocation.has(.dryRun)
    case .adopt: true
    case .why, .list, .check, .fmt, .log, .simulate: false
    }
  }

  /// Whether what is read must be there in a build from scratch, too.
  ///
  /// Others show what there is, or are the way out.
  private var refusesLeftovers: Bool {
    switch invocation.command {
    case .build, .why, .check: true
    case .adopt, .clean, .list, .fmt, .log, .simulate: false
    }
  }

  private func openState(_ place: Place, _ schedfile: [UInt8]) throws(CommandFailure) -> State {
    do throws(StateError) {
      return try State.open(
        root: place.root, schedfile: schedfile, for: isBuilding ? .building : .reading,
        environment: environment,
        say: { streams.report($0) })
    } catch {
      throw streams.failure(error.diagnostic, .failure)
    }
  }

  private func key(of schedfile: [UInt8]) -> GraphKey { set(of: schedfile).key }

  private func set(of schedfile: [UInt8]) -> ParameterSet {
    ParameterSet(
      schedfile: schedfile,
      settings: invocation.settings.map { ParameterSet.Setting(name: $0.name, value: $0.value) })
  }

  // MARK: Reading

  /// Reads the Schedfiles, again after each included file that had to be made, and runs the command.
  private func runCommand(_ place: Place, _ schedfile: [UInt8], _ state: State)
    throws(CommandFailure) -> ExitCode?
  {
    var request = LoadRequest(
      schedfile: schedfile, overrides: invocation.settings.map { ($0.name, $0.value) },
      environment: environment, builds: isBuilding && invocation.command == .build)
    request.allowsLeftovers = invocation.has(.allowLeftovers)
    request.refusesLeftovers = refusesLeftovers
    let kept = keptGraph(schedfile, state)
    let foundNothing = kept.map { wasUpToDate(place, request, $0, state) } ?? false
    #if !DEBUG
      if foundNothing {
        streams.sayNothingToDo(invocation)
        return .success
      }
    #endif
    for _ in 0..<Self.mostRounds {
      let outcome = load(request, paths: state.paths, made: state, kept: kept)
      if let signal = StopSignals.seen {
        // What was asked after it has no answer.
        streams.diagnostics.write("sched: interrupted\n")
        return .interrupted(signal: signal)
      }
      switch outcome {
      case .failed(let problems, let sources):
        streams.report(problems, in: sources)
        return .usage
      case .needsFirst(_, let loaded) where !request.builds:
        var project = project(loaded, place, schedfile, state)
        if project.meansTask { return nil }
        return try run(&project)
      case .needsFirst(let files, let loaded):
        var project = project(loaded, place, schedfile, state)
        let exitCode = project.makeIncluded(files, with: try executors.make(for: state))
        guard exitCode == .success else { return exitCode }
        request.madeFirst.formUnion(files)
      case .loaded(let loaded):
        var project = project(loaded, place, schedfile, state)
        if project.meansTask {
          assert(!foundNothing, "internal error: the mark is of another question")
          return nil
        }
        streams.report(loaded.warnings, in: loaded.sources)
        if invocation.command == .check {
          streams.report(loaded.notes + project.notesOnCommandNames, in: loaded.sources)
        }
        if invocation.command == .build, isBuilding {
          state.noteSet(set(of: schedfile))
        }
        let exitCode = try run(&project)
        if invocation.command == .build, isBuilding, !state.isReadOnly, request.madeFirst.isEmpty {
          // A build that was refused wrote no paths: its graph would name some that no table has.
          if let count = state.pathsInFiles { kept?.save(loaded, state.paths, count: count) }
          if let kept { mark(project.lookedAt, place, request, kept, state) }
        }
        #if DEBUG
          let agrees = !foundNothing || project.lookedAt != nil
          precondition(agrees, "internal error: the mark of an earlier build and this one differ")
        #endif
        return exitCode
      }
    }
    throw streams.failure(
      .error("included files do not settle: they were made and read \(Self.mostRounds) times"))
  }

  /// The evaluated graph of earlier runs.
  ///
  /// `check` evaluates anew: it tells what evaluation notes.
  private func keptGraph(_ schedfile: [UInt8], _ state: State) -> KeptGraph? {
    guard invocation.command != .check,
      let program = try? ProgramReplacement.own(),
      let signature = try? FileStatus.ofOwn(program).signature
    else { return nil }
    var stamp = ByteWriter()
    stamp.write(state.identity)
    stamp.write(signature)
    let name = ".sched/graph-\(key(of: schedfile))"
    return KeptGraph(file: Array(name.utf8), stamp: stamp.bytes)
  }

  private func project(
    _ loaded: Loaded, _ place: Place, _ schedfile: [UInt8], _ state: State
  ) -> Project<Loaded> {
    state.adopt(loaded.adopted, loaded.adoptedDirectories, in: loaded.graph)
    return Project(
      invocation: invocation, environment: environment, streams: streams, place: place,
      state: state, key: key(of: schedfile),
      parameters: loaded.params.map {
        Parameter(name: $0.name, value: $0.value, choices: $0.choices)
      },
      wasEvaluated: loaded.wasEvaluated, graph: loaded.graph, source: loaded,
      sources: loaded.sources, missing: loaded.missing)
  }

  // MARK: Running

  private func run(_ project: inout Project<Loaded>) throws(CommandFailure) -> ExitCode {
    let state = project.state
    project.noteMissingIncludes()
    switch invocation.command {
    case .build where invocation.has(.question):
      return project.runQuestion(with: try executors.makeSerial(for: state))
    case .build where invocation.has(.dryRun):
      return project.runDry(with: try executors.makeSerial(for: state))
    case .build: return project.runBuild(with: try executors.make(for: state))
    case .why: return project.runWhy(with: try executors.makeSerial(for: state))
    case .list: return project.runList()
    case .check: return project.runCheck(with: try executors.makeSerial(for: state))
    case .clean: return project.runClean()
    case .adopt: return project.runAdopt()
    case .log: return project.runLog()
    case .simulate: return project.runSimulation()
    case .fmt: preconditionFailure("internal error: 'fmt' works on files, not on a project")
    }
  }
}
