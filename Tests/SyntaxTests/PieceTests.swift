import SchedBase
import SchedSyntax
import Testing

/// A long text is read as several trees.
struct PieceTests {
  private static let text = """
    x = a b
        c

    if x == "a"
        y = 1
    else
        y = 2
    end
    %.o: %.c
        @depfile {{stem}}.d
        cc -c {{in}} -o {{out}}

    for d in {{x}}
        {{d}}.a: {{d}}.o
            ar {{out}} {{in}}
    end
    # the end
    task all: a.a
    default all

    """

  @Test(arguments: [1, 7, 30, 100, 1000])
  func `pieces together say what the whole says`(_ length: Int) {
    let bytes = Array(Self.text.utf8)
    var pieces: [String] = []
    let errors = parse(bytes, file: SourceFileID(0), inPiecesOf: length) {
      pieces.append(meaning($0))
    }
    #expect(errors == [])
    #expect(pieces.joined() == meaning(Self.text))
    #expect(length > bytes.count ? pieces.count == 1 : pieces.count > 1)
  }

  @Test(arguments: [1, 7, 30, 1000])
  func `errors of all pieces are told, and only trees before the first are given`(_ length: Int) {
    for extra in ["end\n", "\n  y = 1\n", "x := 1\n", "if x\n", "a: 'b\n", "\0"] {
      let bytes = Array((Self.text + extra + "a:b\n" + Self.text).utf8)
      var given = ""
      let errors = parse(bytes, file: SourceFileID(0), inPiecesOf: length) { given += meaning($0) }
      #expect(errors == parse(bytes, file: SourceFileID(0)).errors)
      #expect(!errors.isEmpty)
      #expect(meaning(Self.text).hasPrefix(given))
    }
  }
}
