import Testing

@testable import SchedExecutors

/// What is executed for a script.
struct RecipeCommandTests {
  private func words(_ script: String) -> [String]? {
    RecipeCommand.simpleWords(of: Array(script.utf8))?.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    ("cc -O2 -c a.c -o a.o", ["cc", "-O2", "-c", "a.c", "-o", "a.o"]),
    ("cp 'a b' c", ["cp", "a b", "c"]), ("/bin/true", ["/bin/true"]),
    ("x 'it'\\''s'", ["x", "it's"]), ("x -D'a b'=c", ["x", "-Da b=c"]), ("x ''", ["x", ""]),
    ("cc   a.c\n", ["cc", "a.c"]),
  ])
  func `a simple command needs no shell`(_ script: String, _ expected: [String]) {
    #expect(words(script) == expected)
  }

  @Test(arguments: [
    "echo hello", "true", "A=b cc x", "cc $x", "cc *.c", "a | b", "a; b", "a\nb", "cc \"x\"",
    "a > b",
    "a && b", "# comment", "", "if x", "cd /", "x ~/y", "x \\a", "x 'open", "x {a,b}", "! x",
  ])
  func `everything else is the shell's`(_ script: String) {
    #expect(words(script) == nil)
  }

  @Test func `a first line names the interpreter and at most one argument`() {
    let command = RecipeCommand(script: Array("#! /usr/bin/env  python3 -u\nx".utf8), shell: [])
    #expect(command == .fromFile(["/usr/bin/env", "python3 -u"].map { Array($0.utf8) }))
  }

  @Test func `a script beyond the limit goes through a file where the interpreter can take one`() {
    let script = [UInt8](repeating: UInt8(ascii: "x"), count: RecipeCommand.argumentLimit)
    #expect(
      RecipeCommand(script: script, shell: [])
        == .fromFile(["/bin/sh", "-eu"].map { Array($0.utf8) }))
    let bash = ["bash", "-euc"].map { Array($0.utf8) }
    #expect(
      RecipeCommand(script: script, shell: bash)
        == .fromFile(["bash", "-eu"].map { Array($0.utf8) }))
    #expect(RecipeCommand(script: script, shell: [Array("python3".utf8)]) == .tooLong)
    #expect(
      RecipeCommand(script: script, shell: ["x", "--exec"].map { Array($0.utf8) }) == .tooLong)
  }

  @Test(arguments: ["-n\necho x", "+x; echo x", "--version | cat"])
  func `a script that begins as an option does is not one`(_ script: String) {
    func words(_ shell: String...) -> [[UInt8]] { shell.map { Array($0.utf8) } }
    let bytes = Array(script.utf8)
    #expect(
      RecipeCommand(script: bytes, shell: [])
        == .interpreted(words("/bin/sh", "-eu", "-c", " " + script)))
    #expect(
      RecipeCommand(script: bytes, shell: words("/usr/bin/bash", "-euc"))
        == .interpreted(words("/usr/bin/bash", "-euc", " " + script)))
    #expect(
      RecipeCommand(script: bytes, shell: words("python3", "-c"))
        == .interpreted(words("python3", "-c", "\n" + script)))
    #expect(
      RecipeCommand.byShell(bytes) == .interpreted(words("/bin/sh", "-eu", "-c", " " + script)))
  }
}
