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

  @Test func `list names targets from where one stands`() throws {
    let sandbox = Sandbox(
      "task top:\n    true\nsubdir lib\n", files: ["lib/Schedfile": "task check:\n    true\n"])
    let run = try sandbox.sched("list", in: "lib")
    #expect(run.output == "tasks:\n  ../top\n  check\n")
  }
}
