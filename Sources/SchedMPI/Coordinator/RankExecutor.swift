import SchedEngine
import SchedExecutors
import SchedGraph

/// The ranks of a job as an executor.
struct RankExecutor<T: Transport, R: RankRunner>: Executor {
  let coordinator: Coordinator<T, R>

  var isSerial: Bool { false }

  func grantedCPUs(_ resources: Resources) -> Int {
    min(resources.cpusOrOne, coordinator.placement.mostCPUs)
  }

  func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? {
    coordinator.placement.refusal(resources, isLocal: isLocal)
  }

  func canTake(_ resources: Resources, isLocal: Bool) -> Bool {
    coordinator.canTake(resources, isLocal: isLocal)
  }

  /// Whoever runs it makes room, on its own host.
  mutating func prepare(_ request: ActionRequest) -> Preparation { .later }

  mutating func start(_ request: ActionRequest) { coordinator.start(request) }

  var hasEvents: Bool { !coordinator.events.isEmpty }

  mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    coordinator.nextEvent(timeout: timeout)
  }

  mutating func cancel() { coordinator.cancel() }

  /// The ranks stay: another run of the loop may follow, whose actions have other ids.
  mutating func shutDown() { coordinator.forgetMakers() }

  var hasSeveralHosts: Bool { coordinator.placement.hosts.count > 1 }
}
