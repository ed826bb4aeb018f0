import Testing

/// Names with characters that nobody sees in them.
@Suite struct InvisibleNameTests {
  @Test(
    arguments: [
      ("a: b\u{200B}\n    cp b a\n", "no rule makes 'b<U+200B>', needed by 'a'"),
      ("mode = 1\na:\n    echo {{mode\u{2060}}} > a\n", "unknown name 'mode<U+2060>'"),
      ("x = {{ gl\u{2060}ob(\"*\") }}\na:\n    touch a\n", "unknown function 'gl<U+2060>ob'"),
      ("@sh\u{200B}ell bash\na:\n    touch a\n", "'@sh<U+200B>ell' is not a setting"),
      ("a:\n    @when al\u{AD}ways\n    touch a\n", "'al<U+00AD>ways' is neither"),
    ] as [(String, String)])
  func `what is pointed at is told with them`(_ schedfile: String, _ message: String) throws {
    let sandbox = Sandbox(Bytes(schedfile), files: ["b": "1"])
    let run = try sandbox.sched()
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("error: " + message), "\(run.diagnostics)")
    #expect(run.diagnostics.contains("which is not seen: remove it\n"), "\(run.diagnostics)")
  }

  @Test(arguments: ["\u{200B}console", "con\u{200B}sole", "console\u{200B}"])
  func `in the name of an attribute, wherever it stands`(_ name: String) throws {
    let sandbox = Sandbox(Bytes("a:\n    @\(name)\n    touch a\n"))
    let run = try sandbox.sched()
    let shown = name.split(separator: "\u{200B}", omittingEmptySubsequences: false)
      .joined(separator: "<U+200B>")
    #expect(
      run.diagnostics.hasPrefix("Schedfile:2:5: error: unknown attribute '@\(shown)'\n"),
      "\(run.diagnostics)")
    #expect(
      run.diagnostics.hasSuffix(
        """
              = hint: did you mean '@console'?
              = hint: there is a zero-width space (U+200B), which is not seen: remove it

        """), "\(run.diagnostics)")
  }

  @Test func `a file's name may have them`() throws {
    let name: Bytes = "fam\u{200D}ily"
    let sandbox = Sandbox("a: " + name + "\n    cp {{in}} a\n", files: [name: "1"])
    try sandbox.expectBuild()
    #expect(sandbox.read("a") == "1")
  }

  @Test func `in a default, on the command line, and in a target's name`() throws {
    let sandbox = Sandbox("default a\u{200B}\na:\n    false\nb\u{A0}c:\n    false\n")
    let inDefault = try sandbox.sched()
    #expect(
      inDefault.diagnostics.hasPrefix("Schedfile:1:9: error: no rule makes 'a<U+200B>'\n"),
      "\(inDefault.diagnostics)")
    #expect(inDefault.diagnostics.contains("= hint: did you mean 'a'?\n"))
    let asked = try sandbox.sched("b\u{200B}")
    #expect(
      asked.diagnostics.contains("error: no rule makes 'b<U+200B>'\n"), "\(asked.diagnostics)")
    let failed = try sandbox.sched("b\u{A0}c")
    #expect(failed.diagnostics.contains("error: target 'b<U+00A0>c' failed"))
  }

  @Test(
    arguments: [
      ("\u{200B}b = 1\n", "<U+200B>b", "zero-width space (U+200B)"),
      ("\u{A0}b = 1\n", "<U+00A0>b", "no-break space (U+00A0)"),
      ("b\u{A0} = 1\n", "b<U+00A0>", "no-break space (U+00A0)"),
      ("b\u{200B} ?= 1\n", "b<U+200B>", "zero-width space (U+200B)"),
      ("param \u{200B}b = 1\n", "<U+200B>b", "zero-width space (U+200B)"),
      ("pool \u{200B}b = 1\n", "<U+200B>b", "zero-width space (U+200B)"),
      ("value \u{200B}b\n    echo 1\n", "<U+200B>b", "zero-width space (U+200B)"),
      ("task \u{200B}b\n    echo 1\n", "<U+200B>b", "zero-width space (U+200B)"),
      ("for \u{200B}b in 1 2\nend\n", "<U+200B>b", "zero-width space (U+200B)"),
    ] as [(String, String, String)])
  func `a definition with one is an error`(
    _ definition: String, _ name: String, _ character: String
  ) throws {
    let run = try Sandbox(Bytes(definition + "a:\n    echo > a\n")).sched("check")
    #expect(run.status == .exited(2), "\(run.diagnostics)")
    #expect(
      run.diagnostics.contains(
        "error: the name '\(name)' holds a \(character), which is not seen\n"),
      "\(run.diagnostics)")
    #expect(run.diagnostics.contains("= hint: remove it\n"))
  }
}
