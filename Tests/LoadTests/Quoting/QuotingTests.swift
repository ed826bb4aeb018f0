import Glibc
import SchedBase
import SchedGraph
import SchedLoad
import SchedSystem
import TestSupport
import Testing

/// What is inserted into a script arrives as one argument, byte for byte, in dash and in bash; or it is
/// an error.
///
/// A script runs twice: with a plain word in each hole, and with names of all kinds. Whatever the script
/// does, both must do the same, but for the names; one that changed what the shell reads would show.
/// `SCHED_QUOTING_SCRIPTS` in the environment is another number of scripts.
struct QuotingTests {
  private static let count =
    getenv("SCHED_QUOTING_SCRIPTS").flatMap { Int(String(cString: $0)) } ?? 120

  /// The setting of the Schedfile, and the programs that may then read the script.
  private static let shells: [(setting: String, programs: [[String]])] = [
    ("", [["/bin/dash", "-c"], ["/bin/bash", "--posix", "-c"]]),
    ("@shell bash -c\n", [["/bin/bash", "-c"]]),
    ("@shell busybox sh -c\n", [["/bin/dash", "-c"], ["/bin/bash", "-c"]]),
  ]

  @Test func `names arrive as they are in good scripts`() throws {
    let (taken, failures) = try OwnDirectory.run { _ in Self.walk(seed: 1) { $0.script() } }
    #expect(failures == [])
    #expect(taken > Self.count / 3, "few names were taken: \(taken)")
  }

  @Test func `names never change how a script reads, whatever it is`() throws {
    let (_, failures) = try OwnDirectory.run { _ in Self.walk(seed: 1_000_000) { $0.soup() } }
    #expect(failures == [])
  }

  /// Returns how often a script with names could be written, and what went wrong.
  private static func walk(seed: UInt64, _ make: (inout ScriptGenerator) -> String) -> (
    taken: Int, failures: [String]
  ) {
    var taken = 0
    var failures: [String] = []
    for number in 0..<UInt64(count) {
      var generator = ScriptGenerator(seed: seed + number)
      let script = make(&generator)
      let names = (0..<generator.holes).map { _ in generator.name() }
      for (setting, programs) in shells {
        guard let (plain, named, kept) = written(script, names, setting) else { continue }
        taken += 1
        for program in programs where Files.isExecutable(Array(program[0].utf8)) {
          do {
            let expected = try Trial(program, plain).records(naming: kept)
            let found = try Trial(program, named).records(naming: [:])
            if found != expected {
              failures.append(
                "seed \(seed + number) \(program): \(String(decoding: named, as: UTF8.self))")
            }
          } catch {
            failures.append("\(error)")
          }
        }
      }
    }
    return (taken, failures)
  }

  /// The script with plain words, and with those names that it takes; nil: it takes none.
  private static func written(_ script: String, _ names: [[UInt8]], _ setting: String) -> (
    plain: [UInt8], named: [UInt8], kept: [Int: [UInt8]]
  )? {
    let plainNames = names.indices.map { Array("h\($0)z".utf8) }
    guard let plain = text(of: script, plainNames, setting) else { return nil }
    var kept: [Int: [UInt8]] = [:]
    for (index, name) in names.enumerated() {
      var one = plainNames
      one[index] = name
      if text(of: script, one, setting) != nil { kept[index] = name }
    }
    let all = names.indices.map { kept[$0] ?? plainNames[$0] }
    guard !kept.isEmpty, let named = text(of: script, all, setting) else { return nil }
    return (plain, named, kept)
  }

  /// What sched makes of a script; nil: an error.
  ///
  /// The working directory is one of its own.
  private static func text(of script: String, _ names: [[UInt8]], _ setting: String) -> [UInt8]? {
    var schedfile = Array(setting.utf8)
    for (index, name) in names.enumerated() {
      schedfile += Array("x\(index) = ".utf8) + word(name) + [UInt8(ascii: "\n")]
    }
    schedfile += Array("task t\n".utf8)
    for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
      schedfile += Array("    \(line)\n".utf8)
    }
    let path = Array("Schedfile".utf8)
    guard (try? Files.write(schedfile, to: path)) != nil,
      let root = try? Files.currentDirectory()
    else { return nil }
    let request = LoadRequest(schedfile: path, environment: Environment.current(), builds: false)
    guard
      case .loaded(let loaded) = load(
        request, paths: PathTable(rootPath: root), made: NoMadeFiles()),
      let action = loaded.graph.actions.ids.first
    else { return nil }
    return Array(loaded.graph.bytes(loaded.graph.actions[action].recipe.text))
  }

  /// A name as a Schedfile has it.
  private static func word(_ name: [UInt8]) -> [UInt8] {
    name.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\n"): Array("\"\\n\"".utf8)
      case UInt8(ascii: "'"): Array("\"'\"".utf8)
      default: Array("'".utf8) + [byte] + Array("'".utf8)
      }
    }
  }
}

/// One run of a script by a shell.
private struct Trial {
  private let bytes: [UInt8]
  private let status: ChildProcess.End.How

  /// `arg` writes down its arguments, whatever they are.
  private static let prelude = Array(
    #"""
    arg() { printf '%s\002' "$(printf '%s|' "$#"; printf '<%s>' "$@"; printf x)" >>"$OUT"; }
    x=; y="a b"

    """#.utf8)

  init(_ program: [String], _ script: [UInt8]) throws {
    let directory = Array("run".utf8)
    try Files.makeDirectories(directory)
    defer { try? Files.removeTree(directory) }
    let root = try Files.currentDirectory()
    let (output, records) = (root + Array("/output".utf8), root + Array("/records".utf8))
    try Files.write([], to: records)
    let file = try Descriptor.open(output, .create)
    let nothing = try Descriptor.open(Array("/dev/null".utf8), .update)
    let words = program.map { Array($0.utf8) }
    var launch = ChildProcess.Launch(
      program: words[0], arguments: words + [Self.prelude + script], directory: directory)
    launch.changes = [(Array("OUT".utf8), records)]
    launch.input = .descriptor(nothing.raw)
    launch.output = .descriptor(file.raw)
    launch.error = .descriptor(nothing.raw)
    let child = try ChildProcess.start(launch, EnvironmentBlock(Environment.current()))
    let loop = try EventLoop()
    try loop.add(child.endDescriptor, tag: 1)
    var events: [EventLoop.Event] = []
    loop.wait(timeout: 20_000_000_000, into: &events)
    var end = child.reap()
    while end == nil {
      usleep(1000)
      end = child.reap()
    }
    status = end!.how
    bytes = try Files.read(records) + [2] + Files.read(output)
  }

  /// What was written down, in any order, with names in the place of the plain words.
  func records(naming names: [Int: [UInt8]]) -> [[UInt8]] {
    var text = bytes
    for (index, name) in names { text = text.replacing(Array("h\(index)z".utf8), with: name) }
    return text.split(separator: 2).map { Array($0) }.sorted { $0.lexicographicallyPrecedes($1) }
      + [Array("\(status)".utf8)]
  }
}
