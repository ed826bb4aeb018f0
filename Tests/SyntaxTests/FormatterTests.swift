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

  @Test func `what cannot be read is not formatted`() {
    let (bytes, errors) = format(Array("if a\n x = 1\n".utf8))
    #expect(bytes == nil && errors.count == 1)
  }
}
