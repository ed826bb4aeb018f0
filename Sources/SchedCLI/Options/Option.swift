/// The options of all commands: how they are written, what they take, what they mean.
///
/// Parser, `--help` and messages read this table.
enum Option: CaseIterable, Sendable {
  case jobs, serial, mpi, slots, latencyWait, keepGoing, dryRun, always, question, why, prune
  case allowLeftovers, rehash
  case ranks, durations
  case verbose, quiet, checkFormat, orphans, replaced, file, directory, color, help, version

  var short: Character? {
    switch self {
    case .jobs: "j"
    case .keepGoing: "k"
    case .dryRun: "n"
    case .always: "B"
    case .question: "q"
    case .verbose: "v"
    case .file: "f"
    case .directory: "C"
    case .help: "h"
    default: nil
    }
  }

  var long: String {
    switch self {
    case .jobs: "jobs"
    case .serial: "serial"
    case .mpi: "mpi"
    case .slots: "slots"
    case .latencyWait: "latency-wait"
    case .keepGoing: "keep-going"
    case .dryRun: "dry-run"
    case .always: "always"
    case .question: "question"
    case .why: "why"
    case .prune: "prune"
    case .allowLeftovers: "allow-leftovers"
    case .rehash: "rehash"
    case .ranks: "ranks"
    case .durations: "durations"
    case .verbose: "verbose"
    case .quiet: "quiet"
    case .checkFormat: "check"
    case .orphans: "orphans"
    case .replaced: "replaced"
    case .file: "file"
    case .directory: "directory"
    case .color: "color"
    case .help: "help"
    case .version: "version"
    }
  }

  /// What the option takes, as the help calls it; nil: nothing.
  var value: String? {
    switch self {
    case .jobs, .keepGoing, .ranks: "N"
    case .slots: "N|auto"
    case .latencyWait: "SECONDS"
    case .file, .durations: "FILE"
    case .directory: "DIR"
    case .color: "WHEN"
    default: nil
    }
  }

  /// What it means, for the help.
  var meaning: String {
    switch self {
    case .jobs: "run up to N recipes at once (default: the cores this process may use)"
    case .serial: "run one recipe at a time, in Schedfile order, output as it comes"
    case .mpi: "run recipes on the ranks of this MPI job"
    case .slots: "with --mpi or --ranks: recipes at once on each rank (default: 1)"
    case .latencyWait: "with --mpi: wait so long for files made on other hosts (default: 30)"
    case .keepGoing: "start nothing new after the N-th failure (default: 1; 0: no limit)"
    case .dryRun: "only say what would be done"
    case .always: "run every recipe that is asked for, stale or not"
    case .question: "run nothing; exit status 1 unless all is up to date"
    case .why: "print with each recipe why it runs"
    case .prune: "after the build, remove what is no target any more"
    case .allowLeftovers: "only warn where a leftover of earlier builds is used as a source"
    case .rehash: "read every file, whatever its times say"
    case .ranks: "instead of -j: N ranks of an MPI job with --slots each (default: 1)"
    case .durations: "take durations of FILE: lines 'SECONDS TARGET'"
    case .verbose: "print the text of each recipe that runs"
    case .quiet: "print nothing but failures and what recipes print"
    case .checkFormat: "change nothing; list the files that are not formatted"
    case .orphans: "remove only what is no target any more"
    case .replaced: "remove only what sched moved aside to '.sched/replaced'"
    case .file: "read FILE; its directory is the root"
    case .directory: "go to DIR first"
    case .color: "colours: auto (on a terminal, the default), always or never"
    case .help: "show this help"
    case .version: "show the version"
    }
  }

  /// As it is named in messages: `-j` or `--serial`.
  var name: String { short.map { "-\($0)" } ?? "--\(long)" }

  /// As it stands in the help: `-j, --jobs N`.
  var spelling: String {
    let names = (short.map { "-\($0), " } ?? "    ") + "--\(long)"
    return value.map { "\(names) \($0)" } ?? names
  }

  static func named(_ letter: Character) -> Option? { allCases.first { $0.short == letter } }
  static func named(_ word: String) -> Option? { allCases.first { $0.long == word } }
}
