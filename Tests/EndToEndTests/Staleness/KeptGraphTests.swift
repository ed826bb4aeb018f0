import Testing

/// The graph that is kept is used while the answers to its questions are the same, and evaluated
/// again when one of them is another.
struct KeptGraphTests {
  private func isKept(_ sandbox: Sandbox) -> Bool {
    sandbox.exists(".sched") && !sandbox.keptGraphs.isEmpty
  }

  @Test func `a graph is kept and a second build uses it`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild("app", ran: ["a.o", "app", "b.o"])
    #expect(isKept(sandbox))
    try sandbox.expectBuild("app")
  }

  @Test func `another Schedfile is evaluated`() throws {
    let sandbox = Sandbox("out:\n    echo one > {{out}}\n")
    try sandbox.expectBuild()
    sandbox.write("Schedfile", "out:\n    echo two > {{out}}\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "two\n")
  }

  @Test func `a file that appears for a glob is seen`() throws {
    let sandbox = Sandbox(
      "all.txt: {{ glob(\"src/*\") }}\n    cat {{in}} > {{out}}\n", files: ["src/a": "a\n"])
    try sandbox.expectBuild()
    sandbox.write("src/b", "b\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("all.txt") == "a\nb\n")
    sandbox.remove("src/a")
    try sandbox.expectBuild()
    #expect(sandbox.read("all.txt") == "b\n")
  }

  @Test func `an edited leftover that becomes again what was made is a source no more`() throws {
    let sandbox = Sandbox("gen/x:\n    echo made > {{out}}\n", files: ["gen/hand": "hand\n"])
    try sandbox.expectBuild()
    sandbox.write("Schedfile", "all.txt: {{ glob(\"gen/*\") }}\n    cat {{in}} > {{out}}\n")
    sandbox.write("gen/x", "edited\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("all.txt") == "hand\nedited\n")
    sandbox.write("gen/x", "made\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("all.txt") == "hand\n")
  }

  @Test func `a leftover that is edited becomes a source`() throws {
    let sandbox = Sandbox("gen/x:\n    echo made > {{out}}\n", files: ["gen/hand": "hand\n"])
    try sandbox.expectBuild()
    sandbox.write("Schedfile", "all.txt: {{ glob(\"gen/*\") }}\n    cat {{in}} > {{out}}\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("all.txt") == "hand\n")
    sandbox.write("gen/x", "edited\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("all.txt") == "hand\nedited\n")
  }

  @Test func `a new source that makes a rule ambiguous is an error`() throws {
    let sandbox = Sandbox(
      "default a.o\n%.o: %.c\n    cp {{in}} {{out}}\n%.o: %.s\n    cp {{in}} {{out}}\n",
      files: ["a.c": "c\n"])
    try sandbox.expectBuild()
    sandbox.write("a.s", "s\n")
    try sandbox.expectBuild(status: 2)
  }

  @Test func `a program that is found earlier is seen`() throws {
    let sandbox = Sandbox(
      "out:\n    echo {{ which(\"mytool\") }} > {{out}}\n",
      files: ["one/x": "", "two/x": ""])
    sandbox.write("two/mytool", "#!/bin/sh\n", isExecutable: true)
    sandbox.environment["PATH"] = "\(sandbox.path("one")):\(sandbox.path("two")):/usr/bin:/bin"
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == sandbox.path("two/mytool") + "\n")
    sandbox.write("one/mytool", "#!/bin/sh\n", isExecutable: true)
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == sandbox.path("one/mytool") + "\n")
  }

  @Test func `another output of a shell command is seen`() throws {
    let sandbox = Sandbox(
      "out:\n    echo {{ shell(\"cat word\") }} > {{out}}\n", files: ["word": "one\n"])
    try sandbox.expectBuild()
    sandbox.write("word", "two\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "two\n")
  }

  @Test func `another variable of the environment is seen`() throws {
    let sandbox = Sandbox("out:\n    echo {{ env(\"WORD\", \"none\") }} > {{out}}\n")
    try sandbox.expectBuild()
    sandbox.environment["WORD"] = "set"
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "set\n")
  }

  @Test func `an include that appears is seen`() throws {
    let sandbox = Sandbox("word = one\ninclude? more.sched\nout:\n    echo {{word}} > {{out}}\n")
    try sandbox.expectBuild()
    sandbox.write("more.sched", "word = two\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "two\n")
  }

  @Test func `other settings have a graph of their own`() throws {
    let sandbox = Sandbox("param word = one | two\nout:\n    echo {{word}} > {{out}}\n")
    try sandbox.expectBuild()
    try sandbox.expectBuild("word=two")
    #expect(sandbox.read("out") == "two\n" && sandbox.keptGraphs.count == 2)
  }

  @Test func `four graphs are kept`() throws {
    let sandbox = Sandbox("param word = 0\nout:\n    echo {{word}} > {{out}}\n")
    for word in 0..<6 { try sandbox.expectBuild("word=\(word)") }
    #expect(sandbox.keptGraphs.count == 4)
  }

  @Test func `a damaged graph is as if it were not there`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild("app", ran: ["a.o", "app", "b.o"])
    let graph = Bytes(sandbox.keptGraphs[0])
    var content = sandbox.read(graph)!.bytes
    for position in stride(from: 0, to: content.count, by: max(1, content.count / 40)) {
      content[position] ^= 0xFF
      sandbox.write(graph, Bytes(content))
      try sandbox.expectBuild("app")
      sandbox.write(graph, Bytes(content.prefix(position)))
      try sandbox.expectBuild("app")
    }
  }
}

extension Sandbox {
  /// The files of kept graphs, from the tree.
  var keptGraphs: [String] {
    listTree(path(".sched")).map(\.description).filter { $0.hasPrefix("graph-") }
      .map { ".sched/\($0)" }.sorted()
  }
}
