import SchedBase
import SchedEngine
import SchedGraph

/// A judge without files: a five-line text (`app: a.o b.o`) is the graph, sets say what is stale.
struct ScriptedJudge: Judge {
  var names: [String] = []
  var dependencies: [[Dependency]] = []
  /// Names that are up to date; all others are stale.
  var upToDate: Set<String> = []
  /// Makers that an action turns out to wait for when it is judged first.
  var waitsWhenJudged: [String: [String]] = [:]
  /// Actions that wait, each time they are judged, for makers that are done.
  var waitsForEver: [String: [String]] = [:]
  /// Makers that an action turns out to need when it is judged first.
  var needsWhenJudged: [String: [String]] = [:]
  /// Makers that an action turns out to wait for when it ends first.
  var waitsAtEnd: [String: [String]] = [:]
  var attributes: [String: ActionAttributes] = [:]
  var durations: [String: UInt64] = [:]
  var pools: [UInt32] = []
  var judged: [String] = []
  /// `judge` or `start` and a name, in the order in which it happened.
  var history: [String] = []

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == " " || $0 == ":" }).map(String.init)
      let action = id(words[0])
      // A name in brackets is known only from a depfile.
      dependencies[action.index] = words.dropFirst().map { word in
        word.hasPrefix("[")
          ? Dependency(id(String(word.dropFirst().dropLast())), isDiscovered: true)
          : Dependency(id(word))
      }
    }
  }

  mutating func id(_ name: String) -> ActionID {
    if let index = names.firstIndex(of: name) { return ActionID(index) }
    names.append(name)
    dependencies.append([])
    return ActionID(names.count - 1)
  }

  var texts: NameTexts { NameTexts(names: names) }

  func name(_ action: ActionID) -> String { names[action.index] }
  func find(_ name: String) -> ActionID { ActionID(names.firstIndex(of: name)!) }

  mutating func appendDependencies(of action: ActionID, to list: inout [Dependency]) {
    list.append(contentsOf: dependencies[action.index])
  }

  mutating func prepare(_ actions: [ActionID]) -> [Diagnostic] { [] }

  mutating func judge(_ action: ActionID, isForced: Bool) -> Judgement {
    let name = name(action)
    judged.append(name)
    history.append("judge \(name)")
    if let makers = waitsWhenJudged.removeValue(forKey: name) {
      return .waits(LateMakers(required: makers.map(find)))
    }
    if let makers = waitsForEver[name] {
      return .waits(LateMakers(required: makers.map(find)))
    }
    if let makers = needsWhenJudged.removeValue(forKey: name) {
      return .needs(makers.map(find), .forced)
    }
    if isForced { return .stale(.forced) }
    return upToDate.contains(name) ? .upToDate : .stale(.neverMade)
  }

  mutating func assumeRun(_ action: ActionID) {}
  mutating func start(_ action: ActionID, attempt: UInt32) -> [UInt8] {
    history.append("start \(name(action))")
    return Array(name(action).utf8)
  }

  mutating func noteStart(_ action: ActionID, isCleared: Bool) {
    history.append("\(name(action)) \(isCleared ? "owns" : "may own") its outputs")
  }

  mutating func noteCleared(_ action: ActionID) { noteStart(action, isCleared: true) }
  mutating func noteUnprepared(_ action: ActionID) {
    history.append("\(name(action)) owns nothing")
  }

  mutating func ended(
    _ action: ActionID, attempt: UInt32, _ outcome: ActionOutcome, payload: [UInt8]
  ) -> Completion {
    guard outcome == .succeeded else { return .failed(ActionSummary()) }
    if let makers = waitsAtEnd.removeValue(forKey: name(action)) {
      return .waits(makers.map(find))
    }
    return .succeeded(ActionSummary())
  }

  mutating func settle(_ action: ActionID) -> Completion {
    .runsAgain(.discoveredChanged(PathRoot.tree.id))
  }

  mutating func gaveUp(_ action: ActionID) {}
  mutating func takeNotes() -> [Diagnostic] { [] }

  func attributes(of action: ActionID) -> ActionAttributes {
    attributes[name(action)] ?? ActionAttributes()
  }

  func attributeClass(of action: ActionID) -> UInt32 {
    let own = attributes(of: action)
    return UInt32(attributes.keys.sorted().firstIndex { attributes[$0] == own }.map { $0 + 1 } ?? 0)
  }

  func poolLimit(_ pool: UInt32) -> UInt32 { pools[Int(pool)] }
  func hasRecipe(_ action: ActionID) -> Bool { true }
  func expectedDuration(of action: ActionID) -> UInt64 { durations[name(action)] ?? 1 }
  func isValue(_ action: ActionID) -> Bool { false }

  func diagnostic(forCycle cycle: [ActionID]) -> Diagnostic {
    .error("cycle: " + (cycle + cycle.prefix(1)).map(name).joined(separator: " -> "))
  }

  func diagnostic(for refusal: ResourceRefusal, of action: ActionID) -> Diagnostic {
    .error("'\(name(action))' fits nowhere")
  }
}

/// Actions that are a name and nothing else.
struct NameTexts: ActionTexts {
  let names: [String]

