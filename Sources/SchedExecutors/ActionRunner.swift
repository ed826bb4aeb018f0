import DequeModule
import SchedBase
import SchedDigest
import SchedEngine
import SchedGraph
import SchedSystem

/// Runs recipes as processes and reports what came of them: prepares, spawns, captures, ends what
/// takes too long, reads depfiles, hashes outputs.
///
/// The serial and the process executor have one, and so has each MPI worker. Knows no graph.
///
/// The owner waits on `loop` until `nextDeadline` and hands each event to `handle`, then calls
/// `tick`; one thread only, which lives as long as the process.
public final class ActionRunner {
  /// What came of one attempt.
  public struct Ended: Sendable {
    public var id: ActionID
    public var attempt: UInt32
    public var outcome: ActionOutcome
    public var report: RecipeReport
  }

  /// What a recipe is given of the machine.
  public struct Grant: Sendable {
    public var gpus: [String]?
    /// Variables of the executor's own, such as the rank.
    public var environment: [RecipeRequest.EnvironmentChange]

    public init(gpus: [String]? = nil, environment: [RecipeRequest.EnvironmentChange] = []) {
      self.gpus = gpus
      self.environment = environment
    }
  }

  /// One attempt on its way to a process.
  struct Attempt {
    var id: ActionID
    var number: UInt32
    var request: RecipeRequest
    var grant: Grant
    /// What was moved aside for it: notes that are still to be told.
    var moved: [[UInt8]] = []
    /// The script is a simple command, run without a shell.
    var isDirect = false
    /// A script that lies in a file while it runs.
    var scriptFile: [UInt8]?
    /// Since when it waits for what others have; monotonic nanoseconds.
    var waitsSince: UInt64?

    /// What its processes find in their environment, so that they are found by it.
    var mark: [UInt8] { Array("\(id.raw).\(number)".utf8) }

    /// For a file that no other attempt has, on any host.
    var fileName: [UInt8] {
      Array("\(Host.name)-\(Host.processID)-\(id.raw)-\(number)".utf8)
    }
  }

  public let loop: EventLoop
  /// Nanoseconds between TERM and KILL when everything is ended.
  let grace: UInt64
  /// What recipes print is given on in `printed` as it comes, and in the report too.
  public var passesOutputOn = false
  /// Lets recipes run on all processors whatever this process is bound to (mpirun binds ranks).
  public var resetsAffinity = false
  /// Pieces of what recipes print, in the order they came, when they are passed on.
  public var printed: [(id: ActionID, bytes: [UInt8], stream: PrintedText.Stream)] = []
  /// Standard error of recipes has a pipe of its own, so that it can be told from standard output.
  ///
  /// Off, both are one channel, in the true order.
  public var separatesStreams = false
  public var ended: [Ended] = []
  /// Signals by which somebody wanted all of this to stop, of which only a recipe that had the terminal was
  /// told.
  public var interruptions: [Int32] = []
  /// Recipes that have ended well are in `freedSlots` first, and in `ended` when `reportNext` was
  /// called: so that another one starts before time is spent on what they left.
  public var announcesRoom = false
  public var freedSlots: [ActionID] = []
  /// Says in `lasting` of each recipe that is not over soon that room was made and it runs.
  public var tellsOfLasting = false
  public var lasting: [(id: ActionID, attempt: UInt32, notes: [[UInt8]])] = []
  var unreported = Deque<
    (recipe: RunningRecipe, end: ChildProcess.End, outputs: [FileStatus])
  >()

  let environment: EnvironmentBlock
  private let replaced = ReplacedFiles()
  let strays: StrayProcesses
  private let programs: ProgramSearch
  let clock: TrustClock
  private let nothing: Descriptor
  let helpers: HelperThreads
  let reports = ReportQueue()
  /// By tag; a recipe's pipes have the tags after it.
  var running: [UInt64: RunningRecipe] = [:]
  private var nextTag: UInt64 = 1
  static let tagsPerRecipe: UInt64 = 4
  /// Ended recipes whose reports helper threads are making.
  var reporting = 0
  var killAt: UInt64?
  public internal(set) var isCancelled = false
  /// The loop tells of children that stop.
  var hearsOfStops = false
  /// Attempts that wait until a descriptor or a process can be had.
  var postponed = Deque<Attempt>()
  /// When they are tried again although nothing has ended; monotonic nanoseconds.
  var triesAgainAt: UInt64?
  /// How many recipes may run at once by what this process may use.
  var room = RecipeRoom()
  /// For the next recipe, made while nothing else was to do.
  private var sparePipe: Pipe?
  private var spareErrorPipe: Pipe?
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

  /// `environment` is what all recipes get, `SCHED_SESSION` included.
  public init(loop: EventLoop, environment: Environment, grace: UInt64, clock: TrustClock)
    throws(SystemError)
  {
    self.loop = loop
    self.grace = grace
    self.clock = clock
    self.environment = EnvironmentBlock(environment)
    strays = StrayProcesses(session: environment["SCHED_SESSION"] ?? [])
    programs = ProgramSearch(searchPath: self.environment.searchPath)
    nothing = try Descriptor.open(Array("/dev/null".utf8), .read)
    let waker = loop.waker
    helpers = HelperThreads(count: Host.usableThreads(), whenDone: { waker.wake() })
  }

