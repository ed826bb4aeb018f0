import SchedExecutors

/// Turns a command line into an `Invocation`.
///
/// Works on bytes: names of targets need not be UTF-8.
struct CommandLineParser {
  private var invocation = Invocation()
  private var words: [[UInt8]] = []
  /// Each option that was given, as it was written, in order.
  private var given: [(option: Option, spelling: String)] = []
  private var rest: ArraySlice<[UInt8]>
  private var jobsValue: [UInt8] = []
  private var takesNameForTask = false

  /// Reads the arguments, the program's name left out.
  ///
  /// Throws what is wrong first. `asTask`: the name of a command is the task of that name.
  static func parse(_ arguments: [[UInt8]], asTask: Bool = false) throws(UsageError) -> Invocation {
    var parser = CommandLineParser(rest: arguments[...])
    parser.takesNameForTask = asTask
    try parser.readAll()
    return parser.invocation
  }

  private init(rest: ArraySlice<[UInt8]>) { self.rest = rest }

  private mutating func readAll() throws(UsageError) {
    while let argument = rest.popFirst() {
      if argument == Array("--".utf8) {
        invocation.arguments = Array(rest)
        break
      }
      if argument.starts(with: "--".utf8) {
        try readLong(argument)
      } else if argument.first == UInt8(ascii: "-"), argument.count > 1 {
        try readShort(argument)
      } else if let setting = Self.setting(argument) {
        invocation.settings.append(setting)
      } else {
        words.append(argument)
      }
    }
    try takeCommand()
  }

  /// The first word decides the command, the command which options and words there may be.
  private mutating func takeCommand() throws(UsageError) {
    if let first = words.first { try takeCommand(namedBy: first) }
    invocation.targets = words
    if invocation.has(.help) || invocation.has(.version) { return }
    let command = invocation.command
    for (option, spelling) in given where !command.options.contains(option) {
      throw .optionOfOtherCommand(spelling, option, command)
    }
    if !command.takesWords, let word = words.first { throw .unexpectedWord(word, command) }
    if words.contains([]) { throw .emptyWord(command) }
    if command == .fmt, let setting = invocation.settings.first {
      throw .unexpectedSetting(setting.name + Array("=".utf8) + setting.value, command)
    }
    if command != .build, let word = invocation.arguments.first {
      throw .unexpectedArguments(word, command)
    }
    for option in [Option.orphans, .replaced] where invocation.has(option) {
      if let word = words.first { throw .targetOfAll(option, word) }
    }
    if let (first, second) = contradiction { throw .contradiction(first, second) }
    if command == .simulate {
      if invocation.slots != nil, invocation.ranks == nil { throw .slotsWithoutRanks }
      if invocation.slots == .auto {
        throw .notANumber("--slots", Array("auto".utf8), atLeast: 1)
      }
      return
    }
    if invocation.jobCounts.count > 1 { throw .notANumber("-j", jobsValue, atLeast: 1) }
    invocation.jobs = invocation.jobCounts.first
    if invocation.slots != nil, !invocation.has(.mpi) { throw .slotsWithoutMPI }
    if invocation.latencyWait != nil, !invocation.has(.mpi) { throw .latencyWaitWithoutMPI }
  }

  /// Takes the command that the first word names: with a colon always, and else unless it is a task's.
  ///
  /// Whether the Schedfile has such a task is known later. What follows `build` is always a target.
  private mutating func takeCommand(namedBy first: [UInt8]) throws(UsageError) {
    let isMarked = first.first == UInt8(ascii: ":")
    guard let command = Command(rawValue: text(isMarked ? Array(first.dropFirst()) : first)) else {
      if isMarked { throw .unknownCommand(first) }
      return
    }
    if takesNameForTask, !isMarked { return }
    invocation.command = command
    invocation.namesCommand = true
    words.removeFirst()
    invocation.mayBeTask = !isMarked && (command != .build || words.isEmpty)
  }

  /// Two options of which only one can be meant.
  private var contradiction: (String, String)? {
    let executors = given.filter { [.serial, .mpi, .jobs, .ranks].contains($0.option) }
    if let first = executors.first,
      let other = executors.first(where: { $0.option != first.option })
    {
      return (first.option.name, other.option.name)
    }
    return invocation.has(.orphans) && invocation.has(.replaced)
      ? (Option.orphans.name, Option.replaced.name) : nil
  }

  // MARK: Options

