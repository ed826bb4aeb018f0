import SchedBase
import SchedSyntax
import Testing

/// A script that reads as the one before it is read once.
struct RepeatedScriptTests {
  private func targets(_ text: String) -> [Target] {
    let (tree, errors) = parse(Array(text.utf8), file: SourceFileID(0))
    #expect(errors == [])
    return tree.statements.compactMap { if case .target(let target) = $0 { target } else { nil } }
  }

  @Test func `equal scripts are one, and each tells where it stands`() throws {
    let text = "a: b\n    @depfile a.d\n    cc {{in}}\n\n    ld\n\nc: d\n    cc {{in}}\n\n    ld\n"
    let recipes = try targets(text).map { try #require($0.recipe) }
    #expect(recipes.count == 2)
    #expect(recipes[0].script === recipes[1].script)
    #expect(recipes[0].shift == 0 && recipes[0].attributes.count == 1)
    #expect(recipes[1].attributes.isEmpty)
    let first = try #require(recipes[0].script?.text.span)
    let place = first.range.lowerBound + Int(recipes[1].shift)
    #expect(Array(text.utf8)[place...].starts(with: "cc {{in}}\n\n    ld\n".utf8))
    #expect(place > first.range.upperBound)
  }

  @Test(arguments: [
    "c: d\n    cc {{in}}\n    lx\n", "c: d\n    cc {{in}}\n",
    "c: d\n    cc {{in}}\n    ld\n    x\n",
    "c: d\n     cc {{in}}\n     ld\n", "if x\n  c: d\n    cc {{in}}\n    ld\nend\n",
  ])
  func `a script that reads otherwise is another`(_ other: String) {
    let text = "a: b\n    cc {{in}}\n    ld\n"
    let (tree, errors) = parse(Array((text + other).utf8), file: SourceFileID(0))
    #expect(errors == [])
    #expect(meaning(tree) == meaning(text) + meaning(other))
  }

  @Test func `errors in a script that repeats are told each time`() {
    let text = "a: b\n    echo {{\n"
    let errors = parse(Array((text + text).utf8), file: SourceFileID(0)).errors
    #expect(errors.count == 2 && errors.first != errors.last)
  }
}
