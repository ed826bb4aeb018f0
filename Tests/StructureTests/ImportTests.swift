import Foundation
import Testing

/// The package's directory.
let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// A row of the table of modules in docs/design.md.
struct ModuleRow: CustomTestStringConvertible {
  var name: String
  var mayImport: Set<String>

  var testDescription: String { name }

  /// All rows: the lines of four cells whose first names a module of ours.
  static func all() throws -> [ModuleRow] {
    let page = try String(contentsOf: root.appending(path: "docs/design.md"), encoding: .utf8)
    return page.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard line.hasPrefix("| Sched"), cells.count == 4 else { return nil }
      let allowed = cells[3].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      return ModuleRow(name: cells[0], mayImport: Set(allowed))
    }
  }
}

/// The Swift files of a module.
func sources(of module: String) throws -> [URL] {
  let directory = root.appending(path: "Sources/\(module)")
  let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
  return try #require(files).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
}

/// The modules that a file imports, whatever stands before or after the word `import`.
func imports(of file: URL) throws -> Set<String> {
  let text = try String(contentsOf: file, encoding: .utf8)
  let pattern =
    #/
    ^ (?: @\w+ \ + )* (?: \w+ \ + )?
    import \ +
    (?: (?: struct | class | enum | protocol | func | let | var | typealias ) \ + )?
    (\w+)
    /#.anchorsMatchLineEndings()
  return Set(text.matches(of: pattern).map { String($0.output.1) })
}

@Test(arguments: try ModuleRow.all())
func `a module imports what the design lists for it, and nothing else`(_ module: ModuleRow) throws {
  let files = try sources(of: module.name)
  #expect(!files.isEmpty)
  for file in files {
    let foreign = try imports(of: file).subtracting(module.mayImport)
    #expect(foreign.isEmpty, "\(module.name)/\(file.lastPathComponent)")
  }
}

@Test func `every module of the sources stands in the design`() throws {
  let directories = try FileManager.default.contentsOfDirectory(
    at: root.appending(path: "Sources"), includingPropertiesForKeys: nil)
  let modules = directories.map(\.lastPathComponent).filter { $0.hasPrefix("Sched") }
  let listed = try Set(ModuleRow.all().map(\.name))
  #expect(Set(modules) == listed)
}

@Test func `no module below the command line and the library imports Foundation`() throws {
  for module in try ModuleRow.all() where module.name != "Sched" {
    for name in ["Foundation", "FoundationEssentials"] {
      #expect(!module.mayImport.contains(name), "\(module.name)")
    }
  }
}
