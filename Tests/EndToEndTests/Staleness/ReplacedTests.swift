import Glibc
import Testing

/// What sched keeps of what people made.
@Suite struct ReplacedTests {
  @Test func `every version is kept, and the same content once`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out\n")
    for version in ["one", "two", "one", "three", "two"] as [Bytes] {
      sandbox.write("out", version)
      try sandbox.expectBuild()
      #expect(sandbox.read("out") == "1\n")
    }
    #expect(sandbox.files(below: ".sched/replaced") == ["out", "out.~2~", "out.~3~"])
    #expect(sandbox.read(".sched/replaced/out") == "one")
    #expect(sandbox.read(".sched/replaced/out.~2~") == "two")
    #expect(sandbox.read(".sched/replaced/out.~3~") == "three")
  }

  @Test func `a version that was changed or taken away is kept anew`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out\n")
    sandbox.write("out", "mine")
    try sandbox.expectBuild()
    sandbox.write(".sched/replaced/out", "MINE")
    sandbox.write("out", "mine")
    try sandbox.expectBuild()
    #expect(sandbox.read(".sched/replaced/out.~2~") == "mine")
    sandbox.remove(".sched/replaced/out.~2~")
    sandbox.write("out", "mine")
    try sandbox.expectBuild()
    #expect(sandbox.read(".sched/replaced/out.~2~") == "mine")
  }

  @Test func `the right to execute is part of a version`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out\n")
    for isExecutable in [false, true] {
      sandbox.write("out", "", isExecutable: isExecutable)
      try sandbox.expectBuild()
    }
    #expect(sandbox.files(below: ".sched/replaced") == ["out", "out.~2~"])
  }

  @Test func `a file and a directory of one name are both kept, and neither is changed`() throws {
    let asFile: Bytes = "default a\na:\n    rm -rf a; echo 1 > a\n"
    let asDirectory: Bytes = "default a/b a/c\na/%:\n    echo {{stem}} > {{out}}\n"
    let sandbox = Sandbox(asFile)
    sandbox.write("a", "file")
    try sandbox.expectBuild()
    sandbox.write("Schedfile", asDirectory)
    sandbox.remove("a")
    sandbox.write("a/b", "below")
    try sandbox.expectBuild()
    sandbox.write("Schedfile", asFile)
    sandbox.write("a/d", "whole")
    try sandbox.expectBuild()
    sandbox.write("Schedfile", asDirectory)
    sandbox.remove("a")
    sandbox.write("a/c", "below, too")
    try sandbox.expectBuild()
    #expect(
      sandbox.files(below: ".sched/replaced") == [
        "a", "a.~2~/b", "a.~2~/c", "a.~3~/b", "a.~3~/c", "a.~3~/d",
      ])
    #expect(sandbox.read(".sched/replaced/a") == "file")
    #expect(sandbox.read(".sched/replaced/a.~2~/c") == "below, too")
    #expect(sandbox.read(".sched/replaced/a.~3~/d") == "whole")
  }

  @Test func `with a file in its place nothing is destroyed, however often it is tried`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out\n")
    sandbox.write("out", "mine")
    sandbox.write(".sched/replaced", "in the way")
    for _ in 1...3 {
      try sandbox.expect(
        errors: """
          [1/1] out
          error: target 'out' failed: cannot move anything aside: '.sched/replaced' is in the way, \
          and is not sched's (move it out of '.sched')
            echo 1 > out

          """, status: 1)
      #expect(sandbox.read("out") == "mine")
    }
    try sandbox.sched("clean")
    #expect(sandbox.read("out") == "mine")
  }

  @Test func `a link in its place is not followed`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out\n", files: ["elsewhere/x": ""])
    sandbox.write("out", "mine")
    sandbox.link(".sched/replaced", to: "../elsewhere")
    try sandbox.expectBuild(status: 1)
    #expect(sandbox.read("out") == "mine")
    #expect(sandbox.files(below: "elsewhere") == ["x"])
  }

  @Test func `a link to a directory is moved, and a hard link leaves its file`() throws {
    let sandbox = Sandbox(
      "default d/ out\nd/:\n    mkdir d; echo 1 > d/x\nout:\n    echo 1 > out\n",
      files: ["mine/p": "precious", "file": "precious"])
    sandbox.link("d", to: "mine")
    _ = sandbox.path("file").withCString { file in
      sandbox.path("out").withCString { Glibc.link(file, $0) }
    }
    try sandbox.expectBuild()
    #expect(sandbox.files(below: "mine") == ["p"])
    #expect(sandbox.read("file") == "precious")
    #expect(sandbox.read("out") == "1\n")
    #expect(sandbox.files(below: "d") == ["x"])
  }

  @Test func `where too much is kept the build fails and destroys nothing`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out\n")
    for number in 1...10_000 { sandbox.write(".sched/replaced/\(number)", "") }
    sandbox.write("out", "mine")
    try sandbox.expect(
      errors: """
        [1/1] out
        error: target 'out' failed: cannot move 'out' aside: '.sched/replaced' holds 10000 files \
        ('sched clean --replaced' removes them)
          echo 1 > out

        """, status: 1)
    #expect(sandbox.read("out") == "mine")
    try sandbox.sched("clean", "--replaced", "--quiet")
    #expect(!sandbox.exists(".sched/replaced"))
    try sandbox.expectBuild()
    #expect(sandbox.read(".sched/replaced/out") == "mine")
  }

  @Test func `clean --replaced lists and removes what is kept, and nothing else`() throws {
    let sandbox = Sandbox("default out d/\nout:\n    echo 1 > out\nd/:\n    mkdir d\n")
    sandbox.write("out", "mine")
    sandbox.write("d/x", "mine")
    try sandbox.expectBuild()
    sandbox.write("Schedfile", "what is this")
    let list = ".sched/replaced/d/\n.sched/replaced/out\n"
    try sandbox.expect("clean", "--replaced", "-n", output: list)
    #expect(sandbox.read(".sched/replaced/d/x") == "mine")
    try sandbox.expect("clean", "--replaced", output: list)
    #expect(sandbox.files() == ["Schedfile", "out"])
    #expect(!sandbox.exists(".sched/replaced") && !sandbox.exists(".sched/replaced-list"))
  }

  @Test func `a clean of targets keeps what was moved aside`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out\n")
    sandbox.write("out", "mine")
    try sandbox.expectBuild()
    try sandbox.expect("clean", output: "out\n")
    #expect(sandbox.read(".sched/replaced/out") == "mine")
  }

  @Test func `a list that is damaged is ignored`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out\n")
    sandbox.write("out", "mine")
    try sandbox.expectBuild()
    sandbox.write(
      ".sched/replaced-list", "1 4 0 ../../out out\n\\\n1 4 \u{0}\n9 9 9 9 9\n1 4 0 out")
    sandbox.write("out", "other")
    try sandbox.expectBuild()
    #expect(sandbox.read(".sched/replaced/out") == "mine")
    #expect(sandbox.read(".sched/replaced/out.~2~") == "other")
    #expect(sandbox.read("out") == "1\n")
  }

  @Test func `a directory that hides a repository is moved whole`() throws {
    let sandbox = Sandbox("d/: in\n    mkdir d; cp in d/\n", files: ["in": "1"])
    try sandbox.expectBuild()
    sandbox.write("d/.git/objects", "precious")
    try sandbox.sched("clean")
    #expect(sandbox.read("d/.git/objects") == "precious")
    sandbox.write("in", "2")
    try sandbox.expectBuild()
    #expect(sandbox.read(".sched/replaced/d/.git/objects") == "precious")
    #expect(sandbox.read("d/in") == "2")
  }

  @Test func `a directory that holds what the Schedfile names is not moved for a file`() throws {
    let text: Bytes = "test:\n    ./run\nuse: test/a\n    cat test/a > use\n"
    let sandbox = Sandbox(text, files: ["test/a": "source"])
    try sandbox.expect(
      "test",
      errors: """
        Schedfile:1:1: error: 'test' is a directory, and holds 'test/a', which the Schedfile names
            1 | test:
              | ^~~~~
              = hint: 'task test' is a name that is no file, 'test/' the directory as a whole

        """, status: 1)
    #expect(sandbox.read("test/a") == "source")
  }

  @Test func `without a state, directory outputs are moved aside as files are`() throws {
    let sandbox = Sandbox("d/:\n    mkdir d; echo 1 > d/x; echo d >> $RAN\n")
    try sandbox.expectBuild(ran: ["d"])
    sandbox.remove(".sched")
    try sandbox.expectBuild(ran: ["d"])
    #expect(sandbox.read(".sched/replaced/d/x") == "1\n")
    try sandbox.expectBuild()
  }
}
