import SchedBase
import SchedSyntax
import Testing

/// What the formatter changes, and what it leaves.
struct FormatterTests {
  private func formatted(_ text: String) throws -> String {
    let (bytes, errors) = format(Array(text.utf8))
    #expect(errors == [])
    return String(decoding: try #require(bytes), as: UTF8.self)
  }

  @Test func `statements are indented by four spaces a step`() throws {
    let text = """
      if a == b
        x = 1
        for f in x
         y += {{f}}
        end
      else if c
      z = 2
      end

      """
    #expect(
      try formatted(text) == """
        if a == b
            x = 1
            for f in x
                y += {{f}}
            end
        else if c
            z = 2
        end

        """)
  }

  @Test func `attributes of a recipe are aligned`() throws {
    #expect(
      try formatted("out: in\n  @desc  Making {{out}}\n  @keep\n  @depfile x.d\n  cp in out\n")
        == """
        out: in
            @desc    Making {{out}}
            @keep
            @depfile x.d
            cp in out

        """)
  }

  @Test func `scripts and comments stay as they are`() throws {
    let text = """
      # a   comment  
      out: in
          first
            deeper   \t

          # the shell's
          last

      """
    #expect(
      try formatted(text) == """
        # a   comment
        out: in
            first
              deeper   \t

            # the shell's
            last

        """)
  }

  @Test func `one blank line at most stands between blocks`() throws {
    #expect(try formatted("\n\na = 1\n\n\n\nb = 2\n\n") == "a = 1\n\nb = 2\n")
  }

  @Test func `more words and joined lines are indented below their statement`() throws {
    #expect(try formatted("a = b\n  c\nd = e \\\n f\n") == "a = b\n    c\nd = e \\\n    f\n")
  }

  @Test func `a comment to the left of a recipe that looks like an interpreter stays there`() throws
  {
    #expect(
      try formatted("a: b\n#!/bin/x\n  @keep\n  y\n") == "a: b\n#!/bin/x\n    @keep\n    y\n")
  }

  @Test(arguments: ["\n\u{FEFF}a = b\n", "\u{FEFF}\u{FEFF}a = b\n"])
  func `a mark that is no byte-order mark does not become one`(_ text: String) throws {
    let once = try formatted(text)
    #expect(meaning(once) == meaning(text))
    #expect(try formatted(once) == once)
  }

  @Test func `a carriage return in a line does not become its end`() throws {
    let text = "a = b\r \n"
    #expect(try formatted(text) == text)
  }

  @Test(arguments: [
    "a: b\n    x\r\r\n    y\n", "a: b\n    x\r\r\n", "a: b\n    x\r\r\r\n\n    y\n",
  ])
  func `a script line that ends in a carriage return keeps it`(_ text: String) throws {
    #expect(try formatted(text) == text)
    #expect(try meaning(formatted(text)) == meaning(text))
  }

  @Test func `line ends become LF, outside scripts and in them`() throws {
    #expect(try formatted("a: b\r\n  x\r\n\r\n  y\r\n") == "a: b\n    x\n\n    y\n")
  }

  @Test func `what cannot be read is not formatted`() {
    let (bytes, errors) = format(Array("if a\n x = 1\n".utf8))
    #expect(bytes == nil && errors.count == 1)
  }
}
