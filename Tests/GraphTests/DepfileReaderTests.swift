import SchedGraph
import Testing

/// The prerequisites that the reader finds in `text`.
func prerequisites(_ text: String) throws(DepfileError) -> [String] {
  try prerequisites(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
}

func prerequisites(_ bytes: [UInt8]) throws(DepfileError) -> [[UInt8]] {
  var names: [[UInt8]] = []
  try DepfileReader.forEachPrerequisite(in: bytes) { names.append(Array($0)) }
  return names
}

@Suite struct DepfileReaderTests {
  @Test(arguments: [
    ("", []),
    ("\n\n", []),
    ("a.o: a.c a.h\n", ["a.c", "a.h"]),
    ("a.o: a.c", ["a.c"]),
    ("a.o:\ta.c\t a.h ", ["a.c", "a.h"]),
    ("a.o:", []),
    ("a.o : a.c", ["a.c"]),
  ])
  func `the names after the colon are prerequisites`(_ text: String, _ names: [String]) throws {
    #expect(try prerequisites(text) == names)
  }

  @Test func `a backslash at the end of a line joins the next one`() throws {
    #expect(try prerequisites("a.o: a.c \\\n  a.h\\\n b.h\n") == ["a.c", "a.h", "b.h"])
    #expect(try prerequisites("a.o \\\n b.o: \\\n\\\n a.c\n") == ["a.c"])
    #expect(try prerequisites("a.o:\\\n a.c\n") == ["a.c"])
  }

  @Test func `lines may end with CRLF`() throws {
    #expect(try prerequisites("a.o: a.c \\\r\n a.h\r\nb.o: b.c\r\n") == ["a.c", "a.h", "b.c"])
    #expect(try prerequisites("a.o:\r\n") == [])
    #expect(try prerequisites("a.o: a\rb\n") == ["a\rb"])
  }

  @Test func `all rules count, whatever target they name`() throws {
    let text = "a.o b.o: a.c a.h\n\nc.o: a.c\n"
    #expect(try prerequisites(text) == ["a.c", "a.h", "a.c"])
  }

  @Test func `phony rules for headers add nothing`() throws {
    #expect(try prerequisites("a.o: a.c a.h\na.h:\n\nb.h:\n") == ["a.c", "a.h"])
  }

  @Test(arguments: [
    (#"o: a\ b"#, ["a b"]),
    (#"o: a\ "#, ["a "]),
    (#"o: \ a"#, [" a"]),
    (#"o: a\\\ b"#, [#"a\ b"#]),
    (#"o: a\\ b"#, [#"a\\"#, "b"]),
    (##"o: a\#b"##, ["a#b"]),
    (##"o: \#a \#\#"##, ["#a", "##"]),
    (#"o: a$$b $$"#, ["a$b", "$"]),
    (#"o: $HOME/x $(y)"#, ["$HOME/x", "$(y)"]),
    (#"o: a\b \c"#, [#"a\b"#, #"\c"#]),
    (#"o: a\:"#, ["a:"]),
    ("o: a\\\tb", ["a\tb"]),
    (##"o: x\ y$$z\#1 plain"##, ["x y$z#1", "plain"]),
  ])
  func `quoted characters are taken as compilers mean them`(_ text: String, _ names: [String])
    throws
  {
    #expect(try prerequisites(text) == names)
  }

  @Test(arguments: [
    ("c:/o/a.o: C:/src/a.c d:\\x\\y.h", ["C:/src/a.c", "d:\\x\\y.h"]),
    ("a\\:b: c", ["c"]),
    ("x:y: a:b", ["a:b"]),
  ])
  func `a colon inside a word belongs to the name`(_ text: String, _ names: [String]) throws {
    #expect(try prerequisites(text) == names)
  }

  @Test func `a comment goes to the end of the line`() throws {
    #expect(
      try prerequisites("# made by a tool\na: b # c\n# env-dep:HOME\nd: e#f") == ["b", "e#f"])
  }

  @Test func `bytes that are no UTF-8 stay as they are`() throws {
    #expect(try prerequisites(Array("a: ".utf8) + [0xFF, 0x80, 0x0A]) == [[0xFF, 0x80]])
  }

  @Test(arguments: [
    ("a b\n", DepfileError(.noColon, line: 1), "line 1: expected ':' after the target"),
    ("a: b\nc \\\n d\n", DepfileError(.noColon, line: 3), "line 3: expected ':' after the target"),
    (": b", DepfileError(.noTarget, line: 1), "line 1: expected a target before ':'"),
    (
      "a: b\nb: c d: e", DepfileError(.secondColon, line: 2),
      "line 2: expected end of line, found a second ':'"
    ),
    ("a: b\0", DepfileError(.nul, line: 1), "line 1: found a NUL byte"),
    ("#\0", DepfileError(.nul, line: 1), "line 1: found a NUL byte"),
    ("a: b \\", DepfileError(.endsAfterBackslash, line: 1), "line 1: the file ends after '\\'"),
  ])
  func `a text that is no list of rules is an error with its line`(
    _ text: String, _ error: DepfileError, _ message: String
  ) {
    #expect(throws: error) { try prerequisites(text) }
    #expect(error.description == message)
  }
}
