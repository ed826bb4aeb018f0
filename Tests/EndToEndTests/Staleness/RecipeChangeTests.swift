import Testing

@Suite struct RecipeChangeTests {
  private func build(_ before: Bytes, then after: Bytes, _ sandbox: Sandbox = .copy()) throws
    -> [String]
  {
    sandbox.write("Schedfile", before)
    try sandbox.sched()
    #expect(sandbox.takeRan() == ["x"])
    sandbox.write("Schedfile", after)
    try sandbox.sched()
    let ran = sandbox.takeRan()
    try sandbox.expectBuild()
    return ran
  }

  @Test func `another recipe runs its action`() throws {
    let ran = try build(
      "out: in\n    echo x >> $RAN; cat in > out\n",
      then: "out: in\n    echo y >> $RAN; cat in > out\n")
    #expect(ran == ["y"])
  }

  @Test func `another value of a variable in the recipe runs it`() throws {
    let recipe: Bytes = "out: in\n    cat {{flags}} in > out; echo {{name}} >> $RAN\n"
    let ran = try build("flags =\nname = x\n" + recipe, then: "flags = -u\nname = x\n" + recipe)
    #expect(ran == ["x"])
  }

  @Test func `another interpreter runs it`() throws {
    let recipe: Bytes = "    echo x >> $RAN; cat in > out\n"
    let ran = try build("out: in\n" + recipe, then: "out: in\n    @shell bash -c\n" + recipe)
    #expect(ran == ["x"])
  }

  @Test func `another input, or one less, runs it`() throws {
    let recipe: Bytes = "    echo x >> $RAN; cat in > out\n"
    let sandbox = Sandbox(files: ["in": "1", "more": "2"])
    #expect(try build("out: in\n" + recipe, then: "out: in more\n" + recipe, sandbox) == ["x"])
    sandbox.write("Schedfile", "out: in\n" + recipe)
    try sandbox.expectBuild(ran: ["x"])
  }

  @Test func `a variable that the recipe sets runs it when its value changes`() throws {
    let recipe: Bytes = "    echo x >> $RAN; echo $MODE > out\n"
    let ran = try build(
      "out: in\n    @env MODE=a\n" + recipe, then: "out: in\n    @env MODE=b\n" + recipe)
    #expect(ran == ["x"])
  }

  @Test(
    arguments: [
      "    @desc COPY\n", "    @cpus 2\n", "    @timeout 10s\n", "    @retries 2\n", "    @keep\n",
      "    @after other\n", "    @cache off\n",
    ] as [Bytes])
  func `what says only how it runs does not run it`(_ attribute: Bytes) throws {
    let recipe: Bytes = "    echo x >> $RAN; cat in > out\n"
    let sandbox = Sandbox(files: ["in": "1", "other": "2"])
    #expect(try build("out: in\n" + recipe, then: "out: in\n" + attribute + recipe, sandbox) == [])
  }

  @Test func `a comment or blank line in the Schedfile runs nothing`() throws {
    let ran = try build(
      "out: in\n    echo x >> $RAN; cat in > out\n",
      then: "# copy\n\nout:   in\n\n        echo x >> $RAN; cat in > out\n")
    #expect(ran == [])
  }
}
