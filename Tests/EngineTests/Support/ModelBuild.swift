import SchedBase
import SchedGraph
import TestSupport

@testable import SchedEngine

/// A tree of a few actions in memory: what each reads, what lies on the disk, and what is recorded.
struct ModelTree {
  enum Kind: UInt8, CaseIterable { case plain, secondary, temporary, always }

  struct Node {
    var kind = Kind.plain
    /// Actions whose outputs it names.
    var inputs: [Int] = []
    /// Actions whose outputs its recipe reads besides, as a depfile tells afterwards.
    var discovers: [Int] = []
    /// What it makes does not depend on what it reads.
    var cutsOff = false
    var fails = false
    /// The content of a source of its own.
    var source = 0

    var mayBeMissing: Bool { kind == .secondary || kind == .temporary }
    var reads: [Int] { inputs + discovers }
  }

  struct Record {
    var isVoid = false
    var source: Int
    var named: [Int]
    var inputs: [Int: Int]
    var discovered: [Int]
    var output: Int
  }

  var nodes: [Node]
  var disk: [Int?]
  var records: [Record?]

  init(_ nodes: [Node]) {
    self.nodes = nodes
    disk = Array(repeating: nil, count: nodes.count)
    records = Array(repeating: nil, count: nodes.count)
  }

  /// What an action makes of what it reads.
  func content(of index: Int, reading contents: [Int]) -> Int {
    if nodes[index].cutsOff { return index + 1 }
    var hasher = (index + 1) &* 1_000_003 &+ nodes[index].source
    for content in contents { hasher = hasher &* 31 &+ content }
    return hasher
  }

  /// What a build from scratch makes: knows no records and no loop.
  func fromScratch() -> [Int] {
    var contents: [Int] = []
    for index in nodes.indices {
      contents.append(content(of: index, reading: nodes[index].reads.map { contents[$0] }))
    }
    return contents
  }
}

/// Judges a tree in memory as the files of a real one are judged.
struct ModelJudge: Judge {
  var tree: ModelTree
  let requested: Set<Int>
  var temporaries = Temporaries()
  var done: Set<Int> = []
  /// What each running or settling action read, and when it began.
  var runs: [Int: (contents: [Int: Int], began: Int, isSecond: Bool)] = [:]
  var clock = 0
  var endings: [Int: Int] = [:]
  var starts: [Int: Int] = [:]
  var againCount = 0
  /// What must never happen.
  var faults: [String] = []
  private var judgings = 0

  init(_ tree: ModelTree, requested: Set<Int>) {
    self.tree = tree
    self.requested = requested
  }

  var texts: NameTexts { NameTexts(names: tree.nodes.indices.map { "n\($0)" }) }

  mutating func appendDependencies(of action: ActionID, to list: inout [Dependency]) {
    for input in tree.nodes[action.index].inputs { list.append(Dependency(ActionID(input))) }
    for input in tree.records[action.index]?.discovered ?? [] {
      list.append(Dependency(ActionID(input), isDiscovered: true))
    }
  }

  mutating func prepare(_ actions: [ActionID]) -> [Diagnostic] {
    for action in actions {
      let known = tree.nodes[action.index].inputs + (tree.records[action.index]?.discovered ?? [])
      for input in known where tree.nodes[input].kind == .temporary && input != action.index {
        temporaries.add(reader: action, of: ActionID(input))
      }
    }
    return []
  }

  mutating func judge(_ action: ActionID, isForced: Bool) -> Judgement {
    judgings += 1
    guard judgings < 2000 else {
      faults.append("judges for ever")
      return .failed([])
    }
    let index = action.index
    guard isForced || isStale(index) else {
      noteDone(index, hasRun: false)
      return .upToDate
    }
    let makers = makersNeeded(by: action)
    return makers.isEmpty ? .stale(.forced) : .needs(makers, .forced)
  }

  mutating func makersNeeded(by action: ActionID) -> [ActionID] {
    let index = action.index
    let node = tree.nodes[index]
    let found = runs[index] == nil ? tree.records[index]?.discovered ?? [] : node.discovers
    return Set(node.inputs + found).filter { tree.nodes[$0].mayBeMissing && tree.disk[$0] == nil }
      .sorted().map { ActionID($0) }
  }

  private func isStale(_ index: Int) -> Bool {
    guard let record = tree.records[index], !record.isVoid else { return true }
    let node = tree.nodes[index]
    if node.kind == .always || record.source != node.source || record.named != node.inputs {
      return true
    }
    for input in node.inputs + record.discovered where record.inputs[input] != content(of: input) {
      return true
    }
    guard let lies = tree.disk[index] else {
      return !node.mayBeMissing || requested.contains(index)
    }
    return lies != record.output
  }

  /// A secondary output that is not there is what its record says.
  private func content(of input: Int) -> Int? {
    if let lies = tree.disk[input] { return lies }
    guard tree.nodes[input].mayBeMissing, let record = tree.records[input], !record.isVoid else {
      return nil
    }
    return record.output
  }

  private mutating func noteDone(_ index: Int, hasRun: Bool) {
    done.insert(index)
    for temporary in temporaries.done(ActionID(index), hasRun: hasRun) { remove(temporary.index) }
  }

  private mutating func remove(_ index: Int) {
    guard !requested.contains(index), done.contains(index) else { return }
    for reader in tree.nodes.indices {
      if let made = tree.records[reader]?.inputs[index], made != tree.records[index]?.output {
        return
      }
    }
    tree.disk[index] = nil
  }

  mutating func reopened(_ action: ActionID) {
    done.remove(action.index)
    temporaries.reopen(action)
  }

