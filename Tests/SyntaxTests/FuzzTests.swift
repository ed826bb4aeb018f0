import TestSupport
import SchedBase
import SchedSyntax
import Testing

/// No bytes make the parser trap or point outside the file; formatting is stable and keeps the
/// meaning.
///
/// The seed is in each message: `SplitMix(seed:)` makes the same file again.
struct FuzzTests {
  private static let files = 2_000

  @Test func `random bytes are read without harm`() {
    for seed in 0..<Self.files {
      var generator = SplitMix(seed: UInt64(seed))
      let count = Int.random(in: 0...200, using: &generator)
      check((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }, seed)
    }
  }

  @Test func `random pieces of the language are read without harm`() {
    for seed in 0..<Self.files {
      var generator = SplitMix(seed: UInt64(seed))
      let count = Int.random(in: 1...60, using: &generator)
      let pieces = (0..<count).map { _ in Self.pieces.randomElement(using: &generator)! }
      check(Array(pieces.joined().utf8), seed)
    }
  }

  @Test func `random changes of a good file are read without harm`() {
    for seed in 0..<Self.files {
      var generator = SplitMix(seed: UInt64(seed))
      var bytes = Array(Self.example.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &generator) { change(&bytes, &generator) }
      check(bytes, seed)
    }
  }

  @Test func `random good files keep their meaning`() {
    for seed in 0..<Self.files {
      var file = GoodFile(seed: UInt64(seed))
      let text = file.make()
      #expect(messages(text) == "", "seed \(seed): \(text.debugDescription)")
      check(Array(text.utf8), seed)
    }
  }

  @Test func `the example itself is good`() {
    #expect(messages(Self.example) == "")
  }

  private func change(_ bytes: inout [UInt8], _ generator: inout SplitMix) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: bytes.remove(at: place)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 2: bytes.insert(contentsOf: Self.pieces.randomElement(using: &generator)!.utf8, at: place)
    case 3: bytes.removeLast(bytes.count - place)
    default:
      let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
      let run = Array(bytes[place..<end])
      bytes.insert(contentsOf: run, at: Int.random(in: 0...bytes.count, using: &generator))
    }
  }

  /// Everything that must hold of any bytes.
  private func check(_ bytes: [UInt8], _ seed: Int) {
    var sources = SourceMap()
    let file = sources.add(name: "Schedfile", bytes: bytes)
    let (tree, errors) = parse(bytes, file: file)
    #expect(errors.count <= 20, "seed \(seed)")
    let renderer = DiagnosticRenderer(sources)
    var last: UInt32 = 0
    for error in errors {
      let diagnostic = error.diagnostic(in: file)
      let range = diagnostic.range!
      #expect(range.lower <= range.upper && range.upper <= UInt32(bytes.count), "seed \(seed)")
      last = max(last, range.lower)
      _ = renderer.render(diagnostic)
    }
    // Every range of the tree is used; a wrong one traps.
    let before = meaning(tree)
    let (formatted, formatErrors) = format(bytes)
    #expect(formatErrors == errors, "seed \(seed)")
    #expect((formatted == nil) == !errors.isEmpty, "seed \(seed)")
    guard let formatted else { return }
    let (after, errorsAfter) = parse(formatted, file: file)
    #expect(errorsAfter == [], "seed \(seed): \(show(bytes)) became \(show(formatted))")
    #expect(
      withoutCarriageReturns(meaning(after)) == withoutCarriageReturns(before),
      "seed \(seed): \(show(bytes)) became \(show(formatted))")
    #expect(
      format(formatted).formatted == formatted, "seed \(seed): \(show(bytes)) is not stable")
  }

  /// Formatting turns the ends of lines into LF, as the evaluator does with those of a script.
  private func withoutCarriageReturns(_ text: String) -> String {
    text.split(separator: #"\r\n"#, omittingEmptySubsequences: false).joined(separator: #"\n"#)
  }

  private func show(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).debugDescription
  }

  private static let pieces = [
    "\n", "\n", "\n", "\n    ", "\n  ", "\n\t", "\n\n", "\r\n", " ", "  ", "\t", "\\\n", "\\",
    "if a\n", "else\n", "else if b\n", "end\n", "for f in a b\n", "for ", "in ", "not ", "and ",
    "or ", "== ", "!= ", "(", ")", "[", "]", "[0]", "[-1]", ",", "{{", "}}", "{{ a }}", "{",
    "}", "\\{{", "{{ glob(\"*.c\") }}", "\"", "'", "\"{{x}}\"", "'{{x}}'", "\\n", "#", "# c\n",
    "#!", "#!/bin/sh\n", "a", "b c", "a = b\n", "a += ", "?= ", ":", ": ", "a: b\n    touch a\n",
    "%.o: %.c\n    cc\n", "task t\n", "task t:", "value v\n    echo 1\n", "param p = a | b\n",
    "default ", "include ", "include? ", "subdir x\n", "pool p = 1\n", "@desc ", "@env A=b\n",
    "@uses ", "@", "$", "$(CC)", "$x", "|", "<<EOF\n", "EOF\n", "`", "$(", "é", "\u{FEFF}", "%",
  ]

  private static let example = #"""
    # A file with some of everything.
    cc     = {{ env("CC", "cc") }}
    srcs  ?= {{ glob("src/*.c", 'lib/*.c') }}
        more words   # and a comment
        "quoted \"x\" {{cc}}" 'single {{'
    srcs  += a \
        b

    param mode = debug | release
    pool link = 2
    default app
    include? local.sched
    subdir lib
    @env PATH

    if mode == "release" and not (cc in "gcc clang" or srcs[0] != 'x')
        flags = -O2
        if a
          flags += -I{{dirs}}/{{x[-1]}}
        end
    else if mode not in "debug"
        flags = -g
    else
        flags =
    end

    for f in {{srcs}} x
    {{f}}.o: {{f}}
        cc {{f}}
    end

    app: a.o b.o lib/
        @desc    LINK {{out}}
        @depfile app.d
        @env A={{cc}} b
        # a comment

        @keep
        {{cc}} -o "{{out}}" '{{in}}' "x {{in}} y"
          deeper \{{ here

    # a comment to the left
        cat > x <<EOF
        it's {{in}}
        EOF

    %.o: %.c 'a%b'
        cc -c {{in}} -o {{out}}

    task test-{{arch}}: app
        @when changed

    task run
        #!/usr/bin/env python3
        print({{ json(args) }})

    value revision
        git describe

    """#
}