  deinit { buffer.deallocate() }

  /// Recipes that run or wait for room, and ended ones whose report is not made yet.
  public var count: Int { running.count + postponed.count + unreported.count + reporting }

  // MARK: Starting

  /// Makes room for what a recipe makes.
  ///
  /// `report` is of an attempt that cannot be started because something is in the way.
  public func prepare(_ request: RecipeRequest) -> (notes: [[UInt8]], report: RecipeReport?) {
    var files = OutputFiles(keepingIn: replaced)
    do throws(ClearingError) {
      try files.prepare(request)
      return (files.notes, nil)
    } catch {
      var report = RecipeReport()
      report.problem = .cannotPrepare(reason: Array(error.message.utf8))
      report.moved = files.notes
      return (files.notes, report)
    }
  }

  /// Starts an attempt, for which room was made; `notes` are still to be told.
  ///
  /// Its end comes in `ended`, at once if nothing can be started for it.
  public func start(
    _ id: ActionID, attempt: UInt32, _ request: RecipeRequest, _ grant: Grant = Grant(),
    notes: [[UInt8]] = []
  ) {
    var attempt = Attempt(id: id, number: attempt, request: request, grant: grant)
    attempt.moved = notes
    guard hasRoom else { return postponed.append(attempt) }
    run(attempt)
  }

  func run(_ attempt: Attempt) {
    run(attempt, RecipeCommand(script: attempt.request.script, shell: attempt.request.shell))
  }

  /// Makes room and starts an attempt.
  public func prepareAndStart(
    _ id: ActionID, attempt: UInt32, _ request: RecipeRequest, _ grant: Grant
  ) {
    let (notes, report) = prepare(request)
    guard let report else { return start(id, attempt: attempt, request, grant, notes: notes) }
    ended.append(
      Ended(id: id, attempt: attempt, outcome: .failed(status: 127), report: report))
  }

  private func run(_ attempt: Attempt, _ command: RecipeCommand) {
    var attempt = attempt
    do {
      switch command {
      case .tooLong:
        giveUp(attempt, .scriptTooLong(limit: UInt64(RecipeCommand.argumentLimit)))
      case .direct(let words):
        attempt.isDirect = true
        try spawn(attempt, words)
      case .interpreted(let words):
        try spawn(attempt, words)
      case .fromFile(let words):
        let file = try writeScript(of: attempt)
        attempt.scriptFile = file
        try spawn(attempt, words + [file])
      }
    } catch let error as ChildProcess.LaunchError {
      launchFailed(attempt, error)
    } catch let error as SystemError where mayWait(attempt, for: error) {
      postpone(attempt, error)
    } catch {
      let reason = (error as? SystemError)?.message ?? "\(error)"
      giveUp(attempt, .cannotStart(reason: Array(reason.utf8)))
    }
  }

  /// Its process could not be made, or never became the program.
  func launchFailed(_ attempt: Attempt, _ error: ChildProcess.LaunchError) {
    switch error {
    case .notFound where attempt.isDirect && !isCancelled,
      .notExecutableFormat where attempt.isDirect && !isCancelled:
      // The shell answers in its own words, and runs what only it takes for a program.
      var attempt = attempt
      attempt.isDirect = false
      run(attempt, .byShell(attempt.request.script))
    case .other(let cause) where mayWait(attempt, for: cause): postpone(attempt, cause)
    default: giveUp(attempt, .cannotStart(reason: Array(error.message.utf8)))
    }
  }

  /// Scripts that an interpreter reads lie in `.sched`, named by absolute paths: the recipe runs in
  /// a directory of its own.
  private func writeScript(of attempt: Attempt) throws(SystemError) -> [UInt8] {
    let root = try Files.currentDirectory()
    let directory = root + Array("/.sched/scripts".utf8)
    try Files.makeDirectories(root + Array("/.sched".utf8))
    try Files.makeOwnDirectories(directory, below: root + Array("/.sched".utf8))
    let path = directory + [UInt8(ascii: "/")] + attempt.fileName
    try Files.writeOwn(attempt.request.script, to: path)
    return path
  }

