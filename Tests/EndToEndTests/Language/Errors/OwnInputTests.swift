import Testing

/// A target that depends on itself is a cycle as any other, however it comes to that.
@Suite struct OwnInputTests {
  @Test(arguments: Self.cases)
  func `a target that depends on itself is a cycle`(_ wrong: WrongSchedfile) throws {
    try wrong.expectMessage()
  }

  static let cases: [WrongSchedfile] = [
    WrongSchedfile(
      "in its header", "list: list\n    touch list\n",
      """
      error: dependency cycle: list -> list
      Schedfile:1:7: note: 'list' depends on 'list'
          1 | list: list
            |       ^~~~

      """),
    WrongSchedfile(
      "by @uses", "a:\n    @uses a\n    touch a\n",
      """
      error: dependency cycle: a -> a
      Schedfile:2:11: note: 'a' depends on 'a'
          2 |     @uses a
            |           ^

      """),
    WrongSchedfile(
      "by @after, in another spelling", "a:\n    @after ./x/../a\n    touch a\n",
      """
      error: dependency cycle: a -> a
      Schedfile:2:12: note: 'a' depends on 'a'
          2 |     @after ./x/../a
            |            ^~~~~~~~

      """),
    WrongSchedfile(
      "as its own listing", "a:\n    @inputs-from a\n    touch a\n",
      """
      error: dependency cycle: a -> a
      Schedfile:2:18: note: 'a' depends on 'a'
          2 |     @inputs-from a
            |                  ^

      """),
    WrongSchedfile(
      "a task", "task x: x\n    echo x\n",
      """
      error: dependency cycle: x -> x
      Schedfile:1:9: note: 'x' depends on 'x'
          1 | task x: x
            |         ^

      """),
    WrongSchedfile(
      "a value", "a:\n    echo {{v}} > a\nvalue v\n    echo {{v}}\n",
      """
      error: dependency cycle: v -> v
      Schedfile:4:10: note: 'v' depends on 'v'
          4 |     echo {{v}}
            |          ^~~~~

      """),
    WrongSchedfile(
      "below its own input", "src/out: src/\n    touch src/out\n",
      """
      error: dependency cycle: src/out -> src/out
      Schedfile:1:10: note: 'src/out' depends on 'src/', which holds 'src/out'
          1 | src/out: src/
            |          ^~~~

      """),
    WrongSchedfile(
      "above its own input", "src/: src/x\n    touch src/x\n",
      """
      error: dependency cycle: src -> src
      Schedfile:1:7: note: 'src' depends on 'src/x', which lies in 'src'
          1 | src/: src/x
            |       ^~~~~

      """),
    WrongSchedfile(
      "below the root as an input", "out: ./\n    touch out\n",
      """
      error: dependency cycle: out -> out
      Schedfile:1:6: note: 'out' depends on './', which holds 'out'
          1 | out: ./
            |      ^~

      """),
    WrongSchedfile(
      "below a directory that holds the root", "out: ../\n    touch out\n",
      """
      error: dependency cycle: out -> out
      Schedfile:1:6: note: 'out' depends on '../', which holds 'out'
          1 | out: ../
            |      ^~~

      """),
  ]

  @Test func `nothing is touched before the message`() throws {
    let sandbox = Sandbox("list: list\n    cp list new\n    mv new list\n", files: ["list": "mine"])
    for command: Bytes in ["build", "why", "check"] {
      let run = try sandbox.sched(command)
      #expect(run.diagnostics.hasPrefix("error: dependency cycle: list -> list\n"))
      #expect(run.status == .exited(2))
    }
    #expect(sandbox.read("list") == "mine" && sandbox.files() == ["Schedfile", "list"])
  }

  @Test(arguments: ["-n", "-q", "-j2", "--serial"] as [Bytes])
  func `each way to build tells the cycle`(_ option: Bytes) throws {
    let sandbox = Sandbox("list: list\n    touch list\n", files: ["list": "mine"])
    try sandbox.expect(
      option,
      errors: """
        error: dependency cycle: list -> list
        Schedfile:1:7: note: 'list' depends on 'list'
            1 | list: list
              |       ^~~~

        """, status: 2)
    #expect(sandbox.read("list") == "mine")
  }

  @Test func `a listing that names the target itself is told with the listing`() throws {
    let sandbox = Sandbox(
      "d/a:\n    @inputs-from list\n    touch d/a\n", files: ["list": "d/\n", "d/x": "x"])
    try sandbox.expect(
      errors: """
        error: dependency cycle: d/a -> d/a
        Schedfile:2:18: note: 'd/a' depends on 'd/a', which 'list' names
            2 |     @inputs-from list
              |                  ^~~~

        """, status: 1)
  }

  @Test func `a cycle that a listing closes is told whole`() throws {
    let sandbox = Sandbox(
      """
      a:
          @inputs-from list
          touch a
      b: c
          touch b
      c: a
          touch c

      """, files: ["list": "b\n"])
    try sandbox.expect(
      "b",
      errors: """
        error: dependency cycle: a -> b -> c -> a
        Schedfile:2:18: note: 'a' depends on 'b', which 'list' names
            2 |     @inputs-from list
              |                  ^~~~
        Schedfile:4:4: note: 'b' depends on 'c'
            4 | b: c
              |    ^
        Schedfile:6:4: note: 'c' depends on 'a'
            6 | c: a
              |    ^
        sched: 2 not made because of that

        """, status: 1)
  }

  @Test func `one header among many in a shared list may not be the target itself`() throws {
    let sandbox = Sandbox(
      """
      headers = 1.h 2.h 3.h 4.h 5.h 6.h 7.h 8.h
      a:
          @uses {{headers}}
          touch a
      3.h:
          @uses {{headers}}
          touch 3.h

      """, files: Dictionary(uniqueKeysWithValues: (1...8).map { ("\($0).h", "") }))
    try sandbox.expect(
      errors: """
        error: dependency cycle: 3.h -> 3.h
        Schedfile:6:11: note: '3.h' depends on '3.h'
            6 |     @uses {{headers}}
              |           ^~~~~~~~~~~

        """, status: 2)
  }

  @Test func `a file beside a directory, named as it begins, is no cycle`() throws {
    let sandbox = Sandbox(
      "dist.tar: dist/\n    ls dist > dist.tar\n    echo tar >> $RAN\n", files: ["dist/x": "1"])
    try sandbox.expectBuild(ran: ["tar"])
    try sandbox.expectBuild()
  }

  @Test func `what a depfile says of the target itself orders nothing`() throws {
    let sandbox = Sandbox(
      """
      d/a:
          @depfile a.d
          echo > d/a
          echo 'd/a: d d/a' > a.d
          echo a >> $RAN

      """)
    try sandbox.expectBuild(ran: ["a"])
    try sandbox.expectBuild()
  }
}
