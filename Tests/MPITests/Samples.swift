import SchedDigest
import SchedEngine
import SchedExecutors
import SchedGraph
import SchedSystem

@testable import SchedMPI

/// One message of each kind, and some more where a kind has several forms.
enum Samples {
  static let machine = Machine(
    host: Array("node\u{e9}".utf8), bootID: Array("boot".utf8), cpus: 4, binding: [0b11],
    granted: 3, memory: 1 << 40, gpus: [[0x30], [0xff]])
  static let attempt = Attempt(action: ActionID(raw: 7), number: 2)

  static func awaited(_ path: String, _ tag: Identity.Tag, size: UInt64) -> AwaitedFile {
    AwaitedFile(
      path: Array(path.utf8), identity: Identity(tag, Digest(low: 1, high: .max)),
      signature: Signature(
        size: size, modified: -1, changed: 2, inode: .max, isExecutable: tag == .executable),
      host: Array("node".utf8))
  }

  static let messages: [Message] = [
    .welcome(
      Welcome(
        root: Array("/tree with space".utf8), markerPath: Array(".sched/marker".utf8),
        marker: [1, 2, 3], environment: [Array("A=1".utf8), [], [0xff, 0x3d]], grace: 500,
        latencyWait: 1 << 35, separatesStreams: true,
        host: [1], bootID: [2, 3], processID: 4)),
    .hello(
      Hello(toolVersion: Array("1.0".utf8), machine: machine, processID: 12, tree: .shared)),
    .hello(
      Hello(
        toolVersion: [], machine: machine, processID: 0,
        tree: .noRoot(reason: Array("no such file".utf8)))),
    .hello(Hello(toolVersion: [], machine: machine, processID: 0, tree: .otherTree)),
    .enrol(Enrolment(slots: 8, hostRank: 1)),
    .run(RunOrder(attempt: attempt, cpus: 3, gpus: [[0x31]], payload: [9, 8, 7])),
    .run(
      RunOrder(
        attempt: attempt, cpus: 1, gpus: [],
        awaits: [awaited("a b", .executable, size: 1 << 33), awaited("", .stamp, size: 0)],
        payload: [9])),
    .ended(EndReport(attempt: attempt, outcome: .succeeded, duration: 12, payload: [1])),
    .ended(EndReport(attempt: attempt, outcome: .failed(status: 127), duration: 12, payload: [])),
    .ended(EndReport(attempt: attempt, outcome: .killed(signal: 9), duration: 12, payload: [])),
    .ended(EndReport(attempt: attempt, outcome: .timedOut, duration: 12, payload: [])),
    .ended(EndReport(attempt: attempt, outcome: .lost(rank: 3), duration: 12, payload: [])),
    .cleared(attempt, notes: []),
    .cleared(attempt, notes: [Array("moved".utf8), [0xff]]),
    .recall(count: 5),
    .recalled([attempt, attempt]),
    .recalled([]),
    .cancel,
    .heartbeat(stamp: 1 << 40),
    .leaving(signal: 15),
    .bye(status: 1, isWhole: true),
    .task(run: 3, [1, 2, 3]),
    .place(RankPlace(host: Array("node".utf8), bootID: [0, 0xff], processID: 12)),
  ]
}
