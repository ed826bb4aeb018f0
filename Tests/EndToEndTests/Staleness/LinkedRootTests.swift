import Testing

/// A tree that is entered through a symbolic link, which tools then put into absolute names.
@Suite struct LinkedRootTests {
  /// `TREE` is a link to the tree beside it; files of the tree are named by it, absolutely.
  private func sandbox(_ schedfile: Bytes, files: [Bytes: Bytes]) -> (Sandbox, link: Bytes) {
    let outer = Sandbox()
    outer.makeDirectory("real")
    outer.link("link", to: "real")
    for (path, text) in files { outer.write("real/" + path, text) }
    let link = outer.path("link")
    let text = schedfile.description.split(separator: "TREE", omittingEmptySubsequences: false)
      .joined(separator: link.description)
    outer.write("real/Schedfile", Bytes(text))
    return (outer, link)
  }

  private func build(
    _ sandbox: Sandbox, _ words: Bytes..., in directory: Bytes = "link", ran: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try sandbox.start(words, in: directory).wait()
    #expect(run.status == .exited(0), "\(run.diagnostics)", sourceLocation: sourceLocation)
    #expect(
      sandbox.takeRan() == ran.sorted(), "\(run.diagnostics)", sourceLocation: sourceLocation)
  }

  @Test func `a generated header is recognised in a depfile by its name through the link`() throws {
    let (sandbox, _) = sandbox(
      """
      a.o: a.c
          @depfile a.d
          cat a.c gen/g.h > a.o; echo "a.o: a.c TREE/gen/g.h" > a.d; echo a.o >> $RAN
      gen/g.h: g.src
          cp g.src gen/g.h; echo g.h >> $RAN

      """, files: ["a.c": "c", "g.src": "1"])
    try build(sandbox, "gen/g.h", ran: ["g.h"])
    try build(sandbox, ran: ["a.o"])
    sandbox.write("real/g.src", "2")
    try build(sandbox, ran: ["a.o", "g.h"])
    #expect(sandbox.read("real/a.o") == "c2")
    // The link and the real path in turns.
    try build(sandbox, in: "real")
    sandbox.write("real/g.src", "3")
    try build(sandbox, in: "real", ran: ["a.o", "g.h"])
    try build(sandbox)
    #expect(sandbox.read("real/a.o") == "c3")
  }

  @Test func `a listing may name files through the link`() throws {
    let (sandbox, _) = sandbox(
      """
      all: list
          @inputs-from list
          cat $(cat list) > all; echo all >> $RAN
      made: src
          cp src made; echo made >> $RAN

      """, files: ["src": "1", "list": ""])
    sandbox.write("real/list", sandbox.path("link") + "/made\n")
    try build(sandbox, ran: ["all", "made"])
    sandbox.write("real/src", "2")
    try build(sandbox, ran: ["all", "made"])
    #expect(sandbox.read("real/all") == "2")
  }

  @Test func `headers, rules and globs may name files through the link`() throws {
    let (sandbox, link) = sandbox(
      """
      default all
      all: {{ map(glob("TREE/src/*.s"), "TREE/src/%.s", "o/%.o") }}
          cat {{in}} > all; echo all >> $RAN
      TREE/o/%.o: TREE/src/%.s
          cp {{in}} {{out}}; echo {{stem}} >> $RAN
      TREE/src/b.s: b
          cp b src/b.s; echo b.s >> $RAN

      """, files: ["src/a.s": "1", "b": "2"])
    try build(sandbox, ran: ["a", "all"])
    try build(sandbox, "src/b.s", ran: ["b.s"])
    // What a build makes is not globbed, however it is spelled.
    try build(sandbox)
    sandbox.write("real/src/a.s", "3")
    try build(sandbox, link + "/o/a.o", ran: ["a"])
    try build(sandbox, "../link/all", ran: ["all"])
    #expect(sandbox.read("real/all") == "3")
  }

  @Test func `names with two dots that lead back into the tree are those of the tree`() throws {
    let (sandbox, _) = sandbox(
      """
      a: ../link/b ../real/b
          cat b > a; echo a >> $RAN
      b: s
          cp s b; echo b >> $RAN

      """, files: ["s": "1"])
    try build(sandbox, ran: ["a", "b"])
    sandbox.write("real/s", "2")
    try build(sandbox, ran: ["a", "b"])
    #expect(sandbox.read("real/a") == "2")
  }

  @Test func `a link to a directory of the tree leads into the tree`() throws {
    let (sandbox, _) = sandbox(
      """
      a: s
          @depfile a.d
          cat inc/g > a; echo "a: s $INC/g" > a.d; echo a >> $RAN
      inc/g: s
          cp s inc/g; echo g >> $RAN

      """, files: ["s": "1"])
    sandbox.link("inc", to: "real/inc")
    sandbox.environment["INC"] = sandbox.path("inc").description
    try build(sandbox, "inc/g", ran: ["g"])
    try build(sandbox, "a", ran: ["a"])
    sandbox.write("real/s", "2")
    try build(sandbox, "a", ran: ["a", "g"])
    #expect(sandbox.read("real/a") == "2")
  }

  @Test(arguments: ["out/gen.h", "../far/gen.h", "alias/gen.h"] as [Bytes])
  func `an output is recognised by another name of its directory`(_ name: Bytes) throws {
    let (sandbox, _) = sandbox(
      """
      a: s
          @depfile a.d
          cat out/gen.h > a; echo "a: s $NAME" > a.d; echo a >> $RAN
      out/gen.h: s
          cp s out/gen.h; echo gen.h >> $RAN

      """, files: ["s": "1"])
    sandbox.makeDirectory("far")
    sandbox.link("real/out", to: "../far")
    sandbox.link("real/alias", to: "out")
    sandbox.environment["NAME"] = name.description
    try build(sandbox, "out/gen.h", ran: ["gen.h"])
    try build(sandbox, "a", ran: ["a"])
    sandbox.write("real/s", "2")
    try build(sandbox, "a", ran: ["a", "gen.h"])
    #expect(sandbox.read("real/a") == "2")
    try build(sandbox, "a")
  }

  @Test func `a link that leads elsewhere now has the Schedfile evaluated anew`() throws {
    let (sandbox, _) = sandbox(
      """
      a: TREE/s
          cp TREE/s a; echo a >> $RAN

      """, files: ["s": "1"])
    try build(sandbox, in: "real", ran: ["a"])
    sandbox.remove("link")
    sandbox.write("link/s", "elsewhere")
    try build(sandbox, in: "real", ran: ["a"])
    #expect(sandbox.read("real/a") == "elsewhere")
  }
}
