import SchedBase
import SchedSystem

/// The process of Open MPI that started this rank: the launcher itself, or its daemon on this host.
enum Launcher {
  private static let names = ["orterun", "mpirun", "mpiexec", "prte", "prterun"]
  private static let daemonNames = ["orted", "prted"]

  private static var parentName: String {
    let name = (try? Files.read(Array("/proc/\(Host.parentID)/comm".utf8))) ?? []
    return String(decoding: name.dropLast(), as: UTF8.self)
  }

  static var isParent: Bool { (names + daemonNames).contains(parentName) }

  /// Asks the launcher to end the job, if it is this rank's parent.
  ///
  /// It does, with status 1.
  ///
  /// For jobs that are kept when a rank dies: Open MPI 4 ends them with 0 whatever rank 0 says, and
  /// after the loss of a host never.
  static func end() {
    if names.contains(parentName) { ChildProcess.signal(Host.parentID, ChildProcess.terminate) }
  }

  /// Whether it was told to keep the job when a rank dies.
  ///
  /// Before the launcher's marks are taken off this process.
  static var keepsJob: Bool {
    Environment.current()["OMPI_MCA_orte_enable_recovery"] == [UInt8(ascii: "1")]
  }

  /// Prints lines on this rank's standard error.
  static func say(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let shown = lines.map { printable($0.utf8) + "\n" }.joined()
    _ = Terminal.write(Array(shown.utf8), to: .error)
  }
}
