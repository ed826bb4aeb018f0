import SchedBase

/// What is wrong with a command line.
///
/// Spellings are those that the user typed.
enum UsageError: Error, Equatable {
  case unknownOption(String)
  case missingValue(String, Option)
  case takesNoValue(String)
  case notANumber(String, [UInt8], atLeast: Int)
  case notAChoice(String, [UInt8], [String])
  case optionOfOtherCommand(String, Option, Command)
  case unexpectedWord([UInt8], Command)
  /// `NAME=VALUE` for a command that evaluates nothing.
  case unexpectedSetting([UInt8], Command)
  /// Words after `--` for a command that hands on nothing.
  case unexpectedArguments([UInt8], Command)
  /// A target or file that is an empty word.
  case emptyWord(Command)
  /// A first word with a colon that is not a command.
  case unknownCommand([UInt8])
  /// A target for `clean --orphans` or `clean --replaced`.
  case targetOfAll(Option, [UInt8])
  case expectedWord(Command, String)
  case contradiction(String, String)
  case slotsWithoutMPI
  case slotsWithoutRanks
  case latencyWaitWithoutMPI
}

extension UsageError {
  var diagnostic: Diagnostic {
    switch self {
    case .unknownOption(let spelling):
      .error("unknown option '\(spelling)'", hint: hint(for: spelling))
    case .missingValue(let spelling, let option):
      .error("expected \(option.expected) after '\(spelling)'")
    case .takesNoValue(let spelling): .error("'\(spelling)' takes no value")
    case .notANumber(let spelling, let found, let least):
      .error(
        "expected a number from \(least)\(Self.limit(of: found)) after '\(spelling)', "
          + "found '\(text(found))'",
        hint: spelling == "-k" ? "'-k0' goes on after any number of failures" : nil)
    case .notAChoice(let spelling, let found, let choices):
      .error(
        "expected \(choices.listed) after '\(spelling)', found '\(text(found))'",
        hint: nearestName(to: text(found), among: choices).map { "did you mean '\($0)'?" })
    case .optionOfOtherCommand(let spelling, let option, let command):
      .error(
        "'sched \(command)' has no option '\(spelling)'",
        hint: "it is an option of \(option.commands.map { "'\($0)'" }.listed)")
    case .unexpectedWord(let word, let command):
      .error(
        "'sched \(command)' takes no target, found '\(text(word))'",
        hint: "'sched build \(command)' builds a target of that name")
    case .expectedWord(let command, let what): .error("expected \(what) after 'sched \(command)'")
    case .unexpectedSetting(let word, let command):
      .error(
        "'sched \(command)' sets nothing, found '\(text(word))'",
        hint: "'./\(text(word))' is a file of that name")
    case .unexpectedArguments(let word, let command):
      .error("'sched \(command)' hands on no words after '--', found '\(text(word))'")
    case .targetOfAll(let option, let word):
      .error("'\(option.name)' takes no target, found '\(text(word))'")
    case .emptyWord(let command):
      .error("expected \(command == .fmt ? "a file" : "a target"), found an empty word")
    case .unknownCommand(let word):
      .error(
        "unknown command '\(text(word))'",
        hint: nearestName(
          to: String(text(word).dropFirst()), among: Command.allCases.map(\.rawValue)
        ).map { "did you mean ':\($0)'?" }
          ?? "'sched build \(text(word))' builds a target of that name")
    case .contradiction(let first, let second):
      .error("'\(first)' and '\(second)' exclude each other")
    case .slotsWithoutMPI:
      .error("'--slots' is for the ranks of an MPI job", hint: "'--mpi', or '-j N' without MPI")
    case .slotsWithoutRanks:
      .error("'--slots' is for ranks", hint: "add '--ranks N'")
    case .latencyWaitWithoutMPI:
      .error("'--latency-wait' is for the ranks of an MPI job", hint: "add '--mpi'")
    }
  }

  /// A number that is refused for its size is told how large it may be.
  private static func limit(of found: [UInt8]) -> String {
    let isNumber = !found.isEmpty && found.allSatisfy { (0x30...0x39).contains($0) }
    let isTooLarge = isNumber && (Int(text(found)) ?? Int.max) > Int(Int32.max)
    return isTooLarge ? " to \(Int32.max)" : ""
  }

  private func hint(for spelling: String) -> String? {
    let long = Option.allCases.map { "--\($0.long)" }
    return nearestName(to: spelling, among: long).map { "did you mean '\($0)'?" }
  }
}

extension Option {
  /// What must follow it, in words.
  fileprivate var expected: String {
    switch self {
    case .jobs, .keepGoing: "a number"
    case .latencyWait: "a number of seconds"
    case .slots: "a number or 'auto'"
    case .color: ColorChoice.allCases.map(\.rawValue).listed
    case .file: "a file"
    case .directory: "a directory"
    default: "nothing"
    }
  }

  /// The commands that have it.
  var commands: [Command] { Command.allCases.filter { $0.options.contains(self) } }
}

extension [String] {
  /// `a`, `a or b`, `a, b or c`.
  var listed: String {
    guard count > 1, let last else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " or " + last
  }
}
