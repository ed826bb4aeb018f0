import CMPI
import SchedSystem

/// This process as a rank of a program that uses the library.
///
/// Lives from the first run to the end of the process.
final class MPIProgram: @unchecked Sendable {
  let mailbox: Mailbox<MPITransport>
  /// Whether a thread sends heartbeats while a task runs: only then is a silent rank a dead one.
  let hasHeartbeatThread: Bool
  /// Whether MPI is finalised here, and not by the program.
  private let isOurs: Bool
  /// False after a rank was lost: to finalise would wait for it.
  var isWhole = true
  private let place = RankPlace.own()
  /// Of those ranks that have said it, and with which this one talks.
  private var places: [Int: RankPlace] = [:]
  private let host = HostWatch.real(session: [])
  /// Otherwise the job is over with the first rank that is gone, and no task shall begin again.
  private let jobIsKept = Launcher.keepsJob
  /// The launcher has started more ranks than MPI knows: each would run all tasks.
  private let lone: LoneRank?

  private static let shared: Result<MPIProgram, MPIError> = Result { () throws(MPIError) in
    try MPIProgram()
  }

  /// Collective over all ranks when it is called first.
  static func current() throws(RankError) -> MPIProgram {
    let program: MPIProgram
    do throws(MPIError) {
      program = try shared.get()
    } catch {
      throw .cannotStartMPI(reason: error.reason)
    }
    if let lone = program.lone {
      throw .loneRank(ranks: lone.world.size, launcher: lone.world.launcherName, mpi: lone.library)
    }
    return program
  }

  /// All ranks are of one communicator, which nobody else uses: nothing of another job comes.
  private static let epoch: UInt32 = 1

  private init() throws(MPIError) {
    TimerSlack.setOwn(1_000)
    let world = MPIWorld.own
    guard cmpi_is_started() != 0 || world?.hasManager ?? false else {
      lone = LoneRank(
        world, size: nil, library: LoneRank.ownLibrary(), Environment.current())
      // To start MPI without a launcher would start a daemon.
      (isOurs, hasHeartbeatThread) = (false, false)
      mailbox = Mailbox(Link(.alone(), epoch: Self.epoch), now: Clock.monotonic)
      return
    }
    var anyThread: Int32 = 0
    isOurs = cmpi_is_started() == 0
    if isOurs {
      try StartWatch().during(.initialising) { () throws(MPIError) in
        try MPIError.check(cmpi_start(&anyThread))
      }
      StepStart.settle(world)
    }
    lone = LoneRank(
      isOurs ? world : nil, size: Int(cmpi_size()), library: LoneRank.ownLibrary(),
      Environment.current())
    // Where the program has started MPI, it may finalise it at any time, and no thread of ours may call it.
    hasHeartbeatThread = isOurs && anyThread != 0
    mailbox = Mailbox(Link(try .overWorld(), epoch: Self.epoch), now: Clock.monotonic)
    mailbox.startHeartbeats()
    if hasHeartbeatThread {
      mailbox.startHeartbeatThread()
      for rank in mailbox.rank == 0 ? 1..<mailbox.size : 0..<1 {
        mailbox.send(.place(place), to: rank)
      }
      mailbox.flush()
    }
    if isOurs { ProgramExit.whenExiting { MPIProgram.finish(status: $0) } }
  }

  private static func finish(status: Int32) {
    guard case .success(let program) = shared else { return }
    _ = program.mailbox.close(atMost: 5_000_000_000)
    guard program.isWhole else {
      ProgramExit.flushPrinted()
      ProgramExit.exitAtOnce(status: status)
    }
    if cmpi_is_finished() == 0 { _ = cmpi_finish() }
  }

  // MARK: Ranks that are gone

  /// How often ranks are looked at.
  static let watchInterval: UInt64 = 250_000_000

  func note(_ place: RankPlace, of rank: Int) { places[rank] = place }

  /// Whether a rank must be taken for dead: its process is gone from this host, or it has been silent
  /// for too long.
  func isLost(_ rank: Int) -> Bool {
    guard hasHeartbeatThread else { return false }
    return mailbox.silence(of: rank) >= Mailbox<MPITransport>.silenceLimit
      || (jobIsKept && processHere(of: rank).map(host.isGone) ?? false)
  }

  private func processHere(of rank: Int) -> UInt32? {
    guard let other = places[rank], other.isOnHost(of: place) else { return nil }
    return other.processID
  }

  /// The rank is not spoken to any more, and MPI not finalised: that would wait for it.
  func leave(_ rank: Int) {
    isWhole = false
    mailbox.giveUp(rank)
  }

  /// Leaves a worker.
  ///
  /// If it is on this host and was only stopped, it ends now: what it runs is given to another.
  func giveUp(_ rank: Int) {
    leave(rank)
    if hasHeartbeatThread, let process = processHere(of: rank) { host.end(process) }
  }
}

/// The wait between two looks for messages: at first none, since the next task is on its way; others may
/// use the processor meanwhile.
struct EagerBackoff {
  private static let eagerness: UInt64 = 800_000
  private var backoff = Backoff(at: Clock.monotonic())
  private var lastEvent = Clock.monotonic()

  mutating func somethingHappened() {
    lastEvent = Clock.monotonic()
    backoff.somethingHappened(at: lastEvent)
  }

  func wait() {
    let now = Clock.monotonic()
    guard now - lastEvent > Self.eagerness else { return Thread.yield() }
    Clock.sleep(nanoseconds: backoff.length(at: now))
  }
}
