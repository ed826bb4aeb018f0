import SchedSystem

/// How the last build over MPI ended, in `.sched/outcome`: a launcher may not be able to tell.
///
/// Open MPI 4 does not after it has lost a host.
enum Outcome {
  private static let path = Array(".sched/outcome".utf8)

  static func remove() { try? Files.remove(path) }

  static func write(_ status: Int32) {
    try? Files.writeOwn(Array("\(status)\n".utf8), to: path)
  }
}
