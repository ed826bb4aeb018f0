import CMPI
import SchedBase
import SchedEngine
import SchedExecutors
import SchedSystem

/// This process as a rank of an MPI job, from the start of MPI to the end of the process.
///
/// Only the thread that made it may use it.
public final class MPISession {
  public var rank: Int { transport.rank }
  private let transport: MPITransport
  private let machine: RankMachine
  private let watchman: RankGuard
  /// Whether MPI may be called from several threads, one at a time.
  private let hasHeartbeatThread: Bool
  /// Whether the launcher keeps the job when a rank dies.
  ///
  /// Then Open MPI 4 ends with 0 whatever rank 0 says.
  private let isRecoverable: Bool
  /// Whether MPI gave the processor away while it waited: here nothing waits in MPI but its start and
  /// its end.
  private let yieldsInMPI: Bool
  private var coordinator: Coordinator<MPITransport, LocalRunner>?
  /// Rank 0's, until the ranks come together.
  private var loadingHeartbeats: LoadingHeartbeats<MPITransport>?
  /// Ranks did not answer when they should have come together: to finalise would wait for them.
  private var isIncomplete = false

  /// Where it is on this machine.
  private var coordinatorsProcess: UInt32?
  /// Rank 0's mark on all that it says.
  private let epoch = UInt32.random(in: 1...UInt32.max)

  /// The time that recipes have to end after TERM: a launcher that ends a job kills everything a
  /// second after its own TERM.
  private static let grace: UInt64 = 500_000_000

  /// Whether this process is rank 0 of a job, as far as the launcher's variables tell, or is alone.
  ///
  /// Before MPI is started.
  public static var mayBeRankZero: Bool { MPIWorld.own?.rank ?? 0 == 0 }

  /// Starts MPI and takes the launcher's marks off this process, so that nothing that it starts
  /// takes itself for a rank.
  ///
  /// Outside a job there is one rank, and MPI stays untouched: to start it without a launcher would
  /// start a daemon. Ends the process where MPI cannot be started, or finds one rank of several.
  public static func start() -> MPISession {
    Terminal.openMissingStreams()
    let watchman = RankGuard.start()
    let world = MPIWorld.own
    guard let world, world.hasManager else {
      refuseIfLone(world, size: nil)
      return MPISession(.alone(), watchman, hasHeartbeatThread: false)
    }
    do throws(MPIError) {
      // MPI's own threads must not take the signals that are meant for this one.
      EventLoop.holdSignals()
      let watch = StartWatch()
      var hasHeartbeatThread: Int32 = 0
      try watch.during(.initialising) { () throws(MPIError) in
        try MPIError.check(OneHostStart.during { cmpi_start(&hasHeartbeatThread) })
      }
      refuseIfLone(world, size: Int(cmpi_size()))
      cmpi_send_without_delay()
      StepStart.settle(world)
      let transport = try watch.during(.connecting) { () throws(MPIError) in
        try MPITransport.overWorld()
      }
      return MPISession(transport, watchman, hasHeartbeatThread: hasHeartbeatThread != 0)
    } catch {
      say("error: cannot start MPI: \(error.reason)")
      BuildOutcome.endEarly(1)
      ProgramExit.exit(status: 1)
    }
  }

  private static func refuseIfLone(_ world: MPIWorld?, size: Int?) {
    guard
      let lone = LoneRank(
        world, size: size, library: LoneRank.ownLibrary(), Environment.current())
    else { return }
    if lone.world.isSpeaker {
      let arguments = Array(ProgramReplacement.arguments().dropFirst())
      say("error: \(lone.message)\n  = hint: \(lone.hint(arguments))")
    }
    BuildOutcome.endEarly(2)
    if cmpi_is_started() != 0 { _ = cmpi_finish() }
    ProgramExit.exit(status: 2)
  }

  private init(_ transport: MPITransport, _ watchman: RankGuard, hasHeartbeatThread: Bool) {
    self.transport = transport
    self.watchman = watchman
    self.hasHeartbeatThread = hasHeartbeatThread
    isRecoverable = Launcher.keepsJob
    yieldsInMPI = cmpi_set_yielding(false)
    machine = RankMachine()
    Environment.removeOwn(where: LauncherVariables.contains)
    TimerSlack.setOwn(1_000)
    if transport.rank == 0, hasHeartbeatThread {
      loadingHeartbeats = LoadingHeartbeats(transport, epoch: epoch, limit: StartWatch().limit)
    }
  }

