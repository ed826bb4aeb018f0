import Glibc
import Testing

/// Inputs that are there and cannot be read: an error with path, cause and who needs it, never 'not there'
/// and never 'nothing to do'.
@Suite struct UnreadableTests {
  private static let copy: Bytes = "b: a\n    cat a > b\n"
  private static let denied = """
    Schedfile:1:4: error: cannot read 'a', needed by 'b': permission denied
        1 | b: a
          |    ^

    """

  @Test func `a file that may not be read is an error before its action runs`() throws {
    let sandbox = Sandbox("b: a\n    echo > b\n", files: ["a": "1"])
    sandbox.setMode(of: "a", to: 0)
    for option: Bytes in ["-j2", "--serial", "-n", "-q"] {
      try sandbox.expectAsNobody(option, errors: Self.denied, status: 1)
    }
    try sandbox.expectAsNobody("why", errors: Self.denied, status: 1)
    #expect(!sandbox.exists("b"))
    sandbox.setMode(of: "a", to: 0o644)
    try sandbox.expectAsNobody(errors: "[1/1] b\n")
  }

  @Test func `a file that may not be read any more is an error, and what was made of it stays`()
    throws
  {
    let sandbox = Sandbox(Self.copy, files: ["a": "1"])
    try sandbox.expectAsNobody(errors: "[1/1] b\n")
    sandbox.setMode(of: "a", to: 0)
    try sandbox.expectAsNobody(errors: Self.denied, status: 1)
    #expect(sandbox.read("b") == "1")
    sandbox.setMode(of: "a", to: 0o644)
    try sandbox.expectAsNobody(errors: "sched: nothing to do\n")
  }

  @Test func `a file that becomes unreadable while its action runs fails it`() throws {
    let sandbox = Sandbox("b: a\n    cat a > b; chmod 0 a\n", files: ["a": "1"])
    try sandbox.expectAsNobody(
      errors: """
        [1/1] b
        error: target 'b' failed: cannot read 'a': permission denied
          cat a > b; chmod 0 a

        """, status: 1)
    #expect(!sandbox.exists("b"))
  }

  @Test func `an unreadable file of a shared list is told to each that needs it`() throws {
    let sandbox = Sandbox(
      "h = 1 2 3 4 5 6 7 8\na: {{h}}\n    echo > a\nb: {{h}}\n    echo > b\ntask all: a b\n",
      files: Dictionary(uniqueKeysWithValues: (1...8).map { ("\($0)", "") }))
    sandbox.setMode(of: "5", to: 0)
    try sandbox.expectAsNobody(
      "-k0", "--serial", "all",
      errors: """
        Schedfile:4:4: error: cannot read '5', needed by 'b': permission denied
            4 | b: {{h}}
              |    ^~~~~
        Schedfile:6:1: note: 'b' is needed by 'all'
            6 | task all: a b
              | ^~~~~~~~~~~~~
        Schedfile:2:4: error: cannot read '5', needed by 'a': permission denied
            2 | a: {{h}}
              |    ^~~~~
        Schedfile:6:1: note: 'a' is needed by 'all'
            6 | task all: a b
              | ^~~~~~~~~~~~~
        sched: 2 targets failed, 1 not made because of that

        """, status: 1)
  }

  @Test func `a path in a directory that may not be searched is not called missing`() throws {
    let sandbox = Sandbox("b: d/a\n    echo > b\n", files: ["d/a": "1"])
    sandbox.setMode(of: "d", to: 0)
    try sandbox.expectAsNobody(
      errors: """
        Schedfile:1:4: error: cannot read 'd/a', needed by 'b': permission denied
            1 | b: d/a
              |    ^~~

        """, status: 2)
    sandbox.setMode(of: "d", to: 0o755)
  }

  @Test func `files in a directory that may be searched but not listed are found`() throws {
    let list = (1...40).map(String.init).joined(separator: " ")
    let sandbox = Sandbox(
      Bytes(
        "names = \(list)\nall: d/{{names}}\n    echo > all\nb: o/1\n    echo > b\n"
          + "o/%: d/%\n    echo > {{out}}\ndefault all b\n"),
      files: Dictionary(uniqueKeysWithValues: (1...40).map { ("d/\($0)", "") }))
    sandbox.setMode(of: "d", to: 0o111)
    let run = try sandbox.sched()
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    sandbox.remove("all")
    sandbox.remove("b")
    sandbox.remove("o")
    try sandbox.expectAsNobody("--serial", errors: "[1/3] all\n[2/3] o/1\n[3/3] b\n")
    sandbox.setMode(of: "d", to: 0o755)
  }

