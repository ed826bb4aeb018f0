import Testing

@testable import SchedCLI

@Suite struct HelpTests {
  @Test(arguments: Command.allCases)
  func `the help of a command names its options and gives examples that parse`(_ command: Command)
    throws
  {
    let help = Help.text(of: command)
    for option in command.options { #expect(help.contains(option.spelling)) }
    #expect(!command.examples.isEmpty)
    for (example, _) in command.examples {
      #expect(help.contains(example))
      let words = example.split(separator: " ").drop { $0 != "sched" }.dropFirst()
      #expect(try CommandLineParser.parse(words.map { Array($0.utf8) }).command == command)
    }
  }

  @Test func `no line of the help is wider than a page`() {
    for help in [Help.overview] + Command.allCases.map(Help.text(of:)) {
      for line in help.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }
  }

  @Test func `the overview names each command`() {
    for command in Command.allCases { #expect(Help.overview.contains("\n  \(command) ")) }
  }
}
