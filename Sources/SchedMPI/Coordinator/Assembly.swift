import SchedExecutors
import SchedSystem

/// Brings the ranks together: tells each where the tree is and hears what its machine has.
///
/// After that the ranks can work.
struct Assembly<T: Transport> {
  /// How long ranks may take to answer: theirs may be slow to start, and a file system slow to
  /// show the marker.
  static var timeLimit: UInt64 { 60_000_000_000 }

  private(set) var link: Link<T>
  private(set) var register: RankRegister
  private(set) var placement: Placement
  private(set) var machines: [Machine]

  /// Throws when a rank does not fit; then none may be used.
  init(
    _ transport: T, _ welcome: Welcome, own: Hello, slots: RankSlots,
    epoch: UInt32, timeLimit: UInt64 = Assembly.timeLimit, now: () -> UInt64 = Clock.monotonic,
    sleep: (UInt64) -> Void = Clock.sleep
  ) throws(AssemblyError) {
    link = Link(transport, epoch: epoch)
    register = RankRegister(size: transport.size)
    for rank in 1..<max(transport.size, 1) { link.send(.welcome(welcome), to: rank) }
    link.flush()
    var hellos: [Hello?] = Array(repeating: nil, count: transport.size)
    hellos[0] = own
    try Self.await(&hellos, &link, timeLimit, now, sleep)
    machines = []
    for (rank, hello) in hellos.enumerated() {
      guard let hello else { continue }
      try Self.check(hello, of: rank, against: own, welcome)
      machines.append(hello.machine)
      register[rank].place = RankPlace(
        host: hello.machine.host, bootID: hello.machine.bootID, processID: hello.processID)
    }
    placement = Placement(
      machines, slots: slots,
      coordinatorWorks: Placement.coordinatorWorks(amongRanks: transport.size))
    for rank in placement.ranks.indices.dropFirst() {
      let place = placement.ranks[rank]
      link.send(
        .enrol(Enrolment(slots: UInt32(place.slots), hostRank: place.hostRank)), to: rank)
    }
    link.flush()
  }

  /// Of this host.
  var hostName: [UInt8] { machines[0].host }

  private static func await(
    _ hellos: inout [Hello?], _ link: inout Link<T>, _ timeLimit: UInt64, _ now: () -> UInt64,
    _ sleep: (UInt64) -> Void
  ) throws(AssemblyError) {
    let start = now()
    let interval = min(LoadingHeartbeats<T>.interval, timeLimit / 4)
    var nextHeartbeat = start + interval
    var backoff = Backoff(at: start)
    while hellos.contains(nil) {
      while let (rank, incoming) = link.receive() {
        backoff.somethingHappened(at: now())
        switch incoming {
        case .message(.hello(let hello)): hellos[rank] = hello
        case .message(.heartbeat): break
        case .message: throw .nonsense(rank: rank, .malformedBody(.hello))
        case .nonsense(.wrongVersion(let version)):
          throw .otherProtocol(rank: rank, version: version)
        case .nonsense(let error): throw .nonsense(rank: rank, error)
        }
      }
      if now() - start > timeLimit {
        throw .silent(
          ranks: hellos.indices.filter { hellos[$0] == nil }, seconds: timeLimit / 1_000_000_000)
      }
      // Those that have answered wait for the others, and may think that nobody is here.
      if now() >= nextHeartbeat {
        nextHeartbeat = now() + interval
        for rank in hellos.indices.dropFirst() where hellos[rank] != nil {
          link.send(.heartbeat(stamp: 0), to: rank)
        }
        link.flush()
      }
      sleep(backoff.length(at: now()))
    }
  }

  private static func check(
    _ hello: Hello, of rank: Int, against own: Hello, _ welcome: Welcome
  ) throws(AssemblyError) {
    let host = hello.machine.host
    guard hello.toolVersion == own.toolVersion else {
      throw .otherVersion(
        rank: rank, host: host, version: hello.toolVersion, own: own.toolVersion)
    }
    switch hello.tree {
    case .shared: return
    case .noRoot(let reason):
      throw .cannotEnterRoot(rank: rank, host: host, root: welcome.root, reason: reason)
    case .otherTree: throw .notSharedTree(rank: rank, host: host, root: welcome.root)
    }
  }
}
