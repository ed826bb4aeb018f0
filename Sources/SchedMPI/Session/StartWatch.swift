import SchedSystem

/// Sees to it that neither the start nor the end of MPI takes for ever.
///
/// Both wait for all ranks. For one that died on its way they wait without limit, and say nothing.
struct StartWatch {
  /// What MPI may not come back from.
  enum Stage: String {
    case initialising = "MPI_Init"
    case connecting = "MPI_Comm_dup"
  }

  let limit: UInt64

  static let variable = "SCHED_MPI_START_LIMIT"
  static let defaultLimit: UInt64 = 60_000_000_000

  init() { self.init(Environment.current()[Self.variable]) }

  /// `seconds` is what the user says.
  init(_ seconds: [UInt8]?) {
    let seconds = seconds.flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0
    limit = (1...1_000_000).contains(seconds) ? seconds * 1_000_000_000 : Self.defaultLimit
  }

  var seconds: UInt64 { limit / 1_000_000_000 }

  /// Runs a stage of the start.
  ///
  /// Ends the process if it takes too long, and by a TERM, which nobody else would take now.
  func during<R>(_ stage: Stage, _ body: () throws(MPIError) -> R) throws(MPIError) -> R {
    let whole = self
    return try watching(body) {
      if EventLoop.takeHeldTermination() {
        ProgramExit.exitAtOnce(status: 128 + ChildProcess.terminate)
      }
    } afterLimit: {
      whole.tell(stage)
      BuildOutcome.endEarly(1)
      if Launcher.keepsJob { Launcher.end() }
      ProgramExit.exitAtOnce(status: 1)
    }
  }

  /// Runs what waits for all ranks to end; leaves without it if that takes too long.
  func duringEnd(status: Int32, _ body: () -> Void) {
    try? watching { () throws(MPIError) in
      body()
    } meanwhile: {
    } afterLimit: {
      ProgramExit.exitAtOnce(status: status)
    }
  }

  private func watching<R>(
    _ body: () throws(MPIError) -> R, meanwhile: @escaping @Sendable () -> Void,
    afterLimit: @escaping @Sendable () -> Void
  ) throws(MPIError) -> R {
    let isOver = Flag()
    let end = Clock.monotonic() + limit
    let thread = Thread.start {
      while true {
        Clock.sleep(nanoseconds: 20_000_000)
        isOver.unlessSet {
          meanwhile()
          if Clock.monotonic() >= end { afterLimit() }
        }
        if isOver.isSet { return }
      }
    }
    thread?.detach()
    defer { isOver.set() }
    return try body()
  }

  private final class Flag: @unchecked Sendable {
    private let lock = Mutex()
    private var value = false

    var isSet: Bool { lock.locked { value } }
    func set() { lock.locked { value = true } }
    func unlessSet(_ body: () -> Void) { lock.locked { if !value { body() } } }
  }

  private func tell(_ stage: Stage) {
    let place = MPIWorld.own.map { "rank \($0.rank) of \($0.size)" } ?? "a rank"
    Launcher.say(
      """
      error: \(place) on '\(Host.name)' is still in \(stage.rawValue) after \(seconds) s: MPI does not start
        = hint: another rank may have ended meanwhile; \(Self.variable)=SECONDS waits longer
      """)
  }
}
