import Foundation
import Testing

@testable import SchedCLI

@Suite struct CommandLinePageTests {
  private static let page = try? String(
    contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/command-line.md"), encoding: .utf8)

  @Test func `the page holds the overview as it is printed`() throws {
    #expect(try #require(Self.page).contains("```text\n\(Help.overview)```\n"))
  }

  @Test(arguments: Command.allCases)
  func `the page holds the help of each command as it is printed`(_ command: Command) throws {
    #expect(try #require(Self.page).contains("```text\n\(Help.text(of: command))```\n"))
  }
}