  mutating func start(_ action: ActionID, attempt: UInt32) -> [UInt8] {
    let index = action.index
    clock += 1
    starts[index, default: 0] += 1
    tree.records[index]?.isVoid = true
    tree.disk[index] = nil
    var contents: [Int: Int] = [:]
    for input in tree.nodes[index].inputs {
      if let content = tree.disk[input] {
        contents[input] = content
      } else {
        faults.append("n\(index) is made without n\(input)")
      }
      if !done.contains(input) { faults.append("n\(index) is made before n\(input)") }
    }
    // What it reads without saying so may not be there yet.
    for input in tree.nodes[index].discovers { contents[input] = tree.disk[input] ?? -1 }
    runs[index] = (contents, clock, runs[index]?.isSecond ?? false)
    return []
  }

  mutating func ended(
    _ action: ActionID, attempt: UInt32, _ outcome: ActionOutcome, payload: [UInt8]
  ) -> Completion {
    let index = action.index
    clock += 1
    guard outcome == .succeeded else {
      runs[index] = nil
      return .failed(ActionSummary())
    }
    tree.disk[index] = made(by: index)
    for input in tree.nodes[index].discovers where tree.nodes[input].kind == .temporary {
      temporaries.add(reader: action, of: ActionID(input))
    }
    let makers = tree.nodes[index].discovers.filter { !done.contains($0) }
    return makers.isEmpty ? settle(action) : .waits(makers.map { ActionID($0) })
  }

  private func made(by index: Int) -> Int {
    let contents = runs[index]?.contents ?? [:]
    return tree.content(of: index, reading: tree.nodes[index].reads.map { contents[$0] ?? -1 })
  }

  mutating func settle(_ action: ActionID) -> Completion {
    let index = action.index
    guard let run = runs[index] else { return .broken(.error("no run")) }
    for input in tree.nodes[index].discovers
    where ((endings[input] ?? 0) > run.began || tree.disk[input] == nil) && !run.isSecond {
      runs[index]?.isSecond = true
      againCount += 1
      return .runsAgain(.forced)
    }
    runs[index] = nil
    endings[index] = clock
    tree.records[index] = ModelTree.Record(
      source: tree.nodes[index].source, named: tree.nodes[index].inputs, inputs: run.contents,
      discovered: tree.nodes[index].discovers, output: tree.disk[index] ?? -1)
    noteDone(index, hasRun: true)
    return .succeeded(ActionSummary())
  }

  mutating func gaveUp(_ action: ActionID) {
    runs[action.index] = nil
    temporaries.giveUp(action)
  }

  mutating func discarded(_ action: ActionID) -> ActionSummary {
    runs[action.index] = nil
    tree.disk[action.index] = nil
    return ActionSummary()
  }

  mutating func finish() {
    for temporary in temporaries.left() { remove(temporary.index) }
  }

  mutating func assumeRun(_ action: ActionID) {}
  mutating func takeNotes() -> [Diagnostic] { [] }
  func attributes(of action: ActionID) -> ActionAttributes { ActionAttributes() }
  func attributeClass(of action: ActionID) -> UInt32 { 0 }
  func poolLimit(_ pool: UInt32) -> UInt32 { 0 }
  func hasRecipe(_ action: ActionID) -> Bool { true }
  func expectedDuration(of action: ActionID) -> UInt64 { 1 }
  func isValue(_ action: ActionID) -> Bool { false }
  func diagnostic(forCycle cycle: [ActionID]) -> Diagnostic { .error("cycle") }
  func diagnostic(for refusal: ResourceRefusal, of action: ActionID) -> Diagnostic {
    .error("room")
  }
}

/// Ends what runs in an order by chance, as the tree says.
struct ModelExecutor: Executor {
  let slots: Int
  let failing: Set<Int>
  var random: SplitMix
  var isSerial: Bool { slots == 1 }
  private var running: [ActionRequest] = []
  private var announced: ActionRequest?

  init(slots: Int, failing: Set<Int>, random: SplitMix) {
    self.slots = slots
    self.failing = failing
    self.random = random
  }

  func grantedCPUs(_ resources: Resources) -> Int { 1 }
  func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? { nil }
  func canTake(_ resources: Resources, isLocal: Bool) -> Bool { running.count < slots }
  mutating func start(_ request: ActionRequest) { running.append(request) }

  mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    if let request = announced.take() { return end(request) }
    guard !running.isEmpty, timeout != 0 else { return .timeout }
    let request = running.remove(at: Int(random.next() % UInt64(running.count)))
    guard slots > 1, random.next() % 2 == 0 else { return end(request) }
    announced = request
    return .slotFreed(request.id)
  }

  private func end(_ request: ActionRequest) -> ExecutorEvent {
    .ended(
      request.id, attempt: request.attempt,
      failing.contains(request.id.index) ? .failed(status: 1) : .succeeded, payload: [])
  }

  mutating func cancel() {}
  mutating func shutDown() {}
}

/// Counts the starts and the last ends of each action.
struct EventObserver: BuildObserver {
  var open: Set<ActionID> = []
  var faults: [String] = []

  mutating func actionStarted(
    _ action: ActionID, _ reason: StaleReason, _ counts: BuildCounts, _ texts: some ActionTexts
  ) { open.insert(action) }
  mutating func actionPrinted(
    _ action: ActionID, _ bytes: [UInt8], to stream: PrintedText.Stream
  ) {}
  mutating func actionEnded(
    _ action: ActionID, _ end: ActionEnd, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {
    if open.remove(action) == nil { faults.append("n\(action.index) ends without a start") }
    if counts.remaining < 0 || counts.ended > counts.total { faults.append("counts are wrong") }
  }
  mutating func note(_ diagnostic: Diagnostic) {}
  mutating func tick(_ counts: BuildCounts) {}
}
