import Foundation
import Testing

/// The names of the targets in Package.swift, in order.
private func targets() throws -> [String] {
  let package = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
  let declaration =
    #/
    (?: (?: module | tests ) \( \s*
      | \. (?: target | executableTarget | testTarget | systemLibrary ) \( \s* name: \ )
    "(\w+)"
    /#
  return package.matches(of: declaration).map { String($0.output.1) }
}

@Suite struct TargetTests {
  @Test func `each target of the package is named in the design`() throws {
    let page = try String(contentsOf: root.appending(path: "docs/design.md"), encoding: .utf8)
    let words = Set(page.split { !$0.isLetter }.map(String.init))
    let targets = try targets()
    #expect(targets.count > 20)
    for target in targets { #expect(words.contains(target), "\(target)") }
  }

  @Test(arguments: ["Sources", "Tests"])
  func `each directory of sources is a target`(_ directory: String) throws {
    let path = root.appending(path: directory).path()
    // Patches, which no target compiles.
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0 != "Mutations" }
    #expect(Set(names).isSubset(of: try targets()))
  }

  @Test func `no two targets differ only in case`() throws {
    let targets = try targets()
    #expect(Set(targets.map { $0.lowercased() }).count == targets.count)
  }
}
