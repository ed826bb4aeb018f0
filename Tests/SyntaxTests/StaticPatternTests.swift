import SchedBase
import SchedSyntax
import Testing

@Test func `a static pattern of Make is an error that says how it is written here`() {
  let text = "a.o b.o: %.o: %.c\n    cc -c {{in}}\n"
  var sources = SourceMap()
  let file = sources.add(name: "Schedfile", bytes: Array(text.utf8))
  let errors = parse(Array(text.utf8), file: file).errors
  let renderer = DiagnosticRenderer(sources)
  let messages = errors.map {
    String(decoding: renderer.render($0.diagnostic(in: file)), as: UTF8.self)
  }
  #expect(
    messages == [
      """
      Schedfile:1:13: error: a second ':' in this header
          1 | a.o b.o: %.o: %.c
            |             ^
            = hint: a rule '%.o: %.c' and 'default' with the list, or a 'for' loop

      """
    ])
}
