// Micro TARGETS ROUNDS: what the parts of sched take by themselves, as a Markdown table: medians of
// ROUNDS rounds, with the fastest and the slowest.
//
// Makes a tree of TARGETS small sources in a directory below /tmp, and removes it. Times are not
// checked: only ratios of one machine say something (docs/benchmarks.md).

import SchedBase
import SchedDigest
import SchedEngine
import SchedExecutors
import SchedGraph
import SchedLoad
import SchedSyntax
import SchedSystem

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else {
  fatalError("usage: Micro TARGETS ROUNDS")
}
let (targets, rounds) = (numbers[0], numbers[1])

/// Runs `body` once unmeasured, then each round, and prints its row.
///
/// `amount` is how many of `unit` one run handles.
func measure(_ name: String, _ amount: Int, _ unit: String, _ body: () throws -> Void) rethrows {
  try body()
  var times: [Double] = []
  for _ in 0..<rounds {
    let start = Clock.monotonic()
    try body()
    times.append(Double(Clock.monotonic() - start))
  }
  row(name, times.sorted(), amount, unit)
}

func row(_ name: String, _ sorted: [Double], _ amount: Int, _ unit: String) {
  func text(_ value: Double) -> String {
    if value < 100 { return "\((value * 100).rounded() / 100)" }
    return "\(Int(value.rounded()))"
  }
  let each = sorted.map { $0 / Double(amount) }
  let median = sorted[sorted.count / 2]
  var figure = "\(text(each[each.count / 2])) ns for each \(unit)"
  if unit == "byte" {
    let gibibytes = Double(amount) / median / 1.073_741_824
    figure += gibibytes < 1 ? ", \(text(gibibytes * 1024)) MiB/s" : ", \(text(gibibytes)) GiB/s"
  } else {
    figure += ", \(text(median / 1e6)) ms in all"
  }
  print("| \(name) | \(figure) | \(text(each[0])) to \(text(each[each.count - 1])) |")
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

// MARK: The tree

let root = bytes("/tmp/sched-micro-\(Clock.wall())")
try Files.makeDirectories(root)
try Files.changeDirectory(root)

let directories = (0..<(targets + 99) / 100).map { "d\($0)" }
let names = (0..<targets).map { "\(directories[$0 / 100])/f\($0 % 100)" }
for directory in directories { try Files.makeDirectories(bytes("src/\(directory)")) }
for name in names {
  try Files.write(bytes("int \(name.dropFirst());\n"), to: bytes("src/\(name).c"))
}
try Files.write(bytes("int common;\n"), to: bytes("common.h"))

let rules = bytes(
  """
  sources = {{ glob("src/*/*.c") }}
  task all: {{ map(sources, "src/%.c", "out/%.o") }}
  out/%.o: src/%.c
      @uses common.h
      cp {{in}} {{out}}

  """)
let writtenOut = bytes(
  "task all: \(names.map { "out/\($0).o" }.joined(separator: " "))\n"
    + names.map {
      "out/\($0).o: src/\($0).c\n    @uses common.h\n    cp {{in}} {{out}}\n"
    }.joined())
try Files.write(rules, to: bytes("Schedfile"))
try Files.write(writtenOut, to: bytes("Schedfile.explicit"))

let environment = Environment.current()

func evaluate(_ file: String, _ paths: PathTable) -> Loaded {
  let request = LoadRequest(schedfile: bytes(file), environment: environment, builds: true)
  guard case .loaded(let loaded) = load(request, paths: paths, made: NoMadeFiles()) else {
    fatalError("the Schedfile has errors")
  }
  return loaded
}

print("| case | median | fastest to slowest, ns |\n| --- | --- | ---: |")

// MARK: Reading

measure("parsing a Schedfile with each target written out", targets, "target") {
  precondition(parse(writtenOut, file: SourceFileID(0)).errors.isEmpty)
}
measure("the same, by bytes", writtenOut.count, "byte") {
  precondition(parse(writtenOut, file: SourceFileID(0)).errors.isEmpty)
}
measure("evaluating it, read and parsed", targets, "target") {
  precondition(
    evaluate("Schedfile.explicit", PathTable(rootPath: root)).graph.actions.count > targets)
}
measure("evaluating a glob and a rule", targets, "target") {
  precondition(evaluate("Schedfile", PathTable(rootPath: root)).graph.actions.count > targets)
}

// MARK: Hashing

let megabytes = [UInt8](repeating: 7, count: 64 << 20)
var sum: UInt64 = 0
measure("hashing 64 MiB in memory", megabytes.count, "byte") { sum &+= Digest(of: megabytes).low }
let keys = 1 << 20
measure("hashing 32 bytes", keys, "key") {
  megabytes.withUnsafeBytes { all in
    for index in 0..<keys {
      sum &+= Digest(of: UnsafeRawBufferPointer(rebasing: all[index * 32..<index * 32 + 32])).low
    }
  }
}

// MARK: The journal and the snapshot

/// Each round has a state of its own; `finish` folds the last one's journal into a snapshot.
func appendRecords(_ number: Int) throws -> Double {
  try Files.makeDirectories(bytes("state-\(number)"))
  try Files.changeDirectory(bytes("state-\(number)"))
  defer { try? Files.changeDirectory(root) }
  let state = try State.open(root: root, for: .building, environment: environment)
  let paths = names.map { state.paths.intern(path: bytes("out/\($0).o")) }
  let start = Clock.monotonic()
  for path in paths {
    let digest = Digest(low: UInt64(path.raw), high: 1)
    let output = OutputRecord(
      path: path, identity: Identity(.file, digest), signature: .none, isSettled: false)
    try state.appendOutcome(
      NewRecord(kind: .file, outputs: [output], fingerprint: digest, staticDigest: digest))
    try state.write()
  }
  let time = Double(Clock.monotonic() - start)
  try state.finish(ranSomething: false)
  state.close()
  return time
}

row(
  "an entry of the journal, each written by itself",
  try (0..<rounds).map(appendRecords).sorted(), targets, "entry")
try Files.changeDirectory(bytes("state-0"))
try measure("opening the state", targets, "action") {
  let state = try State.open(root: root, for: .reading, environment: environment)
  precondition(state.records.first { _ in true } != nil)
  state.close()
}
try Files.changeDirectory(root)

// MARK: Judging

/// At most so many, each a process in the one build that is needed; opening and closing a dry run
/// then counts for little.
let judged = min(targets, 10_000)
try Files.write(
  bytes(
    "task all: \(names[..<judged].map { "out/\($0).o" }.joined(separator: " "))\n"
      + "out/%.o: src/%.c\n    @uses common.h\n    cp {{in}} {{out}}\n"),
  to: bytes("Schedfile"))

func measureJudging() throws {
  let state = try State.open(root: root, for: .building, environment: environment)
  let loaded = evaluate("Schedfile", state.paths)
  var build = Build(
    graph: loaded.graph, source: loaded, state: state, sources: loaded.sources,
    environment: environment, options: BuildOptions())

  func executor() throws -> LocalExecutor {
    try LocalExecutor.parallel(
      slots: 2, environment: environment, session: state.session, clock: TrustClock.probing())
  }
  var silent = SilentObserver()
  let requested = loaded.graph.defaults
  guard build.run(requested, executor: try executor(), observer: &silent).ran == judged else {
    fatalError("the build failed")
  }
  // Until the signatures of what was made can be trusted.
  Clock.sleep(nanoseconds: 2_200_000_000)
  _ = build.run(requested, executor: try executor(), observer: &silent)

  func judge() throws {
    let (answers, result) = build.answer(requested, executor: try executor(), observer: &silent)
    precondition(result.end == .succeeded)
    precondition(answers.allSatisfy { $0.answer == .upToDate || $0.answer == .willRun(.always) })
  }
  try measure("a dry run with nothing changed", judged, "action", judge)
  // Something that all read is another since they were found up to date, and what it was again.
  let common = state.paths.intern(path: bytes("common.h"))
  var file = state.file(common)
  file.changedIn = UInt32.max
  state.setFile(common, file)
  try measure("the same by the walk over the facts of each action", judged, "action", judge)
  state.close()
}
try measureJudging()
precondition(sum != 0)
try Files.removeTree(root)
