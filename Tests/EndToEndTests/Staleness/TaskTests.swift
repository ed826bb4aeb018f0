import Testing

@Suite struct TaskTests {
  @Test func `a task runs each time it is asked for`() throws {
    let sandbox = Sandbox("task hello:\n    echo hello >> $RAN\n")
    try sandbox.expectBuild("hello", ran: ["hello"])
    try sandbox.expectBuild("hello", ran: ["hello"])
  }

  @Test func `a task with when changed runs once, then when something changed`() throws {
    let sandbox = Sandbox(
      "task verify: in\n    @when changed\n    echo verify >> $RAN\n", files: ["in": "1"])
    try sandbox.expectBuild("verify", ran: ["verify"])
    try sandbox.expectBuild("verify")
    sandbox.write("in", "2")
    try sandbox.expectBuild("verify", ran: ["verify"])
  }

  @Test func `a file target with when always runs in every build`() throws {
    let sandbox = Sandbox(
      """
      use: now
          cat now > use; echo use >> $RAN
      now:
          @when always
          cat in > now; echo now >> $RAN

      """, files: ["in": "1"])
    try sandbox.expectBuild(ran: ["now", "use"])
    try sandbox.expectBuild(ran: ["now"])
    sandbox.write("in", "2")
    try sandbox.expectBuild(ran: ["now", "use"])
  }

  @Test func `what depends on a task is stale by the task's facts, not because it ran`() throws {
    let sandbox = Sandbox(
      """
      out: prepare
          echo 1 > out; echo out >> $RAN
      task prepare: in
          echo prepare >> $RAN

      """, files: ["in": "1"])
    try sandbox.expectBuild(ran: ["out", "prepare"])
    try sandbox.expectBuild(ran: ["prepare"])
    sandbox.write("in", "2")
    try sandbox.expectBuild(ran: ["out", "prepare"])
    try sandbox.expectBuild(ran: ["prepare"])
  }

  @Test func `a task without a recipe is a name for a group`() throws {
    let sandbox = Sandbox.program()
    sandbox.append("Schedfile", "\n\ntask objects: a.o b.o\n")
    try sandbox.expectBuild("objects", ran: ["a.o", "b.o"])
    try sandbox.expectBuild("objects")
  }

  @Test func `a task takes the words after two dashes`() throws {
    let sandbox = Sandbox("task say:\n    printf '%s,' {{args}} >> $RAN\n")
    try sandbox.sched("say", "--", "a b", "-x", "it's")
    #expect(sandbox.takeRan() == ["a b,-x,it's,"])
  }
}
