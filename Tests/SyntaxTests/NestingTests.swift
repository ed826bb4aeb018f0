import SchedBase
import SchedSyntax
import Testing

/// What is read by recursion has an end, whatever a file holds.
struct NestingTests {
  private func isTooDeep(_ text: String) -> Bool {
    let errors = parse(Array(text.utf8), file: SourceFileID(0)).errors
    return errors.count == 1
      && errors[0].diagnostic(in: SourceFileID(0)).message == "nested too deep"
  }

  private func times(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  @Test func `a hundred blocks in one another are read, more are an error`() {
    #expect(messages(times("if a\n", 100) + times("end\n", 100)) == "")
    #expect(isTooDeep(times("if a\n", 2_000)))
    #expect(isTooDeep(times("for a in b\n", 101) + times("end\n", 101)))
  }

  @Test(arguments: ["f(", "\"{{", "g(h, "])
  func `expressions in one another end somewhere`(_ piece: String) {
    #expect(isTooDeep("a = {{" + times(piece, 2_000) + "\n"))
    #expect(isTooDeep("a:\n  {{" + times(piece, 2_000) + "\n"))
  }

  @Test(arguments: ["(", "not ", "a or ", "a and "])
  func `a condition ends somewhere`(_ piece: String) {
    #expect(isTooDeep("if " + times(piece, 2_000) + "a\nend\n"))
  }

  @Test func `long lines of words are no matter of depth`() {
    #expect(messages("a = " + times("b{{c}} ", 20_000) + "\n") == "")
  }
}
