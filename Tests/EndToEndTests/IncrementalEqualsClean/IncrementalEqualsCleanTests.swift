import Glibc
import Testing

/// Random projects and random edits: after each, a build runs exactly what an independent model
/// says, leaves what a build from scratch would make, and a second build runs nothing.
///
/// `SCHED_RANDOM_SEED` and `SCHED_RANDOM_STEPS` choose another walk; scripts/random-builds runs
/// thousands.
struct IncrementalEqualsCleanTests {
  private static func number(_ name: String, _ standard: UInt64) -> UInt64 {
    getenv(name).flatMap { UInt64(String(cString: $0)) } ?? standard
  }

  @Test(arguments: 0..<6)
  func `each build of a changing project runs what is stale and makes what a clean one would`(
    _ walk: Int
  ) throws {
    let seed = Self.number("SCHED_RANDOM_SEED", 20_260_101) + UInt64(walk)
    let steps = Int(Self.number("SCHED_RANDOM_STEPS", 300)) / 6
    print("random builds: seed \(seed), \(steps) steps")
    var walk = try RandomWalk(seed: seed)
    for step in 0..<steps {
      let isGood = try walk.step()
      #expect(isGood, "seed \(seed), step \(step)\n\(walk.story)")
      guard isGood else { return }
    }
  }
}

/// One project on its way through random edits, in a sandbox and in the model.
struct RandomWalk {
  private var project: RandomProject
  private var model = StalenessModel()
  private let sandbox = Sandbox()
  private let failures: Bytes
  /// What was done last, for the message.
  private(set) var story = ""
  private var written: [String: String] = [:]

  init(seed: UInt64) throws {
    project = RandomProject(seed: seed)
    failures = sandbox.tree + "-failing"
    sandbox.environment["FAIL"] = failures.description
    _ = failures.withCString { mkdir($0, 0o755) }
    synchronise()
  }

  /// Makes a few edits and builds twice.
  ///
  /// Returns whether all was as it should be.
  mutating func step() throws -> Bool {
    story = ""
    for _ in 0...project.random.below(3) { edit() }
    synchronise()
    let all = project.targets.map { $0.outputs[0] }
    let some = project.random.below(3) == 0 ? [project.random.pick(all)] : all
    return try build(some) && (project.failing.isEmpty ? repeatBuild(some) : true)
  }

  // MARK: Edits

  private mutating func edit() {
    switch project.random.below(14) {
    case 0...3: project.editSource()
    case 4: project.toggleHeader()
    case 5: project.changeRecipe()
    case 6: project.changeVariable()
    case 7: project.addTarget()
    case 8: project.rewire()
    case 9: project.toggleExecutable()
    case 10: project.toggleFailure()
    case 11: touchEverything()
    case 12: corruptOutput(removing: true)
    default: corruptOutput(removing: false)
    }
  }

  private mutating func touchEverything() {
    story += "touched all\n"
    for file in sandbox.files() {
      sandbox.setTime(of: Bytes(file), to: project.random.below(1 << 30))
    }
  }

  private mutating func corruptOutput(removing: Bool) {
    let outputs = project.targets.flatMap(\.outputs).filter { sandbox.exists(Bytes($0)) }
    guard !outputs.isEmpty else { return }
    let output = project.random.pick(outputs)
    story += "\(removing ? "removed" : "edited") \(output)\n"
    if removing {
      sandbox.remove(Bytes(output))
      model.disk[output] = nil
    } else {
      let content = "edited \(project.random.below(1000))\n"
      sandbox.write(Bytes(output), Bytes(content))
      model.disk[output] = content
    }
  }

  /// Brings the sandbox's sources to what the project says.
  private mutating func synchronise() {
    for (name, content) in project.sources where written[name] != content {
      sandbox.write(Bytes(name), Bytes(content))
      story += "wrote \(name)\n"
    }
    for name in written.keys where project.sources[name] == nil { sandbox.remove(Bytes(name)) }
    written = project.sources
    for name in project.sources.keys {
      sandbox.setMode(of: Bytes(name), to: project.executables.contains(name) ? 0o755 : 0o644)
    }
    for target in project.targets {
      let flag = failures + "/\(target.name)"
      if project.failing.contains(target.name) {
        writeFile(flag, "", mode: 0o644)
      } else {
        _ = flag.withCString { unlink($0) }
      }
    }
    sandbox.environment["COLOUR"] = project.variables["COLOUR"]
    sandbox.write("Schedfile", Bytes(project.schedfile))
  }

  // MARK: Builds

  private mutating func run(_ requested: [String]) throws -> Sandbox.Run {
    let executor: Bytes = project.random.below(2) == 0 ? "--serial" : "-j2"
    return try sandbox.start([executor, "-k0"] + requested.map { Bytes($0) }).wait()
  }

  private mutating func build(_ requested: [String]) throws -> Bool {
    let (expected, failed) = model.build(project, requested: requested)
    let run = try run(requested)
    let ran = sandbox.takeRan()
    story +=
      "built \(requested)\nran \(ran)\nexpected \(expected.sorted())\nfailed \(failed.sorted())\n"
    story += "\(run.diagnostics)\n\(project.schedfile)\n"
    guard run.status == .exited(failed.isEmpty ? 0 : 1), ran == expected.sorted() else {
      return false
    }
    return failed.isEmpty ? holdsWhatScratchMakes(requested) : true
  }

  private mutating func repeatBuild(_ requested: [String]) throws -> Bool {
    let run = try run(requested)
    let ran = sandbox.takeRan()
    story += "again: ran \(ran)\n\(run.diagnostics)\n"
    return ran.isEmpty && run.status == .exited(0)
  }

  private mutating func holdsWhatScratchMakes(_ requested: [String]) -> Bool {
    let contents = project.contents()
    for target in project.targets where !Set(requested).isDisjoint(with: target.outputs) {
      for output in target.outputs {
        guard let found = sandbox.read(Bytes(output))?.description else {
          // Nobody asked for it by name, and nothing needed it.
          if target.isSecondary, !requested.contains(output) { continue }
          story += "\(output) is missing\n"
          return false
        }
        if found != contents[output] {
          story +=
            "\(output) holds \(found.debugDescription), not \(contents[output].debugDescription)\n"
          return false
        }
      }
    }
    return true
  }
}
