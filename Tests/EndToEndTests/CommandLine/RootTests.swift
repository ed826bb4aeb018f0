import Testing

@Suite struct RootTests {
  @Test func `the root is found upwards, and named when it is not here`() throws {
    let sandbox = Sandbox.program()
    sandbox.makeDirectory("src/deep")
    try sandbox.expect(
      "-j1", in: "src/deep",
      errors: """
        sched: entering directory 'TREE'
        [1/3] a.o
        [2/3] b.o
        [3/3] app

        """, ran: ["a.o", "app", "b.o"])
    try sandbox.expect("-q", in: "src/deep")
  }

  @Test func `the outermost Schedfile counts`() throws {
    let sandbox = Sandbox(
      "subdir lib\ndefault lib/out\n",
      files: ["lib/Schedfile": "out:\n    echo > out; echo lib >> $RAN\n"])
    try sandbox.expect("out", in: "lib", errors: nil, ran: ["lib"])
    #expect(sandbox.exists(".sched"))
    #expect(!sandbox.exists("lib/.sched"))
  }

  @Test(arguments: [".git/HEAD", ".sched/x"] as [Bytes])
  func `nothing above the first directory with a repository or state counts`(_ mark: Bytes) throws {
    let sandbox = Sandbox(
      "out:\n    echo wrong >> $RAN\n",
      files: ["in/Schedfile": "out:\n    echo > out; echo in >> $RAN\n"])
    sandbox.write("in/" + mark, "")
    try sandbox.expect("out", in: "in", errors: "[1/1] out\n", ran: ["in"])
  }

  @Test func `a nearer Schedfile that the root does not read is the root, with a note`() throws {
    let sandbox = Sandbox(
      "out:\n    echo wrong >> $RAN\n",
      files: ["in/Schedfile": "out:\n    echo > out; echo in >> $RAN\n"])
    try sandbox.expect(
      in: "in",
      errors: """
        note: 'TREE/Schedfile' does not read the Schedfile of 'TREE/in', which is the root
        [1/1] out

        """, ran: ["in"])
  }

  @Test func `a named file makes its directory the root`() throws {
    let sandbox = Sandbox(files: ["lib/rules": "out:\n    echo > out; echo out >> $RAN\n"])
    try sandbox.expect(
      "-f", "lib/rules", errors: "sched: entering directory 'TREE/lib'\n[1/1] out\n", ran: ["out"])
    #expect(sandbox.exists("lib/out"))
    try sandbox.expect("-flib/rules", "-q", "lib/out")
  }

  @Test func `another directory is entered before anything else`() throws {
    let sandbox = Sandbox(files: ["lib/Schedfile": "out:\n    echo > out; echo out >> $RAN\n"])
    try sandbox.expect("-Clib", errors: "[1/1] out\n", ran: ["out"])
    try sandbox.expect("-C", ".", "-C", "lib", "-q", "out")
    try sandbox.expect(
      "-C", "nowhere", errors: "error: cannot change to 'nowhere': no such file or directory\n",
      status: 2)
  }

  @Test func `without a Schedfile, the message lists where it was looked for`() throws {
    let sandbox = Sandbox(files: ["a/b/x": "", "a/.git/HEAD": ""])
    try sandbox.expect(
      in: "a/b",
      errors: """
        error: no Schedfile here or above
          = hint: looked in 'TREE/a/b', 'TREE/a'

        """, status: 2)
  }

  @Test func `a file that is named and not there is an error`() throws {
    try Sandbox().expect(
      "-f", "rules", errors: "error: cannot read 'rules': no such file or directory\n", status: 2)
  }
}
