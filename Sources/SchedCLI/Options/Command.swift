/// What sched can be told to do.
///
/// A first word that is one of these is the command; else it is `build`.
enum Command: String, CaseIterable, Sendable {
  case build, why, list, check, fmt, clean, adopt, log, simulate

  /// One line for the list of commands.
  var summary: String {
    switch self {
    case .build: "bring targets up to date (the command where none is named)"
    case .why: "say why a target is stale"
    case .list: "list tasks, described targets and parameters"
    case .check: "evaluate the Schedfile and build nothing"
    case .fmt: "format Schedfiles"
    case .clean: "remove what was built"
    case .adopt: "make a source of what was built"
    case .log: "show what recipes printed last"
    case .simulate: "predict what a build takes with more jobs or ranks"
    }
  }

  /// What stands after the command, for the line of usage.
  var operands: String {
    switch self {
    case .build: "[OPTION...] [TARGET...] [NAME=VALUE...] [-- ARGS]"
    case .list, .check: "[OPTION...] [NAME=VALUE...]"
    case .fmt: "[OPTION...] [FILE...]"
    case .adopt: "[OPTION...] FILE... [NAME=VALUE...]"
    case .why, .clean, .log, .simulate: "[OPTION...] [TARGET...] [NAME=VALUE...]"
    }
  }

  var options: [Option] {
    let common: [Option] = [.file, .directory, .color, .help]
    return switch self {
    case .build:
      [
        .jobs, .serial, .mpi, .slots, .latencyWait, .keepGoing, .dryRun, .always, .question, .why,
        .prune, .allowLeftovers, .rehash, .verbose, .quiet,
      ] + common
    case .why: [.allowLeftovers, .rehash] + common
    case .list: common
    case .check: [.allowLeftovers] + common
    case .fmt: [.checkFormat] + common
    case .clean: [.orphans, .replaced, .dryRun, .quiet] + common
    case .adopt: common
    case .log: common
    case .simulate: [.jobs, .ranks, .slots, .durations] + common
    }
  }

  /// What the command does, for its help.
  var explanation: String {
    switch self {
    case .build:
      """
      Brings the targets up to date, or the Schedfile's default ones. Runs the recipe of each target
      whose recipe, inputs or tracked variables changed since it was made, and no other. NAME=VALUE
      sets a param or variable of the Schedfile; ARGS are {{args}} in the tasks that are asked for.
      Options may stand before or after targets.
      """
    case .why:
      """
      Names each fact that makes the targets, or the default ones, stale, old and new, up the chain.
      Says so if they are up to date. Builds nothing.
      """
    case .list:
      """
      Lists the tasks, the targets with a description, and the params with their choices and values.
      """
    case .check:
      """
      Reads and evaluates the Schedfile, and reports its errors and warnings. Builds nothing.
      """
    case .fmt:
      """
      Formats the files, or the root's Schedfile and all that it reads: four spaces, aligned
      attributes, one blank line at most between blocks. Comments and scripts stay as they are.
      """
    case .clean:
      """
      Removes what the targets' recipes made, or all recipes of this Schedfile, and the directories
      that this leaves empty. What was edited since it was made stays.
      """
    case .adopt:
      """
      Forgets that earlier builds made the files, or all that they made in a directory, so that these
      are sources from now on. Nothing may make them any more. A line 'adopt FILE' in the Schedfile
      does the same for everybody who has built it before.
      """
    case .log:
      """
      Shows what the recipes of the targets printed last, or all recipes that printed something, and
      how they ended.
      """
    case .simulate:
      """
      Says how long the targets, or the default ones, would take if every recipe ran, with N jobs
      (-j 4,16,64 compares) or on ranks: the real scheduler in virtual time, with the durations that
      builds recorded. Memory and GPUs are taken to be enough. Runs and writes nothing.
      """
    }
  }

  var examples: [(command: String, meaning: String)] {
    switch self {
    case .build:
      [
        ("sched", "build the default targets"),
        ("sched -j4 test mode=debug", "run the task test with a param set, four recipes at once"),
        ("sched -k0 -q", "exit status 0 only if all is up to date"),
        ("sched deploy -- --host web1", "hand words on to a task"),
        ("mpirun -np 8 sched --mpi build app", "use the ranks of an MPI job"),
      ]
    case .why:
      [
        ("sched why build/app", "the facts that changed, up the chain"),
        ("sched why test mode=debug", "the same with a param set"),
      ]
    case .list:
      [
        ("sched list", "what there is to ask for"),
        ("sched -C lib list", "the same in another directory"),
      ]
    case .check:
      [
        ("sched check", "is the Schedfile right?"),
        ("sched check mode=debug", "the same with a param set"),
      ]
    case .fmt:
      [
        ("sched fmt", "format the Schedfile and those that it reads"),
        ("sched fmt --check", "list files that are not formatted; exit status 1"),
        ("sched fmt rules.sched", "format one file"),
      ]
    case .clean:
      [
        ("sched clean", "remove all that was built"),
        ("sched clean build/app", "remove one target"),
        ("sched clean --orphans", "remove what was built and is no target any more"),
        ("sched clean -n", "list what would be removed"),
        ("sched clean --replaced", "remove files that sched moved out of its way"),
      ]
    case .adopt:
      [
        ("sched adopt parser.c", "a file that is committed now and not generated"),
        ("sched adopt gen/", "all that was generated in a directory"),
      ]
    case .log:
      [
        ("sched log build/app", "what its recipe printed"),
        ("sched log", "everything that printed something"),
      ]
    case .simulate:
      [
        ("sched simulate -j 4,16,64", "what would more cores give?"),
        ("sched simulate --ranks 8 --slots 4 app", "the same for ranks of an MPI job"),
      ]
    }
  }
}
