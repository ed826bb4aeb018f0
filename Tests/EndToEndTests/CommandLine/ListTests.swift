import Testing

@Suite struct ListTests {
  @Test func `list shows tasks, described targets and params`() throws {
    let sandbox = Sandbox(
      """
      param mode = debug | release
      param level = 3
      app: a.c
          @desc LINK app
          cp a.c app
      plain: a.c
          cp a.c plain
      task test: app
          @desc run the tests
          true
      task group: app
      subdir lib

      """, files: ["lib/Schedfile": "task check:\n    true\n", "a.c": ""])
    try sandbox.expect(
      "list",
      output: """
        tasks:
          test       run the tests
          group
          lib/check

        targets:
          app        LINK app

        params:
          mode       debug (debug, release)
          level      3

        """)
    try sandbox.expect(
      "list", "mode=release",
      output: """
        tasks:
          test       run the tests
          group
          lib/check

        targets:
          app        LINK app

        params:
          mode       release (debug, release)
          level      3

        """)
  }

  @Test func `list names targets from where one stands, and tasks as they are typed there`() throws
  {
    let sandbox = Sandbox(
      """
      task top:
          true
      task same:
          true
      a:
          @desc A
          echo > a
      subdir lib

      """, files: ["lib/Schedfile": "task local:\n    true\ntask same:\n    true\n"])
    try sandbox.expect(
      "list", in: "lib",
      output: """
        tasks:
          top
          ../same
          local
          same

        targets:
          ../a     A

        """)
    for name: Bytes in ["top", "../same", "local", "same"] {
      let run = try sandbox.sched("-n", name, in: "lib")
      #expect(run.output == "will run \(name): it runs whenever it is asked for\n")
    }
  }
}
