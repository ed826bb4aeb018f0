import Testing

@testable import SchedCLI

func parse(_ words: String...) throws(UsageError) -> Invocation {
  try CommandLineParser.parse(words.map { Array($0.utf8) })
}

private func bytes(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }

@Suite struct CommandTests {
  @Test func `nothing at all builds the default targets`() throws {
    #expect(try parse() == Invocation())
  }

  @Test(arguments: Command.allCases)
  func `a first word that is a command is the command`(_ command: Command) throws {
    let invocation = try parse("-Cdir", command.rawValue)
    #expect(invocation.command == command)
    #expect(invocation.targets == [])
  }

  @Test func `a first word that is no command is a target of build`() throws {
    let invocation = try parse("app", "list")
    #expect(invocation.command == .build)
    #expect(invocation.targets == bytes("app", "list"))
  }

  @Test func `after build, the name of a command is a target`() throws {
    #expect(try parse("build", "check", "build").targets == bytes("check", "build"))
  }

  @Test func `a setting before the command is a setting`() throws {
    let invocation = try parse("mode=debug", "list")
    #expect(invocation.command == .list)
    #expect(invocation.settings == [.init(name: Array("mode".utf8), value: Array("debug".utf8))])
  }
}

@Suite struct OptionParsingTests {
  @Test func `options stand before or after targets`() throws {
    #expect(try parse("-n", "app", "-j", "4") == parse("app", "-j4", "--dry-run"))
  }

  @Test func `values are joined or stand alone`() throws {
    let joined = try parse("-j4", "-k0", "-fFILE", "-Cdir", "--color=never")
    #expect(
      joined == (try parse("-j", "4", "-k", "0", "-f", "FILE", "-C", "dir", "--color", "never")))
    #expect(
      joined
        == (try parse(
          "--jobs=4", "--keep-going=0", "--file=FILE", "--directory=dir", "--color=never")))
    #expect(joined.jobs == 4)
    #expect(joined.failureLimit == 0)
    #expect(joined.file == Array("FILE".utf8))
    #expect(joined.directories == bytes("dir"))
    #expect(joined.color == .never)
  }

  @Test func `letters may share a dash, the last one with its value`() throws {
    #expect(try parse("-nBj4") == parse("-n", "-B", "-j", "4"))
  }

  @Test func `each option without a value is a flag`() throws {
    for option in Command.build.options where option.value == nil {
      #expect(try parse("--\(option.long)").flags == [option])
      if let short = option.short { #expect(try parse("-\(short)").flags == [option]) }
    }
  }

  @Test func `the latency wait is a number of seconds`() throws {
    #expect(try parse("--mpi", "--latency-wait", "90").latencyWait == 90)
    #expect(try parse("--mpi", "--latency-wait=0").latencyWait == 0)
    #expect(try parse("--mpi").latencyWait == nil)
  }

  @Test func `slots are a number or auto`() throws {
    #expect(try parse("--mpi", "--slots", "3").slots == .count(3))
    #expect(try parse("--mpi", "--slots=auto").slots == .auto)
  }

  @Test func `directories add up`() throws {
    #expect(try parse("-C", "a", "-C", "b").directories == bytes("a", "b"))
  }

  @Test func `a dash alone is a target`() throws {
    #expect(try parse("-").targets == bytes("-"))
  }
}

@Suite struct WordTests {
  @Test(arguments: [
    ("mode=debug", "mode", "debug"),
    ("a-b_1=", "a-b_1", ""),
    ("größe=x=y z", "größe", "x=y z"),
  ])
  func `a name, an equals sign and a text are a setting`(
    _ word: String, _ name: String, _ value: String
  )
    throws
  {
    let invocation = try parse(word)
    #expect(invocation.settings == [.init(name: Array(name.utf8), value: Array(value.utf8))])
    #expect(invocation.targets == [])
  }

  @Test(arguments: ["a/b=c", "./x=y", "1x=y", "=x", "a b=c", "a.b=c"])
  func `what is no name before the equals sign is a target`(_ word: String) throws {
    #expect(try parse(word).targets == bytes(word))
  }

  @Test func `everything after two dashes is handed on`() throws {
    let invocation = try parse("test", "--", "-x", "--", "a=b", "--mpi")
    #expect(invocation.targets == bytes("test"))
    #expect(invocation.arguments == bytes("-x", "--", "a=b", "--mpi"))
  }

  @Test func `a target need not be UTF-8`() throws {
    let name: [UInt8] = [0x61, 0xFF, 0x2F, 0x80]
    #expect(try CommandLineParser.parse([name]).targets == [name])
  }
}

@Suite struct HelpRequestTests {
  @Test func `help may be asked for before or after the command`() throws {
    for words in [["--help", "why"], ["why", "-h"]] {
      let invocation = try CommandLineParser.parse(words.map { Array($0.utf8) })
      #expect(invocation.has(.help) && invocation.command == .why)
    }
  }

  @Test func `help comes even if options do not fit the command`() throws {
    #expect(try parse("list", "-j4", "--help").has(.help))
  }
}
