import Testing

/// Two rules that make one file are an error wherever the file is first named.
struct AmbiguousRuleTests {
  private static let rules = """

    g/%.h: src/%.x
        cat {{in}} > {{out}}

    %/a.h: src/b.x
        cat {{in}} > {{out}}

    """
  private static let problem = "two rules make 'g/a.h' and neither is more specific"

  private func sandbox(_ target: String) -> Sandbox {
    Sandbox(
      Bytes(target + Self.rules),
      files: ["src/a.x": "a\n", "src/b.x": "b\n", "list": "g/a.h\n", "g/a.h": "by hand\n"])
  }

  @Test(arguments: ["-n", "-j2", "--serial"])
  func `a listing names it`(_ how: Bytes) throws {
    let sandbox = sandbox("out: list\n    @inputs-from list\n    cat g/a.h > {{out}}\n")
    let run = try sandbox.start([how, "out"]).wait()
    #expect(run.status != .exited(0))
    #expect(run.diagnostics.contains(Self.problem), "\(run.diagnostics)")
    #expect(!sandbox.exists("out"))
  }

  @Test func `a depfile names it`() throws {
    let sandbox = sandbox(
      "out:\n    @depfile out.d\n    echo out: g/a.h > out.d; cat g/a.h > {{out}}\n")
    for _ in 0..<2 {
      let run = try sandbox.start([]).wait()
      #expect(run.status == .exited(1))
      #expect(
        run.diagnostics.contains("target 'out' failed: " + Self.problem), "\(run.diagnostics)")
    }
  }

  @Test func `a depfile named it before there were two rules`() throws {
    let target = "out:\n    @depfile out.d\n    echo out: g/a.h > out.d; cat g/a.h > {{out}}\n"
    let sandbox = sandbox(target)
    sandbox.write("Schedfile", Bytes(target))
    try sandbox.expect(errors: "[1/1] out\n")
    sandbox.write("Schedfile", Bytes(target + Self.rules))
    let run = try sandbox.start([]).wait()
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains(Self.problem), "\(run.diagnostics)")
  }

  @Test func `the command line names it`() throws {
    let sandbox = sandbox("out:\n    touch out\n")
    let run = try sandbox.start(["g/a.h"]).wait()
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains(Self.problem), "\(run.diagnostics)")
  }
}
