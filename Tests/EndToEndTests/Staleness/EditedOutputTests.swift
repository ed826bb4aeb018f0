import Testing

@Suite struct EditedOutputTests {
  @Test func `a deleted output is made again, and nothing else`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.remove("a.o")
    try sandbox.expectBuild(ran: ["a.o"])
    try sandbox.expectBuild()
  }

  @Test func `an output edited by hand is made again, and the edited file is kept aside`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.write("a.o", "by hand\n")
    let run = try sandbox.sched()
    #expect(sandbox.takeRan() == ["a.o"])
    #expect(sandbox.read("a.o") == "ALPHA\n")
    #expect(sandbox.read(".sched/replaced/a.o") == "by hand\n")
    #expect(run.diagnostics.contains("note: "))
    #expect(run.diagnostics.contains(".sched/replaced/a.o"))
  }

  @Test func `a file that sched did not make is kept aside, too`() throws {
    let sandbox = Sandbox.program()
    sandbox.write("app", "somebody's\n")
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    #expect(sandbox.read(".sched/replaced/app") == "somebody's\n")
  }

  @Test func `an output that is as it was made is replaced without a copy`() throws {
    let sandbox = Sandbox.copy()
    try sandbox.expectBuild(ran: ["out"])
    sandbox.write("in", "two\n")
    try sandbox.expectBuild(ran: ["out"])
    #expect(!sandbox.exists(".sched/replaced/out"))
  }

  @Test func `what a failed run left is removed without a copy`() throws {
    let sandbox = Sandbox("out:\n    echo half > out\n    exit 1\n")
    try sandbox.expectBuild(status: 1)
    #expect(!sandbox.exists("out"))
    sandbox.write("Schedfile", "out:\n    echo whole > out\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "whole\n")
    #expect(!sandbox.exists(".sched/replaced/out"))
  }

  @Test func `a directory with files that sched did not make is moved aside`() throws {
    let sandbox = Sandbox("dist/:\n    mkdir dist\n    echo 1 > dist/x\n")
    sandbox.write("dist/mine", "precious")
    let run = try sandbox.sched()
    #expect(run.status == .exited(0))
    #expect(run.diagnostics.hasPrefix("note: 'dist' was not as sched had made it; it was moved to"))
    #expect(sandbox.read(".sched/replaced/dist/mine") == "precious")
    #expect(sandbox.files(below: "dist") == ["x"])
  }

  @Test func `removing an output does not follow a link`() throws {
    let sandbox = Sandbox.copy()
    sandbox.write("precious", "data\n")
    sandbox.link("out", to: "precious")
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("precious") == "data\n")
    #expect(sandbox.read("out") == "one\n")
  }
}
