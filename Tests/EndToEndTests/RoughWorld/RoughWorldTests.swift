import Glibc
import Testing

/// Projects that live among people: edits while a build runs, commands with typing errors in between,
/// kills, files made by hand where outputs belong, unreadable and vanished sources, two parameter sets
/// in turn, a tree that is entered through a link.
///
/// What runs is not predicted here; `IncrementalEqualsClean` does that for quiet projects. What is held: sched
/// never crashes, two quiet builds later everything is what a build from scratch makes and nothing is left to
/// do, and no file that was made by hand is lost. `SCHED_ROUGH_SEED` and `SCHED_ROUGH_STEPS` choose another
/// walk; scripts/random-builds runs thousands.
struct RoughWorldTests {
  @Test(arguments: 0..<2)
  func `whatever happens around builds, the next quiet ones make it right`(_ walk: Int) throws {
    let seed = UInt64(number("SCHED_ROUGH_SEED") ?? 20_261_130) + UInt64(walk)
    let steps = (number("SCHED_ROUGH_STEPS") ?? 60) / 2
    var walk = RoughWalk(seed: seed)
    for step in 0..<steps {
      let fault = try walk.step()
      try #require(fault == nil, "seed \(seed), step \(step): \(fault ?? "")\n\(walk.story)")
    }
    print("rough builds: seed \(seed), \(walk.counts)")
  }
}

private func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

/// One project on its way through a rough world.
struct RoughWalk {
  struct Counts: CustomStringConvertible {
    var steps = 0
    var builds = 0
    var editsDuringBuilds = 0
    var kills = 0
    var onRanks = 0

    var description: String {
      "\(steps) steps, \(builds) builds, \(editsDuringBuilds) edits during builds, \(kills) kills, \(onRanks) builds on ranks"
    }
  }

  private var project: RoughProject
  private let sandbox = Sandbox()
  private let failures: Bytes
  private let endings: Bytes
  private let entrance: Bytes
  /// Contents that somebody wrote by hand where an output belongs; no sched may lose one.
  private var precious: Set<String> = []
  private var preciousCount = 0
  private var written: [String: String] = [:]
  /// Sources that are there and cannot be read.
  private var unreadable: Set<String> = []
  /// What somebody wrote over an output while its recipe may have been running, or sched looking at what
  /// that left: nobody can tell it from what the recipe wrote.
  private var doubtful: [String: Bytes] = [:]
  private var overwriteCount = 0
  /// What a killed sched left is sched's until it is made again: nothing is put there by hand.
  private var cutOff: Set<String> = []
  private(set) var counts = Counts()
  /// What was done in this step and the ones before it, for the message.
  var story: String { stories.joined(separator: "-- step\n") }
  private var stories: [String] = []
  private static let storiesKept = 4

  init(seed: UInt64) {
    project = RoughProject(seed: seed)
    failures = sandbox.tree + "-failing"
    endings = sandbox.tree + "-ended"
    entrance = sandbox.tree + "-entrance"
    _ = failures.withCString { mkdir($0, 0o755) }
    _ = entrance.withCString { entrance in sandbox.tree.withCString { symlink($0, entrance) } }
    _ = endings.withCString { mkdir($0, 0o755) }
    sandbox.environment["FAIL"] = failures.description
    sandbox.environment["ENDED"] = endings.description
    synchronise()
  }

  /// One stretch of rough life and the quiet builds after it.
  ///
  /// Returns what is wrong.
  mutating func step() throws -> String? {
    counts.steps += 1
    stories = stories.suffix(Self.storiesKept - 1) + [""]
    for _ in 0...project.random.below(3) { edit() }
    synchronise()
    if let fault = try interfere() { return fault }
    if let fault = try roughBuild() { return fault }
    if let fault = try interfere() { return fault }
    heal()
    return try quietBuilds()
  }

  // MARK: What people do

  private mutating func edit() {
    switch project.random.below(14) {
    case 0...3: tell("edited \(project.editSource())")
    case 4, 5: project.toggleSource()
    case 6: project.changeRecipe()
    case 7: project.addTarget()
    case 8: project.dropTarget()
    case 9: makeUnreadable()
    case 10: toggleFailure()
    case 11: touchEverything()
    case 12: removeOutput()
    default: makeByHand()
    }
  }

  private mutating func tell(_ text: String) { stories[stories.count - 1] += text + "\n" }

  /// A link to itself: it is there, and nobody can read it, not even root.
  private mutating func makeUnreadable() {
    let name = project.random.pick(project.sources.keys.sorted())
    unreadable.insert(name)
    sandbox.remove(Bytes(name))
    sandbox.link(Bytes(name), to: Bytes(name.split(separator: "/").last.map(String.init) ?? ""))
    tell("made \(name) unreadable")
  }

