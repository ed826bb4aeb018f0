import SchedBase
import SchedEngine
import SchedGraph
import SchedSystem

/// What a command works on: a Schedfile that was read, and what earlier builds left.
///
/// The working directory is the root.
struct Project<Source: TargetSource> {
  let invocation: Invocation
  let environment: Environment
  let streams: Streams
  let place: Place
  let state: State
  /// Tells this Schedfile with these settings from others.
  let key: GraphKey
  let parameters: [Parameter]
  /// False: the graph is as an earlier command evaluated it.
  let wasEvaluated: Bool
  var graph: Graph
  var source: Source
  var sources: SourceMap
  /// Included files that a target makes and that are not there: what they say is not in the graph.
  var missing: [(path: PathID, place: SourceRange)] = []
  /// What a build that found nothing to do looked at, if that tells whether it is still so.
  var lookedAt: [PathID]?

  var paths: PathTable { state.paths }
  var names: TargetNames { TargetNames(paths: paths, place: place) }

  /// A recipe that ends is answered, and a signal is seen, within this time.
  private static var judgingSlice: UInt64 { 2_000_000 }

  /// A build of this project, with the options of the command line.
  var build: Build<Source> {
    var options = BuildOptions()
    options.judgingSlice = Self.judgingSlice
    options.failureLimit = invocation.failureLimit
    options.runsEverything = invocation.has(.always)
    options.arguments = invocation.arguments
    options.allowsLeftovers = invocation.has(.allowLeftovers)
    options.readsEverything = invocation.has(.rehash)
    if style.isTerminal { options.tickInterval = StatusLine.shortestInterval }
    return Build(
      graph: graph, source: source, state: state, sources: sources, environment: environment,
      options: options)
  }

  /// What the command line asks for, or the default targets; nil, with a message, if there are none.
  func requested() -> [PathID]? {
    // What else there is to ask for is known when these are made.
    if !missing.isEmpty { return missing.map(\.path) }
    return askedFor()
  }

  private func askedFor() -> [PathID]? {
    if !invocation.targets.isEmpty {
      return invocation.targets.map { names.path(of: $0, in: graph) }
    }
    if graph.defaults.isEmpty {
      streams.report(
        .error("there is nothing to build", hint: "write a target, a task or 'default'"))
      return nil
    }
    return graph.defaults
  }

  /// What was asked for besides the included files that are to be made first, as far as it is known.
  func knownBehindMissing(_ answered: Set<ActionID>) -> [ActionID] {
    guard !missing.isEmpty else { return [] }
    let asked =
      invocation.targets.isEmpty
      ? graph.defaults : invocation.targets.map { names.path(of: $0, in: graph) }
    var seen = answered.union(missing.compactMap { graph.producer(of: $0.path) })
    return asked.compactMap { graph.producer(of: $0) }.filter { seen.insert($0).inserted }
  }

  func noteMissingIncludes() {
    streams.report(
      missing.map { path, place in
        let name = text(names.name(of: path))
        return Diagnostic(
          .note, "'\(name)' is not there yet, and what it says is not known", at: place,
          hint: "'sched build \(name)' makes it")
      }, in: sources)
  }

  // MARK: Names of commands

  /// The first word is the name of a command and of a task, which comes first.
  var meansTask: Bool {
    invocation.mayBeTask
      && names.task(named: Array(invocation.command.rawValue.utf8), in: graph) != nil
  }

  /// Tasks that are asked for by the name of a command.
  var notesOnCommandNames: [Diagnostic] {
    graph.actions.ids.compactMap { action in
      let row = graph.actions[action]
      guard row.kind == .task, let task = graph.outputs(of: action).first,
        let command = Command(rawValue: text(paths.name(of: task))),
        isDirectly(task, in: row.directory)
      else { return nil }
      return Diagnostic(
        .note,
        "task '\(command)' has the name of a command: 'sched \(command)' runs the task, 'sched :\(command)' the command",
        at: row.place)
    }
  }

  /// Its name has no directory, as its Schedfile writes it.
  private func isDirectly(_ task: PathID, in directory: PathID) -> Bool {
    let parent = paths.parent(of: task)
    if paths.isRoot(parent) || paths.isRoot(directory) {
      return paths.isRoot(parent) && paths.isRoot(directory)
    }
    return paths.text(of: parent) == paths.text(of: directory)
  }

  // MARK: Consoles

  var style: ConsoleStyle {
    var style = ConsoleStyle()
    style.isTerminal = Terminal.isTerminal(.error) && !isDumb
    style.hasColor = streams.hasColor
    style.isQuiet = invocation.has(.quiet)
    style.showsRecipes = invocation.has(.verbose)
    style.showsReasons = invocation.has(.why)
    style.isSerial = invocation.has(.serial)
    return style
  }

  /// A terminal that cannot erase a line.
  private var isDumb: Bool { environment["TERM"].map { text($0) } == "dumb" }

  func makeConsole(_ style: ConsoleStyle) -> Console {
    let renderer = DiagnosticRenderer(sources, isColoured: streams.hasColor)
    return Console(
      paths: paths, style: style, output: streams.output, diagnostics: streams.diagnostics,
      render: { TerminalText(drawing: $0, by: renderer) }, now: Clock.monotonic,
      width: { Terminal.width(.error) ?? 80 })
  }

  /// Of commands that build nothing: what values print, and warnings.
  func makeSilentConsole() -> Console {
    var style = ConsoleStyle()
    style.hasColor = streams.hasColor
    style.isQuiet = true
    return makeConsole(style)
  }
}

/// A `param` of the Schedfile, as `sched list` shows it.
struct Parameter: Equatable {
  var name: [UInt8]
  var value: [[UInt8]]
  var choices: [[UInt8]]
}