  private mutating func readLong(_ argument: [UInt8]) throws(UsageError) {
    let body = argument.dropFirst(2)
    let name = body.prefix { $0 != UInt8(ascii: "=") }
    let spelling = "--" + text(name)
    guard let option = Option.named(text(name)) else { throw .unknownOption(spelling) }
    let joined = name.endIndex < body.endIndex ? Array(body[(name.endIndex + 1)...]) : nil
    if option.value == nil {
      guard joined == nil else { throw .takesNoValue(spelling) }
      return take(option, spelling)
    }
    try take(option, spelling, value(joined, option, spelling))
  }

  /// `-n`, `-nB`, `-j4`, `-nj4`, `-j 4`.
  private mutating func readShort(_ argument: [UInt8]) throws(UsageError) {
    var letters = argument.dropFirst()
    while let byte = letters.popFirst() {
      let letter = Character(Unicode.Scalar(byte))
      let spelling = "-\(letter)"
      guard byte < 0x80, let option = Option.named(letter) else {
        throw .unknownOption(byte < 0x80 ? spelling : text(argument))
      }
      guard option.value != nil else {
        take(option, spelling)
        continue
      }
      let joined = letters.isEmpty ? nil : Array(letters)
      return try take(option, spelling, value(joined, option, spelling))
    }
  }

  /// What stands in the same word, or the next one.
  private mutating func value(_ joined: [UInt8]?, _ option: Option, _ spelling: String)
    throws(UsageError) -> [UInt8]
  {
    guard let value = joined ?? rest.popFirst() else { throw .missingValue(spelling, option) }
    return value
  }

  private mutating func take(_ option: Option, _ spelling: String) {
    given.append((option, spelling))
    invocation.flags.insert(option)
  }

  private mutating func take(_ option: Option, _ spelling: String, _ value: [UInt8])
    throws(UsageError)
  {
    given.append((option, spelling))
    switch option {
    case .jobs:
      // Which command it is of is known at the end.
      invocation.jobCounts = []
      for part in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        guard let count = try? number(Array(part), atLeast: 1, spelling) else {
          throw .notANumber(spelling, value, atLeast: 1)
        }
        invocation.jobCounts.append(count)
      }
      jobsValue = value
    case .ranks: invocation.ranks = try number(value, atLeast: 1, spelling)
    case .durations:
      guard !value.isEmpty else { throw .missingValue(spelling, option) }
      invocation.durations = value
    case .keepGoing: invocation.failureLimit = try number(value, atLeast: 0, spelling)
    case .slots:
      let isAuto = text(value) == "auto"
      invocation.slots = isAuto ? .auto : .count(try number(value, atLeast: 1, spelling))
    case .latencyWait: invocation.latencyWait = try number(value, atLeast: 0, spelling)
    case .color:
      guard let choice = ColorChoice(rawValue: text(value)) else {
        throw .notAChoice(spelling, value, ColorChoice.allCases.map(\.rawValue))
      }
      invocation.color = choice
    case .file:
      guard !value.isEmpty else { throw .missingValue(spelling, option) }
      invocation.file = value
    case .directory:
      guard !value.isEmpty else { throw .missingValue(spelling, option) }
      invocation.directories.append(value)
    default: preconditionFailure("\(option) takes no value")
    }
  }

  private func number(_ value: [UInt8], atLeast least: Int, _ spelling: String)
    throws(UsageError) -> Int
  {
    guard let number = Int(text(value)), value.first != UInt8(ascii: "+"),
      number >= least, number <= Int(Int32.max)
    else { throw .notANumber(spelling, value, atLeast: least) }
    return number
  }

  // MARK: Words

  /// `NAME=VALUE`, where NAME is a name as the language has them.
  private static func setting(_ argument: [UInt8]) -> Invocation.Setting? {
    guard let equals = argument.firstIndex(of: UInt8(ascii: "=")), isName(argument[..<equals])
    else { return nil }
    return Invocation.Setting(
      name: Array(argument[..<equals]), value: Array(argument[(equals + 1)...]))
  }

  /// Letters, digits, `_`, `-` and bytes above 0x7F, not beginning with a digit or `-`.
  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, first != UInt8(ascii: "-"), !isDigit(first) else { return false }
    return bytes.allSatisfy { byte in
      isDigit(byte) || byte > 0x7F || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension Command {
  /// Whether words may follow it besides settings.
  var takesWords: Bool { self != .list && self != .check }
}

/// For comparing and for messages: bytes that are no UTF-8 are replaced.
func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