  /// Waits for all ranks; ends the process with `status` where that takes too long.
  private func finishMPI(status: Int32) {
    _ = cmpi_set_yielding(yieldsInMPI)
    StartWatch().duringEnd(status: status) { _ = cmpi_finish() }
  }

  private static func say(_ line: String) { Launcher.say(line) }

  // MARK: Rank 0

  /// The ranks as an executor, for the tree in the working directory.
  ///
  /// The first call brings the ranks together; later ones give the same. `session` is what recipes
  /// find in `SCHED_SESSION`.
  public func makeExecutor(_ options: RankOptions, _ session: [UInt8], _ clock: TrustClock)
    throws(ExecutorUnavailable) -> any Executor
  {
    if let coordinator { return RankExecutor(coordinator: coordinator) }
    let coordinator = try coordinate(options, session, clock)
    self.coordinator = coordinator
    return RankExecutor(coordinator: coordinator)
  }

  private func coordinate(_ options: RankOptions, _ session: [UInt8], _ clock: TrustClock)
    throws(ExecutorUnavailable) -> Coordinator<MPITransport, LocalRunner>
  {
    var environment = Environment.current()
    environment.set(Array("SCHED_SESSION".utf8), to: session)
    environment.letStepsOverlap()
    let assembly = try assemble(environment, options)
    do throws(SystemError) {
      let runner = try LocalRunner(
        rank: 0, environment: environment, grace: Self.grace,
        separatesStreams: !Terminal.streamsAreOne, clock: clock)
      let coordinator = Coordinator(
        assembly, runner,
        makeWaits: { FileWaits(host: assembly.hostName, limit: options.latencyWait) },
        grace: Self.grace, host: .real(session: session))
      coordinator.signalsOfRanksEndJob = !isRecoverable
      coordinator.holdsBack = Coordinator<MPITransport, LocalRunner>.timeOfDoubt
      coordinator.doubtsAllFailures = environment["SLURM_JOB_ID"] != nil
      coordinator.rankLost = { rank, host in
        let place = "rank \(rank) on '\(printable(host))'"
        Self.say("note: \(place) was lost; what it ran starts again on other ranks")
      }
      if hasHeartbeatThread { coordinator.mailbox.startHeartbeatThread() }
      watchman.watch(session: session, rank: 0)
      return coordinator
    } catch {
      throw ExecutorUnavailable(.error(error.message))
    }
  }

  private func assemble(_ environment: Environment, _ options: RankOptions)
    throws(ExecutorUnavailable) -> Assembly<MPITransport>
  {
    let own = describe(environment)
    let welcome: Welcome
    do throws(SystemError) {
      welcome = Welcome(
        root: try Files.currentDirectory(), markerPath: TreeMarker.path,
        marker: try TreeMarker.write(), environment: environment.entries, grace: Self.grace,
        latencyWait: options.latencyWait, separatesStreams: !Terminal.streamsAreOne,
        host: own.machine.host, bootID: own.machine.bootID, processID: own.processID)
    } catch {
      throw ExecutorUnavailable(.error(error.message))
    }
    defer { TreeMarker.remove() }
    loadingHeartbeats?.end()
    do throws(AssemblyError) {
      return try Assembly(
        transport, welcome, own: own, slots: options.slots, epoch: epoch,
        timeLimit: StartWatch().limit)
    } catch {
      if case .silent = error { isIncomplete = true }
      throw ExecutorUnavailable(error.diagnostic)
    }
  }

  private func describe(_ environment: Environment) -> Hello {
    Hello(
      toolVersion: Array(Version.text.utf8), machine: machine.describe(environment),
      processID: UInt32(Host.processID), tree: .shared)
  }