  func name(of action: ActionID) -> [UInt8] { Array(names[action.index].utf8) }
  func title(of action: ActionID) -> [UInt8] { name(of: action) }
  func outputs(of action: ActionID) -> [[UInt8]] { [name(of: action)] }
  func depfile(of action: ActionID) -> [UInt8] { [] }
  func recipe(of action: ActionID) -> [UInt8] { [] }
  func interpreter(of action: ActionID) -> [[UInt8]] { [] }
  func isValue(_ action: ActionID) -> Bool { false }
  func hasConsole(_ action: ActionID) -> Bool { false }
}

/// Runs actions in virtual time: each takes as long as the script says, and ends as it says.
struct ScriptedExecutor: Executor {
  var isSerial = false
  var slots = 1
  var cpus = 8
  var durations: [String: UInt64] = [:]
  /// The attempts of a name that fail, and how.
  var failures: [String: [ActionOutcome]] = [:]
  /// Tells of the end of an action's process before its own end.
  var announcesRoom = false
  private var announced: ActionRequest?
  /// What becomes of the room that a name needs; told later of those that have it later.
  var preparations: [String: Preparation] = [:]
  private var cleared: [ActionRequest] = []
  /// A signal that arrives when this name has started.
  var interruptAfterStart: String?

  private var clock: UInt64 = 0
  private var running: [(ends: UInt64, order: Int, request: ActionRequest)] = []
  private var isCancelled = false
  private(set) var log: [String] = []
  private(set) var mostAtOnce = 0
  /// A signal has arrived.
  var pendingSignal = false

  private func name(_ request: ActionRequest) -> String {
    String(decoding: request.payload, as: UTF8.self)
  }

  func grantedCPUs(_ resources: Resources) -> Int { min(Int(resources.cpus), cpus) }

  func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? {
    resources.memory > 1000
      ? ResourceRefusal(kind: .memory, asked: resources.memory, available: 1000) : nil
  }

  func canTake(_ resources: Resources, isLocal: Bool) -> Bool {
    let used = running.reduce(0) { $0 + grantedCPUs($1.request.resources) }
    return running.count < slots && used + grantedCPUs(resources) <= cpus
  }

  mutating func prepare(_ request: ActionRequest) -> Preparation {
    preparations[name(request)] ?? .done(notes: [])
  }

  mutating func start(_ request: ActionRequest) {
    let name = name(request)
    log.append(name)
    if case .later = preparations[name] { cleared.append(request) }
    running.append((clock + (durations[name] ?? 1), log.count, request))
    mostAtOnce = max(mostAtOnce, running.count)
    if name == interruptAfterStart { pendingSignal = true }
  }

  mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    if pendingSignal {
      pendingSignal = false
      return .interrupted(signal: 15)
    }
    if let request = cleared.popLast() {
      return .cleared(request.id, attempt: request.attempt, notes: [])
    }
    if let request = announced {
      announced = nil
      log.append("\(name(request)) ended")
      return .ended(request.id, attempt: request.attempt, .succeeded, payload: [])
    }
    let next = running.indices.min {
      (running[$0].ends, running[$0].order) < (running[$1].ends, running[$1].order)
    }
    guard let next, timeout != 0 else { return .timeout }
    let (ends, _, request) = running.remove(at: next)
    clock = ends
    if isCancelled {
      return .ended(request.id, attempt: request.attempt, .killed(signal: 15), payload: [])
    }
    if announcesRoom {
      announced = request
      return .slotFreed(request.id)
    }
    var outcome = ActionOutcome.succeeded
    if failures[name(request)]?.isEmpty == false {
      outcome = failures[name(request)]!.removeFirst()
    }
    return .ended(request.id, attempt: request.attempt, outcome, payload: [])
  }

  mutating func cancel() { isCancelled = true }
  mutating func shutDown() {}
}

struct CountingObserver: BuildObserver {
  var retries = 0
  mutating func actionStarted(
    _ action: ActionID, _ reason: StaleReason, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {}
  mutating func actionPrinted(
    _ action: ActionID, _ bytes: [UInt8], to stream: PrintedText.Stream
  ) {}
  mutating func actionEnded(
    _ action: ActionID, _ end: ActionEnd, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {
    if end.willRetry { retries += 1 }
  }
  mutating func note(_ diagnostic: Diagnostic) {}
  mutating func tick(_ counts: BuildCounts) {}
}

/// Runs a scripted build and gives what ran, in order, and how it ended.
func run(
  _ judge: ScriptedJudge, _ requested: [String], _ executor: ScriptedExecutor = ScriptedExecutor(),
  failureLimit: Int = 1, judgingSlice: UInt64? = nil
) -> (
  ran: [String], result: BuildResult,
  loop: RunLoop<ScriptedJudge, ScriptedExecutor, CountingObserver>
) {
  var options = BuildOptions()
  options.failureLimit = failureLimit
  options.judgingSlice = judgingSlice
  var loop = RunLoop(
    judge: judge, executor: executor, observer: CountingObserver(), options: options)
  let result = loop.run(requested.map(judge.find))
  return (loop.executor.log, result, loop)
}