  private mutating func toggleFailure() {
    let flag = failures + "/" + Bytes(project.marker(project.random.pick(project.targets).name))
    if flag.withCString({ unlink($0) }) != 0 { writeFile(flag, "", mode: 0o644) }
    tell("toggled \(flag)")
  }

  private mutating func touchEverything() {
    for file in sandbox.files() {
      sandbox.setTime(of: Bytes(file), to: project.random.below(1 << 30))
    }
    tell("touched everything")
  }

  private mutating func removeOutput() {
    let output = project.random.pick(project.outputs)
    forgetPrecious(at: output)
    sandbox.remove(Bytes(output))
    tell("removed \(output)")
  }

  /// Somebody puts a file of their own where an output belongs: a download, an edit.
  private mutating func makeByHand() {
    let output = project.random.pick(project.outputs)
    guard !cutOff.contains(output) else { return }
    forgetPrecious(at: output)
    preciousCount += 1
    let content = "precious \(preciousCount)\n"
    sandbox.write(Bytes(output), Bytes(content))
    precious.insert(content)
    tell("made \(output) by hand: \(content)")
  }

  /// Whoever removes or overwrites what they made themselves does not expect it to be kept.
  private mutating func forgetPrecious(at output: String) {
    if let content = sandbox.read(Bytes(output)) { precious.remove(content.description) }
  }

  /// Brings the tree's sources to what the project says.
  private mutating func synchronise() {
    for (name, content) in project.sources
    where written[name] != content && !unreadable.contains(name) {
      sandbox.write(Bytes(name), Bytes(content))
      written[name] = content
    }
    for name in written.keys where project.sources[name] == nil {
      sandbox.remove(Bytes(name))
      written[name] = nil
      unreadable.remove(name)
    }
    sandbox.write("Schedfile", Bytes(project.schedfile))
  }

  /// All that keeps a build from ending well goes away.
  private mutating func heal() {
    for name in names(in: failures) {
      _ = (failures + "/" + name).withCString { unlink($0) }
    }
    for name in unreadable {
      sandbox.remove(Bytes(name))
      written[name] = nil
    }
    unreadable = []
    for (output, content) in doubtful where sandbox.read(Bytes(output)) == content {
      sandbox.remove(Bytes(output))
      tell("removed \(output) again")
    }
    doubtful = [:]
    synchronise()
  }

  // MARK: Commands in between

  /// Commands that fail, and commands that only look.
  private mutating func interfere() throws -> String? {
    for _ in 0..<project.random.below(3) {
      let target = Bytes(project.random.pick(project.outputs))
      let schedfile = Bytes(project.schedfile)
      switch project.random.below(14) {
      case 0: if let fault = try look(["typo"]) { return fault }
      case 1: if let fault = try look(["m=2", "typo"]) { return fault }
      case 2: if let fault = try look(["nope=1"]) { return fault }
      case 3: if let fault = try look(["list"]) { return fault }
      case 4: if let fault = try look(["why", target]) { return fault }
      case 5: if let fault = try look(["check"]) { return fault }
      case 6: if let fault = try look(["-n", "m=2"]) { return fault }
      case 7: if let fault = try look(["-q"]) { return fault }
      case 8: if let fault = try look(["log", target]) { return fault }
      case 9: if let fault = try look(["clean", target]) { return fault }
      case 10: if let fault = try look(["simulate"]) { return fault }
      case 11:
        sandbox.write("Schedfile", schedfile + "broken\n")
        if let fault = try look([]) { return fault }
      case 12:
        sandbox.write("Schedfile", "default nope\n" + schedfile)
        if let fault = try look([]) { return fault }
      default:
        sandbox.write("Schedfile", schedfile + "self: self\n    touch self\n")
        if let fault = try look(["self"]) { return fault }
      }
      sandbox.write("Schedfile", schedfile)
    }
    return nil
  }

  private mutating func look(_ arguments: [Bytes]) throws -> String? {
    try ended(sandbox.start(arguments).wait(), arguments)
  }

  /// What is wrong with how a command ended, whatever it was asked.
  private mutating func ended(_ run: Sandbox.Run, _ arguments: [Bytes]) -> String? {
    tell("sched \(arguments.map(\.description).joined(separator: " ")): \(run.status)")
    tell(run.diagnostics)
    guard [.exited(0), .exited(1), .exited(2)].contains(run.status) else {
      return "it ended with \(run.status)"
    }
    return run.diagnostics.contains("internal error") ? "an internal error" : nil
  }

  // MARK: Builds

  private mutating func arguments() -> (executor: [Bytes], parameter: Int, requested: [String]) {
    let executor = project.random.pick([["--serial"], ["-j1"], ["-j2"], ["-j3"]])
    let parameter = project.random.pick([1, 1, 2])
    var requested: [String] = []
    if project.random.below(3) == 0 {
      for _ in 0...project.random.below(2) {
        requested.append(project.random.pick(project.outputs))
      }
    }
    return (executor.map { Bytes($0) }, parameter, requested)
  }

