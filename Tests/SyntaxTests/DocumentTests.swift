import Foundation
import SchedBase
import SchedSyntax
import Testing

/// A Schedfile that users read: a block of a page, or a whole file.
struct ShownSchedfile: CustomTestStringConvertible {
  /// The file, and for a block the line that it begins after.
  var place: String
  var text: String

  var testDescription: String { place }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The blocks marked `schedfile` in the README and in docs.
  static func blocks() throws -> [ShownSchedfile] {
    let docs = try FileManager.default.contentsOfDirectory(
      at: root.appending(path: "docs"), includingPropertiesForKeys: nil)
    let pages = docs.filter { $0.pathExtension == "md" } + [root.appending(path: "README.md")]
    return try pages.flatMap { page in
      var found: [ShownSchedfile] = []
      var block: ShownSchedfile?
      let text = try String(contentsOf: page, encoding: .utf8)
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        if line == "```schedfile" {
          block = ShownSchedfile(place: "\(page.lastPathComponent):\(number + 1)", text: "")
        } else if line == "```" {
          if let block { found.append(block) }
          block = nil
        } else {
          block?.text += line + "\n"
        }
      }
      return found
    }
  }

  /// The Schedfiles of the repository.
  static func files() throws -> [ShownSchedfile] {
    try ["Schedfile", "Schedfile.example", "Examples/lua/Schedfile", "Examples/zlib/Schedfile"].map
    {
      let file = root.appending(path: $0)
      return ShownSchedfile(place: $0, text: try String(contentsOf: file, encoding: .utf8))
    }
  }
}

@Test(arguments: try ShownSchedfile.blocks() + ShownSchedfile.files())
func `what users are shown parses`(_ shown: ShownSchedfile) {
  var sources = SourceMap()
  let bytes = Array(shown.text.utf8)
  let file = sources.add(name: shown.place, bytes: bytes)
  let renderer = DiagnosticRenderer(sources)
  for error in parse(bytes, file: file).errors {
    Issue.record("\(String(decoding: renderer.render(error.diagnostic(in: file)), as: UTF8.self))")
  }
}

@Test func `the pages have blocks to parse`() throws {
  #expect(try ShownSchedfile.blocks().count > 0)
}
