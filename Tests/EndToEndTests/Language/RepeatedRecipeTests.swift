import Testing

/// What recipes have in common is found once, and each still has what is its own.
struct RepeatedRecipeTests {
  @Test func `an error in a script that repeats is told where it stands`() throws {
    let target = "    touch {{out}}\n    echo {{nothing(in)}}\n"
    let sandbox = Sandbox(Bytes("a:\n" + target + "\nb:\n" + target))
    let run = try sandbox.start(["check"]).wait()
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("Schedfile:3:12: error:"))
    #expect(run.diagnostics.contains("Schedfile:7:12: error:"))
  }

  @Test func `each target of a loop has its own attributes`() throws {
    let sandbox = Sandbox(
      """
      for name in a b c
          {{name}}.out: {{name}}.in
              @depfile {{out}}.d
              @desc make {{name}}
              @uses tool.{{name}}
              @env WHO={{name}}
              echo "{{out}}: extra.$WHO" > {{depfile}}
              cat {{in}} extra.$WHO tool.$WHO > {{out}}
              echo {{name}} >> "$RAN"
      end
      default a.out b.out c.out

      """,
      files: [
        "a.in": "1", "b.in": "2", "c.in": "3", "extra.a": "x", "extra.b": "y", "extra.c": "z",
        "tool.a": "p", "tool.b": "q", "tool.c": "r",
      ])
    try sandbox.expectBuild(ran: ["a", "b", "c"])
    #expect(sandbox.read("b.out") == "2yq")
    sandbox.write("extra.b", "Y")
    try sandbox.expectBuild(ran: ["b"])
    sandbox.write("tool.c", "R")
    try sandbox.expectBuild(ran: ["c"])
    #expect(sandbox.read("b.out") == "2Yq" && sandbox.read("c.out") == "3zR")
    try sandbox.expectBuild()
  }

  @Test func `attributes that are the same for all hold for each`() throws {
    let sandbox = Sandbox(
      """
      default all
      task all: x.made y.made z.made
      %.made: %.src
          @uses shared
          @shell /bin/sh -c
          cat {{in}} shared > {{out}}
          echo {{stem}} >> "$RAN"

      """, files: ["x.src": "x", "y.src": "y", "z.src": "z", "shared": "1"])
    try sandbox.expectBuild(ran: ["x", "y", "z"])
    try sandbox.expectBuild()
    sandbox.write("shared", "2")
    try sandbox.expectBuild(ran: ["x", "y", "z"])
    #expect(sandbox.read("z.made") == "z2")
  }
}