  @Test func `a name that is too long for the system is an error with that cause`() throws {
    let name = String(repeating: "x", count: 300)
    let run = try Sandbox(Bytes("b: \(name)\n    echo > b\n")).sched()
    #expect(
      run.diagnostics.hasPrefix(
        "Schedfile:1:4: error: cannot read '\(name)', needed by 'b': file name too long\n"))
    #expect(run.status == .exited(2))
    let path = String(repeating: "0123456789/", count: 500) + "x"
    let deep = try Sandbox(Bytes("b: \(path)\n    echo > b\n")).sched("why")
    #expect(deep.diagnostics.contains("', needed by 'b': file name too long\n"))
    #expect(deep.status == .exited(2))
  }

  // MARK: Directories

  @Test(arguments: ["d/s", "d/s/a"] as [Bytes])
  func `what cannot be read below a directory input is an error`(_ path: Bytes) throws {
    let sandbox = Sandbox("b: d/\n    echo > b\n", files: ["d/s/a": "1", "d/x": "1"])
    let errors = """
      Schedfile:1:4: error: cannot read '\(path)', needed by 'b': permission denied
          1 | b: d/
            |    ^~

      """
    sandbox.setMode(of: path, to: 0)
    try sandbox.expectAsNobody(errors: errors, status: 1)
    #expect(!sandbox.exists("b"))
    sandbox.setMode(of: path, to: 0o755)
    try sandbox.expectAsNobody(errors: "[1/1] b\n")
    sandbox.setMode(of: path, to: 0)
    try sandbox.expectAsNobody(errors: errors, status: 1)
    sandbox.setMode(of: path, to: 0o755)
  }

  @Test func `a pipe below a directory input is called a pipe`() throws {
    let sandbox = Sandbox("b: d/\n    echo > b\n", files: ["d/x": "1"])
    let errors = """
      Schedfile:1:4: error: cannot read 'd/p', needed by 'b': it is a pipe, and a directory as a whole holds only files
          1 | b: d/
            |    ^~

      """
    makePipe(sandbox, "d/p")
    try sandbox.expect(errors: errors, status: 1)
    sandbox.remove("d/p")
    try sandbox.expect(errors: "[1/1] b\n")
    makePipe(sandbox, "d/p")
    try sandbox.expect(errors: errors, status: 1)
  }

  private func makePipe(_ sandbox: Sandbox, _ path: Bytes) {
    _ = sandbox.path(path).withCString { mkfifo($0, 0o644) }
  }

  @Test func `a glob over a directory that cannot be listed is an error`() throws {
    let sandbox = Sandbox(
      "b: {{ glob(\"**/*.c\") }}\n    echo {{in}} > b\n", files: ["s/t/a.c": "1"])
    sandbox.setMode(of: "s/t", to: 0)
    let errors = """
      Schedfile:1:7: error: cannot list 's/t': permission denied
          1 | b: {{ glob("**/*.c") }}
            |       ^~~~~~~~~~~~~~

      """
    try sandbox.expectAsNobody(errors: errors, status: 2)
    sandbox.setMode(of: "s/t", to: 0o755)
    try sandbox.expectAsNobody(errors: "[1/1] b\n")
    sandbox.setMode(of: "s/t", to: 0)
    try sandbox.expectAsNobody(errors: errors, status: 2)
    sandbox.setMode(of: "s/t", to: 0o755)
  }

  // MARK: Discovered

  private static let discovering: Bytes = """
    b:
        @depfile d
        echo > b; if test -e names; then echo 'b: h' > d; else echo b: > d; fi

    """

  @Test
  func
    `a discovered file that cannot be read makes its action run, and is an error if named again`()
    throws
  {
    let sandbox = Sandbox(Self.discovering, files: ["h": "1", "names": ""])
    sandbox.setTime(of: "h", to: 1)
    try sandbox.expectAsNobody(errors: "[1/1] b\n")
    try sandbox.expectAsNobody(errors: "sched: nothing to do\n")
    sandbox.setMode(of: "h", to: 0)
    try sandbox.expectAsNobody(
      "why", output: "b: 'h' cannot be read: permission denied\n", errors: "")
    try sandbox.expectAsNobody(
      errors: """
        [1/1] b
        error: target 'b' failed: cannot read 'h': permission denied
          echo > b; if test -e names; then echo 'b: h' > d; else echo b: > d; fi

        """, status: 1)
    #expect(!sandbox.exists("b") && !sandbox.exists("d"))
  }

  @Test func `a discovered file that cannot be read and is not named again is no error`() throws {
    let sandbox = Sandbox(Self.discovering, files: ["h": "1", "names": ""])
    try sandbox.expectAsNobody(errors: "[1/1] b\n")
    try sandbox.expectAsNobody(errors: "sched: nothing to do\n")
    sandbox.setMode(of: "h", to: 0)
    sandbox.remove("names")
    try sandbox.expectAsNobody(errors: "[1/1] b\n")
    try sandbox.expectAsNobody(errors: "sched: nothing to do\n")
  }

  // MARK: Listings

  @Test func `a listing that cannot be read is told where it is named`() throws {
    let sandbox = Sandbox("b:\n    @inputs-from l\n    echo > b\n", files: ["l": "a\n", "a": "1"])
    sandbox.setMode(of: "l", to: 0)
    try sandbox.expectAsNobody(
      errors: """
        Schedfile:2:18: error: cannot read 'l', needed by 'b': permission denied
            2 |     @inputs-from l
              |                  ^

        """, status: 1)
    sandbox.setMode(of: "l", to: 0o644)
    sandbox.setMode(of: "a", to: 0)
    try sandbox.expectAsNobody(
      errors: """
        Schedfile:2:18: error: cannot read 'a', needed by 'b': permission denied
            2 |     @inputs-from l
              |                  ^

        """, status: 1)
  }
}
