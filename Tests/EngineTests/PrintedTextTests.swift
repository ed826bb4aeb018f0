import SchedEngine
import Testing

@Suite struct PrintedTextTests {
  private func text(_ pieces: [(String, PrintedText.Stream)]) -> PrintedText {
    var text = PrintedText()
    for (piece, stream) in pieces {
      Array(piece.utf8).withUnsafeBytes { text.append($0, stream) }
    }
    return text
  }

  private func pieces(_ text: PrintedText) -> [String] {
    var pieces: [String] = []
    text.forEachPiece { stream, bytes in
      pieces.append((stream == .output ? ">" : "!") + String(decoding: bytes, as: UTF8.self))
    }
    return pieces
  }

  @Test func `pieces keep their order and their stream, and those of one stream are joined`() {
    let text = text([
      ("a", .output), ("b", .output), ("c", .error), ("", .output), ("d", .error), ("e", .output),
    ])
    #expect(pieces(text) == [">ab", "!cd", ">e"])
    #expect(text.bytes == Array("abcde".utf8))
  }

  @Test func `nothing printed is no piece`() {
    #expect(pieces(text([("", .error)])) == [])
    #expect(text([]).isEmpty)
  }
}
