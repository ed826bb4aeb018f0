import Testing

/// `fmt` changes how Schedfiles look, and runs nothing to find them.
struct FormatReadsOnlyTests {
  private let untidy: Bytes = "x = 1\n\n\n\ny = 2\n"
  private let tidy: Bytes = "x = 1\n\ny = 2\n"

  @Test(arguments: [["fmt"], ["fmt", "--check"]] as [[Bytes]])
  func `fmt evaluates nothing`(_ arguments: [Bytes]) throws {
    let text: Bytes = "x = {{ shell(\"touch RAN; echo more\") }}\ninclude {{x}}\n"
    let sandbox = Sandbox(text, files: ["more": untidy])
    let result = try sandbox.start(arguments).wait()
    #expect(result.status == .exited(0))
    #expect(sandbox.read("RAN") == nil)
    #expect(sandbox.read("more") == untidy)
    #expect(
      result.diagnostics.hasPrefix(
        "Schedfile:2:9: note: what is read here is not formatted: 'fmt' evaluates nothing\n"))
  }

  @Test func `fmt evaluates nothing to find the root`() throws {
    let sandbox = Sandbox(
      "x = {{ shell(\"touch RAN\") }}\nsubdir lib\n", files: ["lib/Schedfile": untidy])
    try sandbox.expect("fmt", in: "lib")
    #expect(sandbox.read("RAN") == nil)
    #expect(sandbox.read("lib/Schedfile") == tidy)
  }

  @Test func `fmt follows names that are written out, in all branches and loops`() throws {
    let text: Bytes = """
      if os == "nothing"
          include a
      else
          include? b missing
      end
      for d in c d
          subdir lib/{{d}}
      end
      made:
          echo 'x=1' > {{out}}
      include made

      """
    let files: [Bytes] = ["a", "b", "lib/c/Schedfile", "lib/d/Schedfile", "lib/d/e"]
    let sandbox = Sandbox(text)
    for file in files { sandbox.write(file, untidy) }
    sandbox.write("made", untidy)
    sandbox.write("lib/d/Schedfile", untidy + "include e\n")
    #expect(try sandbox.sched("fmt").diagnostics == "")
    for file in files {
      #expect(sandbox.read(file)?.bytes.starts(with: tidy.bytes) == true, "\(file)")
    }
    // A recipe makes it.
    #expect(sandbox.read("made") == untidy)
  }
}