  private func spawn(_ attempt: Attempt, _ words: [[UInt8]]) throws {
    let request = attempt.request
    guard let program = program(words[0], request) else {
      throw ChildProcess.LaunchError.notFound(program: words[0])
    }
    var launch = ChildProcess.Launch(
      program: program, arguments: words, directory: request.directory)
    launch.changes = changes(of: attempt)
    launch.resetsAffinity = resetsAffinity
    let began = UInt64(clamping: clock.now())
    guard !request.flags.contains(.console) else {
      return try watchTerminal(of: recipe(attempt, try start(launch), began: began))
    }
    launch.input = .descriptor(nothing.raw)
    let pipe = try Self.take(&sparePipe)
    launch.output = .descriptor(pipe.writer.raw)
    launch.error = .descriptor(pipe.writer.raw)
    guard separatesStreams || request.flags.contains(.value) else {
      let child = try start(launch)
      return try watch(
        recipe(attempt, child, RunningRecipe.Stream(pipe.takeReader()), began: began))
    }
    let errors = try Self.take(&spareErrorPipe)
    launch.error = .descriptor(errors.writer.raw)
    let child = try start(launch)
    let stream = RunningRecipe.Stream(pipe.takeReader())
    let errorStream = RunningRecipe.Stream(errors.takeReader())
    try watch(recipe(attempt, child, stream, errorStream, began: began))
  }

  private func recipe(
    _ attempt: Attempt, _ child: consuming ChildProcess, _ output: RunningRecipe.Stream? = nil,
    _ errors: RunningRecipe.Stream? = nil, began: UInt64
  ) -> RunningRecipe {
    RunningRecipe(
      attempt, child, output: output, errors: errors, isShown: passesOutputOn, began: began)
  }

  /// Starts a child, and goes on at once where there is something else to do.
  ///
  /// That is an end which may come meanwhile, or one that is to be looked at. Otherwise waiting gives the
  /// processor to the child.
  private func start(_ launch: ChildProcess.Launch) throws(ChildProcess.LaunchError) -> ChildProcess
  {
    running.isEmpty && unreported.isEmpty
      ? try ChildProcess.start(launch, environment) : try ChildProcess.begin(launch, environment)
  }

  private static func take(_ spare: inout Pipe?) throws(SystemError) -> Pipe {
    if let pipe = spare.take() { return pipe }
    return try Pipe.make()
  }

  /// Does what the next start would have to do first; before the owner waits.
  public func prepareAhead() {
    guard !room.isTight else { return }
    if sparePipe == nil { sparePipe = try? Pipe.make() }
    if separatesStreams, spareErrorPipe == nil { spareErrorPipe = try? Pipe.make() }
  }

  private func changes(of attempt: Attempt) -> [(name: [UInt8], value: [UInt8]?)] {
    var changes: [(name: [UInt8], value: [UInt8]?)] = []
    for entry in attempt.grant.environment { changes.append((entry.name, entry.value)) }
    changes.append((StrayProcesses.variable, attempt.mark))
    if let gpus = attempt.grant.gpus {
      changes.append(
        (Array("CUDA_VISIBLE_DEVICES".utf8), Array(gpus.joined(separator: ",").utf8)))
    }
    // What the recipe sets itself wins.
    for entry in attempt.request.environment { changes.append((entry.name, entry.value)) }
    return changes
  }

  /// A name with a slash is the program's path, from the recipe's directory.
  private func program(_ name: [UInt8], _ request: RecipeRequest) -> [UInt8]? {
    if let change = request.environment.last(where: { $0.name.elementsEqual("PATH".utf8) }) {
      return ProgramSearch(searchPath: change.value ?? []).path(of: name)
    }
    return programs.path(of: name)
  }

  func watch(_ recipe: RunningRecipe) throws(SystemError) {
    let tag = nextTag * Self.tagsPerRecipe
    nextTag += 1
    running[tag] = recipe
    if passesOutputOn {
      try watchPipes(of: recipe, tag)
    } else if recipe.output != nil || tellsOfLasting {
      recipe.watchesPipesAt = recipe.startedAt + Self.shortRecipe
    }
    // Once: a process that is being started has a copy of it until it has become another program,
    // and the loop would tell of the end over and over meanwhile.
    try loop.addOnce(recipe.child.endDescriptor, tag: tag)
  }

  /// What a recipe has printed that ends sooner, nanoseconds, is read when it has ended: its pipes
  /// cost a wake-up of their own, since they close before the process is gone.
  ///
  /// A longer one that fills a pipe waits no longer than this.
  static let shortRecipe: UInt64 = 5_000_000

  func watchPipes(of recipe: RunningRecipe, _ tag: UInt64) throws(SystemError) {
    recipe.watchesPipesAt = nil
    if let output = recipe.output { try watch(output, tag + 1) }
    if let errors = recipe.errors { try watch(errors, tag + 2) }
  }

  private func watch(_ stream: RunningRecipe.Stream, _ tag: UInt64) throws(SystemError) {
    guard !stream.isWatched else { return }
    try loop.add(stream.reader.raw, tag: tag)
    stream.isWatched = true
  }

  /// The attempt never ran.
  func giveUp(_ attempt: Attempt, _ problem: RecipeReport.Problem) {
    if let file = attempt.scriptFile { try? Files.remove(file) }
    var report = RecipeReport()
    report.problem = problem
    report.moved = attempt.moved
    report.notes = room.takeNotes()
    ended.append(
      Ended(
        id: attempt.id, attempt: attempt.number, outcome: .failed(status: 127), report: report))
  }
}
