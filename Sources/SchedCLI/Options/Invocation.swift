import SchedExecutors
import SchedSystem

/// One command line, understood: what to do, to which targets, and how.
struct Invocation: Equatable {
  var command: Command = .build
  /// The first word was a command; false: none was, so it is `build`.
  var namesCommand = false
  /// The command was written without its colon: a task of its name comes before it.
  var mayBeTask = false
  /// Words that are neither command nor `NAME=VALUE`, as typed.
  var targets: [[UInt8]] = []
  var settings: [Setting] = []
  /// The words after `--`.
  var arguments: [[UInt8]] = []

  /// `NAME=VALUE`.
  struct Setting: Equatable {
    var name: [UInt8]
    var value: [UInt8]
  }

  /// `-j`; nil: the usable cores.
  var jobs: Int?
  /// `-j 4,16` of `simulate`.
  var jobCounts: [Int] = []
  /// `--ranks`.
  var ranks: Int?
  /// `--durations`.
  var durations: [UInt8]?
  /// The options without a value that were given.
  var flags: Set<Option> = []
  /// `--slots`.
  var slots: RankSlots?
  /// `--latency-wait`, in seconds.
  var latencyWait: Int?
  /// `-k`.
  var failureLimit = 1
  /// `-f`.
  var file: [UInt8]?
  /// `-C`, in the order given: each is relative to the one before.
  var directories: [[UInt8]] = []
  var color = ColorChoice.auto

  func has(_ option: Option) -> Bool { flags.contains(option) }
}

/// `--color`.
enum ColorChoice: String, CaseIterable, Sendable {
  case auto, always, never
}

extension ColorChoice {
  /// Whether diagnostics are coloured; `auto` asks the terminal, and `NO_COLOR` that is not empty.
  func isOn(_ environment: Environment) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: Terminal.isTerminal(.error) && (environment["NO_COLOR"] ?? []).isEmpty
    }
  }
}
