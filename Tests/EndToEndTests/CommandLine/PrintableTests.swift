import Testing

/// Whatever names, recipes, listings and command lines hold, nothing of it commands the terminal: only what
/// recipes print passes as it is.
struct PrintableTests {
  /// ESC, BEL, a line of its own, a right-to-left override, C1 controls in UTF-8 and as a byte.
  static let odd = Bytes(
    Array("x\u{1B}[31mE\u{7}\nINJECTED\r\u{202E}\u{2066}\u{9B}y".utf8) + [0x9B, 0xFF])

  /// A word of a Schedfile that is this name.
  static let word: Bytes = {
    let escaped = odd.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return "\"" + Bytes(escaped.joined(separator: Array("\\n".utf8))) + "\""
  }()

  private func check(_ run: Sandbox.Run, _ running: Sandbox.Running, _ place: String) {
    for file in [running.output, running.diagnostics] {
      let bytes = readFile(file)?.bytes ?? []
      let raw = bytes.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0xFF }
      #expect(!raw, "\(place): \(run.diagnostics.debugDescription)")
      let text = String(decoding: bytes, as: UTF8.self)
      let controls = text.unicodeScalars.filter {
        (0x7F..<0xA0).contains($0.value) || [0x202E, 0x2066].contains($0.value)
      }
      #expect(controls.isEmpty, "\(place): \(text.debugDescription)")
      #expect(String(validating: bytes, as: UTF8.self) != nil, "\(place)")
      let lines = text.split(separator: "\n")
      #expect(!lines.contains { $0.hasPrefix("INJECTED") }, "\(place): \(text.debugDescription)")
    }
  }

  private func run(_ sandbox: Sandbox, _ arguments: [Bytes], _ place: String) throws -> Sandbox.Run
  {
    let running = try sandbox.start(arguments)
    let run = running.wait()
    check(run, running, place)
    return run
  }

  /// Schedfiles with something wrong in them, and the words of the command line.
  private static let errors: [(text: Bytes, arguments: [Bytes])] = [
    ("a: NAME\n    cp {{in}} {{out}}\n", []), ("NAME:\n    true\n", []),
    ("NAME:\n    exit 1\n", []),
    ("NAME: NAME\n    true\n", []), ("NAME b: c\n    true\nc: NAME\n    true\n", []),
    ("NAME:\n    true\nNAME:\n    true\n", []), ("a/:\n    true\na/NAME:\n    true\n", []),
    ("include NAME\n", []), ("subdir NAME\n", []), ("x = {{ lines(NAME) }}\n", []),
    ("x = {{ glob(NAME) }}{{ nope }}\n", []), ("x = {{ map(NAME, \"a\", \"b\") }}\n", []),
    ("param m = a | b\ntask t\n    true\n", ["m=" + odd]),
    ("default NAME\n", []), ("task t\n    true\n", [odd]), ("task t\n    true\n", ["--" + odd]),
    ("task t\n    true\n", ["-j" + odd]), ("task t\n    true\n", [odd + "=1"]),
    ("task t\n    true\n", ["-C", odd]), ("task t\n    true\n", ["-f", odd]),
    ("task t\n    true\n", ["why", odd]), ("task t\n    true\n", ["log", odd]),
    ("task t\n    true\n", ["fmt", odd]), ("task t\n    true\n", ["clean", odd]),
    ("task t\n    true\n", ["simulate", "--durations", odd]),
    ("a:\n    @depfile NAME\n    touch a\n", []), ("a:\n    @inputs-from NAME\n    touch a\n", []),
    ("a:\n    @pool NAME\n    touch a\n", []), ("a:\n    @mem NAME\n    touch a\n", []),
    ("a:\n    @env NAME=\n    touch a\n", []), ("a:\n    @shell NAME\n    touch a\n", []),
    ("x = NAME\na:\n    echo \"a {{x}}\"\n", []), ("NAMEx = 1 $(\n", []), ("@NAME x\n", []),
    ("a: b\n    @NAME\n    true\n", []), ("task t\n    @desc NAME\n    false\n", ["t"]),
    ("value v\n    printf '%s' NAME\n    exit 1\ntask t\n    echo {{v}}\n", ["t"]),
    ("x = NAME\ntask t\n    # {{ json(x) }}\n    exit 1\n", ["t"]),
    (
      "a:\n    touch a; printf 'a: \\033[31m\\007\\n' >a.d; printf '\\007' >&3\n    @depfile a.d\n",
      []
    ),
  ]

  @Test(arguments: errors.indices)
  func `an error that holds odd bytes prints none of them`(_ index: Int) throws {
    let (text, arguments) = Self.errors[index]
    let schedfile = Bytes(text.bytes.replacing(Array("NAME".utf8), with: Self.word.bytes))
    for more in [[], ["--serial", "-v", "--why"]] as [[Bytes]] {
      let isCommand = ["why", "log", "fmt", "clean", "simulate"].contains(arguments.first)
      _ = try run(Sandbox(schedfile), isCommand ? arguments : more + arguments, "\(text)")
    }
  }

  @Test func `commands and progress show odd names without their bytes`() throws {
    let text: Bytes =
      "x = NAME\nout/NAME: NAME\n    @desc NAME\n    cp {{in}} {{out}}\nparam p = NAME\n"
      + "task t: out/NAME\n    @desc NAME\n    true\n"
    let sandbox = Sandbox(
      Bytes(text.bytes.replacing(Array("NAME".utf8), with: Self.word.bytes)),
      files: [Self.odd: "1"])
    for arguments in [
      ["-n", "-v"], ["why"], ["list"], ["build", "-v", "--why"], ["build", "--serial", "-v", "t"],
      ["log"], ["log", "out/" + Self.odd], ["why"], ["why", "t"], ["simulate"], ["clean", "-n"],
      ["fmt", "--check"], ["check"],
    ] as [[Bytes]] {
      let result = try run(sandbox, arguments, "\(arguments)")
      #expect(
        [.exited(0), .exited(1)].contains(result.status), "\(arguments) \(result.diagnostics)")
    }
    sandbox.write(Self.odd, "2")
    _ = try run(sandbox, ["why"], "why")
    sandbox.write("out/" + Self.odd, "edited")
    _ = try run(sandbox, ["build", "--why"], "build")
    _ = try run(sandbox, ["clean"], "clean")
  }

  @Test func `what a recipe prints passes as it is`() throws {
    let result = try Sandbox("task t\n    printf '\\033[31mred\\007\\n'\n").sched("--serial", "t")
    #expect(result.output == "\u{1B}[31mred\u{7}\n")
  }

  @Test func `notes of other ranks are printable`() throws {
    let text: Bytes = "out/NAME: NAME\n    cp {{in}} {{out}}; exit 3\n"
    let sandbox = Sandbox(
      Bytes(text.bytes.replacing(Array("NAME".utf8), with: Self.word.bytes)),
      files: [Self.odd: "1"])
    sandbox.write("out/" + Self.odd, "made by hand")
    let result = try sandbox.mpirun(ranks: 3, "--mpi", "-v")
    #expect(!result.diagnostics.unicodeScalars.contains { $0 == "\u{7}" || $0 == "\u{202E}" })
    #expect(!result.diagnostics.split(separator: "\n").contains { $0.hasPrefix("INJECTED") })
  }
}
