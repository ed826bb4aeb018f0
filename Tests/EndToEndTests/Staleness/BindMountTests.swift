import Testing

/// A project, or parts of it, under a second path through a bind mount: other names, the same directories.
@Suite(.enabled(if: Mounts.obstacle == nil, "\(Mounts.obstacle ?? "")"))
struct BindMountTests {
  /// The project is in `real`; `other` is the same by a mount, which tools put into absolute names.
  private func sandbox(_ schedfile: Bytes, files: [Bytes: Bytes]) -> Sandbox {
    let outer = Sandbox()
    outer.makeDirectory("other")
    outer.environment["OTHER"] = outer.path("other").description
    outer.environment["REAL"] = outer.path("real").description
    for (path, text) in files { outer.write("real/" + path, text) }
    outer.write("real/Schedfile", schedfile)
    return outer
  }

  private func run(_ sandbox: Sandbox, _ script: String) throws {
    _ = try sandbox.runWithMounts("mount --bind real other\n" + script)
  }

  private func header() -> Sandbox {
    sandbox(
      """
      a.o: a.c
          @depfile a.d
          cat a.c gen/g.h > a.o; echo "a.o: a.c $NAME/gen/g.h" > a.d; echo a.o >> $RAN
      gen/g.h: g.src
          cp g.src gen/g.h; echo g.h >> $RAN

      """, files: ["a.c": "c", "g.src": "1"])
  }

  @Test(arguments: ["OTHER", "REAL"], ["real", "other"])
  func `a generated header is recognised by its absolute name through either`(
    _ name: String, _ directory: String
  ) throws {
    let sandbox = header()
    sandbox.environment["NAME"] = sandbox.environment[name]
    try run(
      sandbox,
      """
      cd \(directory)
      $SCHED gen/g.h; $SCHED
      echo 2 > g.src; $SCHED; cat a.o > first
      echo 3 > g.src; $SCHED; cat a.o > second
      $SCHED -q

      """)
    #expect(sandbox.takeRan() == ["a.o", "a.o", "a.o", "g.h", "g.h", "g.h"])
    #expect(sandbox.read("real/first") == "c2\n" && sandbox.read("real/second") == "c3\n")
  }

  @Test func `what was built through one is up to date through the other`() throws {
    let sandbox = header()
    sandbox.environment["NAME"] = sandbox.environment["OTHER"]
    try run(
      sandbox,
      """
      (cd real; $SCHED gen/g.h; $SCHED)
      (cd other; $SCHED -q; echo 2 > g.src; $SCHED)
      (cd real; $SCHED -q; $SCHED clean; test ! -e a.o -a ! -e gen/g.h)

      """)
    #expect(sandbox.takeRan() == ["a.o", "a.o", "g.h", "g.h"])
  }

  @Test func `both have one lock`() throws {
    let sandbox = sandbox(
      """
      a:
          echo start >> log; sleep 0.5; echo end >> log; touch a
      b:
          echo start >> log; sleep 0.5; echo end >> log; touch b

      """, files: [:])
    try run(
      sandbox,
      """
      (cd real; $SCHED a) & one=$!
      (cd other; $SCHED b) & two=$!
      wait $one; wait $two

      """)
    #expect(sandbox.read("real/log") == "start\nend\nstart\nend\n")
  }

  @Test func `outputs below a mounted directory are those of the directory`() throws {
    let sandbox = sandbox(
      """
      all: out/x
          @depfile all.d
          cat far/x > all; echo "all: far/x" > all.d; echo all >> $RAN
      out/x: s
          cp s out/x; echo x >> $RAN

      """, files: ["s": "1", "far/keep": "", "out/keep": ""])
    _ = try sandbox.runWithMounts(
      """
      mount --bind real/far real/out
      cd real
      $SCHED; echo 2 > s; $SCHED; $SCHED -q
      $SCHED clean; test ! -e far/x -a -e far/keep

      """)
    #expect(sandbox.takeRan() == ["all", "all", "x", "x"])
  }

  @Test func `what is mounted in the place of an output is nobody's to remove`() throws {
    let sandbox = sandbox(
      """
      out/:
          mkdir -p out; echo made > out/a
      file:
          echo made > file

      """, files: ["theirs/f": "theirs", "out/x": "", "file": "", "one": "theirs"])
    let said = try sandbox.runWithMounts(
      """
      mount --bind real/theirs real/out
      mount --bind real/one real/file
      cd real
      $SCHED out/ 2>&1 || true
      $SCHED file 2>&1 || true
      find . -name f | xargs cat; cat one

      """)
    #expect(said.hasSuffix("theirstheirs"), "\(said)")
  }
}
