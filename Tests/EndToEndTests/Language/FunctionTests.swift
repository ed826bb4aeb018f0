import Testing

/// Each function of expressions, by what a task prints: one word a line.
struct FunctionTests {
  private static let files: [Bytes: Bytes] = [
    "src/b.c": "", "src/a.c": "", "src/a.h": "", "src/deep/c.c": "", "src/.hidden.c": "",
    "list.txt": "one\ntwo words\n\nlast",
  ]

  private func words(of expression: String, before: String = "") throws -> [String] {
    let sandbox = Sandbox(
      Bytes(
        "\(before)\ntask t\n    for w in {{ \(expression) }}; do printf '%s\\n' \"$w\"; done\n"),
      files: Self.files)
    sandbox.environment["COLOUR"] = " red  green\n"
    sandbox.environment["EMPTY"] = ""
    let run = try sandbox.sched("--quiet", "--serial", "t")
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    return run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }

  @Test(arguments: [
    (#"glob("src/*.c")"#, ["src/a.c", "src/b.c"]),
    (#"glob("src/**/*.c")"#, ["src/a.c", "src/b.c", "src/deep/c.c"]),
    (#"glob("src/[a-a].?")"#, ["src/a.c", "src/a.h"]),
    (#"glob("src/{b,a}.c")"#, ["src/a.c", "src/b.c"]),
    (#"glob("src/.*.c")"#, ["src/.hidden.c"]),
    (#"glob("src/*/")"#, ["src/deep/"]),
    (#"glob("src/*.h", "src/b.*")"#, ["src/a.h", "src/b.c"]),
    (#"glob("nothing/*")"#, []),
    (#"map(split("a.c b.c"), "%.c", "out/%.o")"#, ["out/a.o", "out/b.o"]),
    (#"filter(split("a.c b.h"), "*.c")"#, ["a.c"]),
    (#"exclude(split("a.c b.h c.h"), "b.*", "c.*")"#, ["a.c"]),
    (#"dir(split("a/b.tar.gz x /y"))"#, ["a", ".", "/"]),
    (#"name("a/b.tar.gz")"#, ["b.tar.gz"]),
    (#"stem("a/b.tar.gz")"#, ["b.tar"]),
    (#"ext(split("a/b.tar.gz .rc x"))"#, [".gz", "", ""]),
    (#"sort(split("b a c a"))"#, ["a", "a", "b", "c"]),
    (#"unique(split("b a b c a"))"#, ["b", "a", "c"]),
    (#"count(split("b a b"))"#, ["3"]),
    (#"join(split("b a"), ", ")"#, ["b, a"]),
    (#"split("a  b")"#, ["a", "b"]),
    (#"split("a,,b", ",")"#, ["a", "", "b"]),
    (#"replace(split("a.b.c d"), ".", "--")"#, ["a--b--c", "d"]),
    (#"lines("list.txt")"#, ["one", "two words", "", "last"]),
    (#"env("COLOUR")"#, ["red", "green"]),
    (#"env("EMPTY", "fallback")"#, ["fallback"]),
    (#"env("EMPTY")"#, []),
    (#"env("NOT_SET", split("a b"))"#, ["a", "b"]),
    (#"which("sh")"#, ["/usr/bin/sh"]),
    (#"which("no-such-program")"#, []),
    (#"shell("echo a  b; echo c")"#, ["a", "b", "c"]),
    (#"split("a b c")[0]"#, ["a"]),
    (#"split("a b c")[-1]"#, ["c"]),
    (#"'a {{b}}'"#, ["a {{b}}"]),
    (#""x{{os}}y""#, ["xlinuxy"]),
    (#"arch"#, ["x86_64"]),
    (#"root"#, ["."]),
  ])
  func `a function gives a list of words`(_ expression: String, _ expected: [String]) throws {
    #expect(try words(of: expression) == expected)
  }

  @Test(arguments: [
    (#"{{ json(split("a b")) }}"#, #"["a", "b"]"#), (#"{{ json("a \"q\"") }}"#, #""a \"q\"""#),
    (#"{{ json(split("a b")[0]) }}"#, #""a""#), (#"{{ raw("a  'b'") }}"#, "a  'b'"),
  ])
  func `json and raw are inserted as they stand`(_ text: String, _ expected: String) throws {
    let sandbox = Sandbox(Bytes("task t\n    cat <<'END'\n    \(text)\n    END\n"))
    #expect(try sandbox.sched("--quiet", "--serial", "t").output == expected + "\n")
  }

  @Test func `a glob does not match what a build makes`() throws {
    let sandbox = Sandbox(
      """
      default all.txt
      all.txt: {{ glob("*.txt") }}
          cat {{in}} > {{out}}
          echo all >> "$RAN"

      """, files: ["a.txt": "a\n", "b.txt": "b\n"])
    try sandbox.expectBuild(ran: ["all"])
    #expect(sandbox.read("all.txt") == "a\nb\n")
    try sandbox.expectBuild()
    sandbox.write("c.txt", "c\n")
    try sandbox.expectBuild(ran: ["all"])
  }
}
