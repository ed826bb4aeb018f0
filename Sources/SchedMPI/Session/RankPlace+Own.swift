import SchedSystem

extension RankPlace {
  /// Of this process.
  static func own() -> RankPlace {
    RankPlace(
      host: Array(Host.name.utf8), bootID: Host.bootID + processSpace,
      processID: UInt32(Host.processID))
  }

  /// Ranks in containers of their own cannot see each other's processes: they count as on different
  /// hosts.
  private static var processSpace: [UInt8] {
    (try? Files.readLink(Array("/proc/self/ns/pid".utf8))) ?? []
  }
}