  /// Ends the session for all ranks, then this process.
  public func end(status: Int32) -> Never {
    BuildOutcome.endEarly(status)
    loadingHeartbeats?.end()
    let isWhole = coordinator?.dismiss(status: status) ?? dismissUnassembled(status)
    // Finalising waits for all ranks, so that it is left out where one is missing.
    if isWhole, cmpi_is_started() != 0 { finishMPI(status: status) }
    let hasLostHost = coordinator?.hasLostHost ?? false
    if hasLostHost {
      Self.say("sched: ended with status \(status), whatever the launcher says after this loss")
    }
    if isRecoverable, status != 0 || hasLostHost { Launcher.end() }
    // After an interruption the guard looks for what recipes have left running.
    if status <= 128 { watchman.release() }
    if isWhole { ProgramExit.exit(status: status) }
    ProgramExit.exitAtOnce(status: status)
  }

  /// No executor was made: the others still wait for their first message, or for what follows it.
  private func dismissUnassembled(_ status: Int32) -> Bool {
    var link = Link(transport, epoch: epoch)
    let bye = Message.bye(
      status: UInt8(truncatingIfNeeded: status), isWhole: !isIncomplete)
    for rank in 1..<max(transport.size, 1) {
      link.send(bye, to: rank)
    }
    link.flush()
    return link.waitUntilSent(atMost: Self.farewell) && !isIncomplete
  }

  private static let farewell: UInt64 = 5_000_000_000

  // MARK: Other ranks

  /// Works for the coordinator until it says that the session is over, then ends this process.
  public func serveWorker() -> Never {
    var worker = Worker<MPITransport, LocalRunner>(
      transport, prepare: { [self] in prepare($0) },
      makeWaits: { FileWaits(host: Array(Host.name.utf8), limit: $0) },
      configure: { runner, enrolment in runner.hostRank = enrolment.hostRank },
      leaseChanged: { [watchman] in watchman.extend(to: $0) },
      startLimit: hasHeartbeatThread ? StartWatch().limit : nil,
      isOrphaned: { [self] in
        coordinatorsProcess.map { LeftProcesses.isGone(Int32(bitPattern: $0)) } ?? false
      })
    switch worker.serve(hasHeartbeatThread: hasHeartbeatThread) {
    case .dismissed(let status, let isWhole):
      if isWhole { finishMPI(status: 0) }
      // Open MPI 4 takes a second or two to clear a job away in which a rank that failed was not
      // the first to end (2.4 s against 0.4 s, measured).
      if status != 0 { Clock.sleep(nanoseconds: 30_000_000) }
      watchman.release()
      if isWhole { ProgramExit.exit(status: 0) }
      ProgramExit.exitAtOnce(status: 0)
    // The guard sees to it that nothing is left running.
    case .signalled(let signal): ProgramExit.exitAtOnce(status: 128 + signal)
    case .unattended(let stage):
      Self.say(
        """
        error: rank \(rank) on '\(Host.name)' has heard nothing from rank 0 for \
        \(StartWatch().seconds) s while it waited \(stage)
        """)
      if isRecoverable { Launcher.end() }
      ProgramExit.exitAtOnce(status: 1)
    case .abandoned:
      if isRecoverable { Launcher.end() }
      ProgramExit.exitAtOnce(status: 1)
    }
  }

  /// Enters the tree and says what this rank's machine has.
  private func prepare(_ welcome: Welcome) -> (Hello, LocalRunner?) {
    let own = Environment.current()
    var hello = describe(own)
    if hello.machine.host == welcome.host, hello.machine.bootID == welcome.bootID {
      coordinatorsProcess = welcome.processID
    }
    do throws(SystemError) {
      try Files.changeDirectory(welcome.root)
      FilePlace.setHome()
      guard TreeMarker.isVisible(welcome.markerPath, content: welcome.marker) else {
        hello.tree = .otherTree
        return (hello, nil)
      }
      let environment = RecipeEnvironment.onWorker(welcome.environment, own: own)
      let runner = try LocalRunner(
        rank: rank, environment: environment, grace: welcome.grace,
        separatesStreams: welcome.separatesStreams, clock: .probing())
      watchman.watch(session: environment["SCHED_SESSION"] ?? [], rank: rank)
      return (hello, runner)
    } catch {
      hello.tree = .noRoot(reason: Array(error.reason.utf8))
      return (hello, nil)
    }
  }
}
