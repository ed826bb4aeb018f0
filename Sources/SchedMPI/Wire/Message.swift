import SchedDigest
import SchedEngine
import SchedExecutors
import SchedGraph
import SchedSystem

/// What the coordinator and the workers tell each other.
enum Message: Equatable, Sendable {
  /// First to each worker: where the tree is and what recipes find in their environment.
  case welcome(Welcome)
  /// A worker's answer: what its machine has, and whether it sees the tree.
  case hello(Hello)
  /// All ranks fit together: how many actions this one runs at once.
  case enrol(Enrolment)
  case run(RunOrder)
  /// Room was made for what the attempt makes, and it runs: told of those that are not over soon.
  case cleared(Attempt, notes: [[UInt8]])
  case ended(EndReport)
  /// Give back at most so many of the actions that have not started.
  case recall(count: UInt32)
  /// These were given back; none when all have started.
  case recalled([Attempt])
  /// End all that runs; nothing is started any more.
  case cancel
  /// The sender is there. A worker says by its own clock when it sent this; the coordinator gives
  /// back the latest that it has heard, so that the worker knows since when it must have been heard.
  case heartbeat(stamp: UInt64)
  /// The worker got this signal: it ends its recipes and runs nothing more.
  case leaving(signal: UInt8)
  /// The session is over, and so ends rank 0: 0 if all went well. Only where all ranks are there
  /// (`isWhole`) they finalise together.
  case bye(status: UInt8, isWhole: Bool)
  /// What the library's scheduler and its workers say, a `CoordinatorMessage` or a `WorkerMessage`, in
  /// the program's run of that number.
  case task(run: UInt32, [UInt8])
  /// Of the library's ranks, from each worker to rank 0 and from it to each: where the sender runs.
  case place(RankPlace)
}

/// Where a rank runs.
struct RankPlace: Equatable, Sendable {
  var host: [UInt8] = []
  /// Tells machines of the same name apart.
  var bootID: [UInt8] = []
  var processID: UInt32 = 0

  func isOnHost(of other: RankPlace) -> Bool { host == other.host && bootID == other.bootID }
}

/// One try at one action.
struct Attempt: Hashable, Sendable {
  var action: ActionID
  var number: UInt32
}

struct Welcome: Equatable, Sendable {
  /// The project's root, absolute.
  var root: [UInt8]
  /// A file that the coordinator wrote, relative to the root, and what is in it: who reads the same
  /// sees the same tree.
  var markerPath: [UInt8]
  var marker: [UInt8]
  /// `NAME=VALUE`, what recipes find unless the action changes it.
  var environment: [[UInt8]]
  /// How long recipes have to end after TERM, nanoseconds.
  var grace: UInt64
  /// How long a rank waits for what another host has made to be seen on its own, nanoseconds.
  var latencyWait: UInt64
  /// Whether standard error of recipes is told from standard output.
  var separatesStreams: Bool
  /// Where the coordinator is.
  var host: [UInt8]
  var bootID: [UInt8]
  var processID: UInt32
}

struct Hello: Equatable, Sendable {
  /// Whether the worker can work in the tree.
  enum Tree: Equatable, Sendable {
    case shared
    /// The root cannot be entered; the system's reason.
    case noRoot(reason: [UInt8])
    /// The marker is not there, or another one is.
    case otherTree
  }

  var toolVersion: [UInt8]
  var machine: Machine
  var processID: UInt32
  var tree: Tree
}

struct Enrolment: Equatable, Sendable {
  var slots: UInt32
  /// The rank's place among those of its host.
  var hostRank: UInt32
}

struct RunOrder: Equatable, Sendable {
  var attempt: Attempt
  var cpus: UInt32
  /// Names of the devices that are this action's.
  var gpus: [[UInt8]]
  /// What other hosts have made for it in this build.
  var awaits: [AwaitedFile] = []
  /// A `RecipeRequest`.
  var payload: [UInt8]
}

/// An input as the rank reported it that made it, on another host.
struct AwaitedFile: Equatable, Sendable {
  /// Relative to the root.
  var path: [UInt8]
  /// An empty file has the tag `stamp`.
  var identity: Identity
  var signature: Signature
  /// The maker's.
  var host: [UInt8]
}

struct EndReport: Equatable, Sendable {
  var attempt: Attempt
  var outcome: ActionOutcome
  /// Nanoseconds that it held its slot.
  var duration: UInt64
  /// A `RecipeReport`.
  var payload: [UInt8]
}
