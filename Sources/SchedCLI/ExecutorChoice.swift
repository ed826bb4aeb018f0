import SchedBase
import SchedEngine
import SchedExecutors
import SchedSystem

/// Makes the executor that the command line asks for.
struct ExecutorChoice {
  let invocation: Invocation
  let environment: Environment
  let streams: Streams
  let makeMPIExecutor: MPIExecutorFactory?

  /// For builds: `--mpi`, `--serial`, or processes (`-j`).
  func make(for state: State) throws(CommandFailure) -> any Executor {
    if invocation.has(.serial) { return try makeSerial(for: state) }
    let clock = clock(for: state)
    if invocation.has(.mpi), let makeMPIExecutor {
      do throws(ExecutorUnavailable) {
        return try makeMPIExecutor(invocation.rankOptions, state.session, clock)
      } catch {
        throw streams.failure(error.diagnostic, .failure)
      }
    }
    return try streams.attempt { () throws(SystemError) in
      try LocalExecutor.parallel(
        slots: invocation.jobs, environment: environment, session: state.session, clock: clock)
    }
  }

  /// For commands that run nothing but values.
  func makeSerial(for state: State) throws(CommandFailure) -> LocalExecutor {
    let clock = clock(for: state)
    return try streams.attempt { () throws(SystemError) in
      try LocalExecutor.serial(environment: environment, session: state.session, clock: clock)
    }
  }

  /// Where nothing can be written, the clock cannot be proven.
  private func clock(for state: State) -> TrustClock {
    state.isReadOnly ? TrustClock() : TrustClock.probing()
  }
}

extension Invocation {
  fileprivate var rankOptions: RankOptions {
    var options = RankOptions()
    if let slots { options.slots = slots }
    if let latencyWait { options.latencyWait = UInt64(latencyWait) * 1_000_000_000 }
    return options
  }
}