  /// A build around which the world does not stand still.
  private mutating func roughBuild() throws -> String? {
    var (words, parameter, requested) = arguments()
    words += ["-k0", "m=\(parameter)"] + requested.map { Bytes($0) }
    counts.builds += 1
    _ = sandbox.takeRan()
    for name in names(in: endings) { _ = (endings + "/" + name).withCString { unlink($0) } }
    if project.random.below(60) == 0 {
      counts.onRanks += 1
      return try ended(sandbox.mpirun(ranks: 3, ["--mpi"] + words.dropFirst()), words)
    }
    let running = try start(words)
    switch project.random.below(4) {
    case 0: break
    case 1:
      usleep(UInt32(project.random.below(80_000)))
      running.process.send(SIGKILL)
      _ = running.wait()
      counts.kills += 1
      cutOff.formUnion(project.outputs)
      tell("sched \(words.map(\.description).joined(separator: " ")): killed")
      return nil
    default:
      for _ in 0...project.random.below(3) {
        usleep(UInt32(project.random.below(25_000)))
        guard running.process.poll() == nil else { break }
        editMeanwhile()
      }
    }
    return ended(running.wait(), words)
  }

  private mutating func editMeanwhile() {
    counts.editsDuringBuilds += 1
    guard project.random.below(4) == 0 else {
      let name = project.editSource()
      guard !unreadable.contains(name) else { return }
      let content = project.sources[name]!
      // Editors replace a file or write into it.
      if project.random.below(2) == 0 {
        sandbox.write(Bytes(name), Bytes(content))
      } else {
        writeFile(sandbox.path(Bytes(name)), Bytes(content), mode: 0o644)
      }
      written[name] = content
      return tell("meanwhile edited \(name)")
    }
    let output = project.random.pick(project.outputs)
    guard sandbox.exists(Bytes(output)) else { return }
    forgetPrecious(at: output)
    let hasEnded = hasEndedForLong(output)
    overwriteCount += 1
    let content: Bytes = "overwritten \(overwriteCount)\n"
    sandbox.write(Bytes(output), content)
    if !hasEnded, sandbox.ranSoFar.contains(project.counted(output)) { doubtful[output] = content }
    tell("meanwhile overwrote \(output)")
  }

  /// Whether the recipe that makes the output ended in this build, and sched has had the time to see what it
  /// left.
  private func hasEndedForLong(_ output: String) -> Bool {
    let marker = endings + "/" + Bytes(project.marker(project.counted(output)))
    var status = stat()
    guard marker.withCString({ lstat($0, &status) }) == 0 else { return false }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let elapsed =
      (now.tv_sec - status.st_mtim.tv_sec) * 1_000 + (now.tv_nsec - status.st_mtim.tv_nsec)
      / 1_000_000
    return elapsed > 100
  }

  private mutating func start(_ arguments: [Bytes]) throws -> Sandbox.Running {
    let isEnteredByLink = project.random.below(3) == 0
    sandbox.environment["PWD"] = isEnteredByLink ? entrance.description : nil
    defer { sandbox.environment["PWD"] = nil }
    return try sandbox.start(arguments, throughLink: isEnteredByLink ? entrance : nil)
  }

  /// Quiet builds until one has nothing to do: what an edit disturbed runs again in the first, and what
  /// was recorded then is confirmed by the second.
  private mutating func quietBuilds() throws -> String? {
    let (words, parameter, requested) = arguments()
    let all = words + ["m=\(parameter)"] + requested.map { Bytes($0) }
    var isQuiet = false
    for _ in 0..<3 where !isQuiet {
      _ = sandbox.takeRan()
      counts.builds += 1
      let run = try start(all).wait()
      if let fault = ended(run, all) { return fault }
      let ran = sandbox.takeRan()
      tell("ran \(ran)")
      guard run.status == .exited(0) else { return "a build that nothing disturbs fails" }
      isQuiet = ran.isEmpty
    }
    cutOff.subtract(requested.isEmpty ? project.defaults : requested)
    guard isQuiet else { return "the third build in a row has something to do" }
    return difference(requested, parameter) ?? lostFile()
  }

  /// What is not as a build from scratch makes it.
  private func difference(_ requested: [String], _ parameter: Int) -> String? {
    let contents = project.contents(parameter: parameter)
    for output in requested.isEmpty ? project.defaults : requested {
      let found = sandbox.read(Bytes(output))?.description
      if found != contents[output] {
        return "\(output) holds \(found ?? "nothing"), not \(contents[output] ?? "nothing")"
      }
    }
    return nil
  }

  private func lostFile() -> String? {
    guard !precious.isEmpty else { return nil }
    var found: Set<String> = []
    for file in listTree(sandbox.tree) {
      if let content = sandbox.read(file)?.description { found.insert(content) }
    }
    return precious.subtracting(found).first.map { "lost: \($0)" }
  }
}
