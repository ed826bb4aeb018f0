import SchedEngine
import SchedExecutors
import SchedSystem

/// Runs the recipes that a rank is given, as processes of its machine.
struct LocalRunner: RankRunner {
  private let runner: ActionRunner
  private var woken: [EventLoop.Event] = []
  private var refused: [EndReport] = []
  private let rank: [UInt8]
  /// The rank's place among those of its host.
  var hostRank: UInt32 = 0

  /// In the project's root.
  ///
  /// `environment` holds `SCHED_SESSION`.
  init(
    rank: Int, environment: Environment, grace: UInt64, separatesStreams: Bool, clock: TrustClock
  ) throws(SystemError) {
    let loop = try EventLoop()
    try loop.catchSignals()
    runner = try ActionRunner(loop: loop, environment: environment, grace: grace, clock: clock)
    runner.tellsOfLasting = true
    runner.separatesStreams = separatesStreams
    self.rank = Array(String(rank).utf8)
  }

  var running: Int { runner.count + refused.count }

  mutating func start(_ order: RunOrder) {
    let (action, number) = (order.attempt.action, order.attempt.number)
    guard let recipe = try? RecipeRequest(decoding: order.payload) else {
      return refuse(order.attempt)
    }
    let gpus = order.gpus.map { String(decoding: $0, as: UTF8.self) }
    runner.prepareAndStart(
      action, attempt: number, recipe,
      ActionRunner.Grant(gpus: gpus.isEmpty ? nil : gpus, environment: variables(of: order)))
  }

  private mutating func refuse(_ attempt: Attempt) {
    var report = RecipeReport()
    report.problem = .cannotStart(reason: Array("internal error: an unreadable request".utf8))
    refused.append(
      EndReport(
        attempt: attempt, outcome: .failed(status: 127), duration: 0, payload: report.encoded()))
  }

  private func variables(of order: RunOrder) -> [RecipeRequest.EnvironmentChange] {
    func variable(_ name: String, _ value: [UInt8]) -> RecipeRequest.EnvironmentChange {
      RecipeRequest.EnvironmentChange(name: Array(name.utf8), value: value)
    }
    return [
      variable("SCHED_RANK", rank),
      variable("SCHED_HOST_RANK", Array(String(hostRank).utf8)),
      variable("SCHED_CPUS", Array(String(order.cpus).utf8)),
    ]
  }

  mutating func wait(timeout: UInt64, into events: inout [RunnerEvent]) {
    var limit = runner.ended.isEmpty && refused.isEmpty ? timeout : 0
    if let deadline = runner.nextDeadline {
      let now = Clock.monotonic()
      limit = min(limit, deadline > now ? deadline - now : 0)
    }
    runner.loop.wait(timeout: limit, into: &woken)
    for event in woken {
      if case .signal(let signal) = event {
        guard !runner.takes(signal) else { continue }
        events.append(signal == EventLoop.resizeSignal ? .resized : .signal(signal))
      } else {
        runner.handle(event)
      }
    }
    woken.removeAll(keepingCapacity: true)
    runner.tick()
    takeEnded(into: &events)
  }

  private mutating func takeEnded(into events: inout [RunnerEvent]) {
    for signal in runner.interruptions {
      StopSignals.ask(signal)
      events.append(.signal(signal))
    }
    runner.interruptions.removeAll()
    for (id, attempt, notes) in runner.lasting {
      events.append(.cleared(Attempt(action: id, number: attempt), notes: notes))
    }
    runner.lasting.removeAll(keepingCapacity: true)
    for report in refused { events.append(.ended(report)) }
    refused.removeAll(keepingCapacity: true)
    for ended in runner.ended {
      events.append(
        .ended(
          EndReport(
            attempt: Attempt(action: ended.id, number: ended.attempt), outcome: ended.outcome,
            duration: ended.report.duration, payload: ended.report.encoded())))
    }
    runner.ended.removeAll(keepingCapacity: true)
  }

  mutating func cancel() {
    // The signal came to another rank: what helper threads read here is not waited for either.
    StopSignals.ask(ChildProcess.terminate)
    runner.cancel()
  }
}
