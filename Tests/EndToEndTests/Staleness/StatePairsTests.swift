import Testing

/// Files of `.sched` from different moments, and from the same project on another machine: whatever lies together, a
/// build is right and no command crashes.
@Suite struct StatePairsTests {
  /// A project whose state is seen at several moments.
  private static func project() -> Sandbox {
    let sandbox = Sandbox(schedfile, files: ["src1": "one\n", "src2": "two\n"])
    sandbox.environment["WORD"] = "w"
    return sandbox
  }

  private static let schedfile: Bytes = """
    param m = 1
    default all
    task all: out stamp

    out: src{{m}} mid
        cat {{in}} > {{out}}
        cat src{{m}} > seen

    mid: {{ glob("src*") }}
        cat {{in}} > {{out}}

    stamp: out
        echo long output
        cp out copied
        touch {{out}}

    """

  private typealias Files = [(name: Bytes, content: Bytes)]

  private static func take(_ sandbox: Sandbox) -> Files {
    names(in: sandbox.path(".sched")).compactMap { name in
      sandbox.read(".sched/" + name).map { (name, $0) }
    }
  }

  /// The state after each of some builds: of new files, parameters and edits, and of one that failed.
  private static func moments(_ sandbox: Sandbox) throws -> [Files] {
    var moments: [Files] = []
    for step in 0..<5 {
      switch step {
      case 0: try sandbox.sched()
      case 1: try sandbox.sched("typo")
      case 2: try sandbox.sched("m=2")
      case 3:
        sandbox.write("src3", "three\n")
        try sandbox.sched()
      default:
        sandbox.write("Schedfile", schedfile + "more: src1\n    cp src1 more\ndefault more\n")
        try sandbox.sched()
      }
      moments.append(take(sandbox))
    }
    return moments
  }

  private static func put(_ files: Files, into sandbox: Sandbox) {
    sandbox.remove(".sched")
    for file in files { sandbox.write(".sched/" + file.name, file.content) }
  }

  /// Asks and builds: each command ends by itself, and what was built is what a build from scratch makes.
  private static func check(_ sandbox: Sandbox, _ story: String, number: Int) throws {
    sandbox.write("src1", "edit \(number)\n")
    for arguments in [["why", "out"], ["log"], ["clean", "-n"]] as [[Bytes]] {
      let run = try sandbox.start(arguments).wait()
      #expect(run.status == .exited(0), "\(arguments) with \(story): \(run.diagnostics)")
    }
    let run = try sandbox.sched()
    #expect(run.status == .exited(0), "\(story): \(run.diagnostics)")
    #expect(sandbox.read("seen") == "edit \(number)\n", "\(story)")
    let copied = sandbox.read("copied")
    #expect(copied == sandbox.read("out"), "\(story)")
    #expect(try sandbox.sched("-q").status == .exited(0), "\(story)")
  }

  /// Whether the file has something else in it at this moment, so that it is worth a try.
  private func isOther(_ file: (name: Bytes, content: Bytes), _ moment: Files) -> Bool {
    !moment.contains { $0.name == file.name && $0.content == file.content }
  }

  @Test(arguments: 0..<5)
  func `each file may be of another moment than the others`(_ base: Int) throws {
    let sandbox = Self.project()
    let moments = try Self.moments(sandbox)
    var number = base * 1000
    for (other, files) in moments.enumerated() where other != base {
      for file in files where isOther(file, moments[base]) {
        number += 1
        Self.put(moments[base].filter { $0.name != file.name } + [file], into: sandbox)
        try Self.check(sandbox, "\(file.name) of moment \(other) in \(base)", number: number)
      }
    }
  }

  @Test func `each file may be missing`() throws {
    let sandbox = Self.project()
    let moments = try Self.moments(sandbox)
    for (index, file) in moments[4].enumerated() {
      Self.put(moments[4].filter { $0.name != file.name }, into: sandbox)
      try Self.check(sandbox, "\(file.name) missing", number: index)
    }
  }

  @Test func `each file may be empty or cut`() throws {
    let sandbox = Self.project()
    let moments = try Self.moments(sandbox)
    var number = 0
    for file in moments[4] {
      for length in [0, 20, file.content.bytes.count / 2, file.content.bytes.count - 1]
      where length >= 0 && length < file.content.bytes.count {
        number += 1
        let cut = (name: file.name, content: Bytes(file.content.bytes.prefix(length)))
        Self.put(moments[4].filter { $0.name != file.name } + [cut], into: sandbox)
        try Self.check(sandbox, "\(file.name) cut to \(length)", number: number)
      }
    }
  }

  @Test(arguments: 0..<2)
  func `a file may be of the same project on another machine`(_ direction: Int) throws {
    let (here, there) = (Self.project(), Self.project())
    let own = try Self.moments(here)
    there.write("src0", "zero\n")
    let others = try Self.moments(there)
    var number = 0
    for file in others[3] {
      number += 1
      let mixed = direction == 0 ? own[4] : own[0]
      Self.put(mixed.filter { $0.name != file.name } + [file], into: here)
      try Self.check(here, "\(file.name) of another machine", number: number)
    }
    Self.put(others[3], into: here)
    try Self.check(here, "the whole state of another machine", number: 0)
  }

  @Test func `a lost journal does not make a stamp count that a killed run may have left`() throws {
    let sandbox = Sandbox(
      "stamp: in\n    echo stamp >> \"$RAN\"\n    touch {{out}}\n", files: ["in": "1\n"])
    try sandbox.expectBuild(ran: ["stamp"])
    for file in names(in: sandbox.path(".sched")) where file.description.hasPrefix("journal-") {
      sandbox.remove(".sched/" + file)
    }
    try sandbox.expectBuild(ran: ["stamp"])
    try sandbox.expectBuild()
  }
}
