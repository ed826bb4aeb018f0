import Foundation
import Testing

/// Text reaches the terminal through one door, which makes it printable.
struct TerminalTests {
  private func files(with text: String) throws -> Set<String> {
    var found: Set<String> = []
    for row in try ModuleRow.all() {
      for file in try sources(of: row.name)
      where try String(contentsOf: file, encoding: .utf8).contains(text) {
        found.insert(file.lastPathComponent)
      }
    }
    return found
  }

  @Test func `only the door writes to the standard streams`() throws {
    #expect(
      try files(with: "Terminal.write(") == [
        "Streams.swift",
        // To a socket, and a line that is made printable there.
        "StreamSocket.swift", "Launcher.swift",
      ])
  }

  @Test func `bytes pass as they are only where they are what recipes printed`() throws {
    let doors = ["output.pass(", "diagnostics.pass(", "(of: stream).pass(", ").pass(Array(bytes))"]
    let found = try doors.reduce(into: Set<String>()) { $0.formUnion(try files(with: $1)) }
    #expect(found == ["Console.swift", "LogCommand.swift"])
  }
}
