import SchedBase

/// The texts of `--help`; docs/command-line.md holds the same.
enum Help {
  /// What `--version` or `--help` asks for; nil where neither is given.
  static func answer(to invocation: Invocation) -> String? {
    if invocation.has(.version) { return "sched \(Version.text)\n" }
    guard invocation.has(.help) else { return nil }
    return invocation.namesCommand ? text(of: invocation.command) : overview
  }

  /// Without a command: what there is.
  static var overview: String {
    var help = """
      sched - brings files up to date

      usage: sched [build] \(Command.build.operands)
             sched COMMAND [OPTION...] ...

      commands:

      """
    for command in Command.allCases {
      help += row("  \(command)", command.summary, column: 12)
    }
    return help + """

      'sched COMMAND --help' shows a command's options and examples; 'sched --version' the version.
      A task of the Schedfile comes before the command of its name: 'sched :NAME' is always the
      command, 'sched build NAME' always the target.

      """
  }

  static func text(of command: Command) -> String {
    let word = command == .build ? "[build]" : "\(command)"
    var help = "usage: sched \(word) \(command.operands)\n\n\(command.explanation)\n\noptions:\n"
    for option in command.options {
      help += row("  \(option.spelling)", option.meaning, column: 26)
    }
    help += "\nexamples:\n"
    for (example, meaning) in command.examples { help += row("  \(example)", meaning, column: 42) }
    return help
  }

  /// Two columns; on two lines where the first is too wide.
  private static func row(_ left: String, _ right: String, column: Int) -> String {
    let gap = column - left.count
    return gap >= 2
      ? left + String(repeating: " ", count: gap) + right + "\n"
      : left + "\n" + String(repeating: " ", count: column) + right + "\n"
  }
}
