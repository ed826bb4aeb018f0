import SchedBase
import SchedSyntax
import Testing

/// The messages for a Schedfile, as a user sees them.
func messages(_ text: String) -> String { messages(Array(text.utf8)) }

func messages(_ bytes: [UInt8]) -> String {
  var sources = SourceMap()
  let file = sources.add(name: "Schedfile", bytes: bytes)
  let renderer = DiagnosticRenderer(sources)
  return parse(bytes, file: file).errors
    .map { String(decoding: renderer.render($0.diagnostic(in: file)), as: UTF8.self) }.joined()
}

/// What a Schedfile without errors says.
func meaning(
  _ text: String, sourceLocation: Testing.SourceLocation = #_sourceLocation
) -> String {
  let (tree, errors) = parse(Array(text.utf8), file: SourceFileID(0))
  #expect(errors == [], sourceLocation: sourceLocation)
  return meaning(tree)
}

/// A Schedfile that cannot be read, and all that is said of it.
struct WrongFile: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var message: String
  var testDescription: String { name }

  init(_ name: String, _ text: String, _ message: String) {
    self.name = name
    self.text = text
    self.message = message
  }
}
