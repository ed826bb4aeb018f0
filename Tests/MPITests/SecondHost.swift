import Foundation

/// Plays a second host called `second`.
enum SecondHost {
  static var first: String { ProcessInfo.processInfo.hostName }

  static var canBePlayed: Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["unshare", "--uts", "--mount", "true"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// What mpirun needs to put rank 0 on this host and the others on the second one.
  ///
  /// `preparation` is done there first.
  static func arguments(for job: MPIJob, preparation: String = "true") throws -> [String] {
    let agent = job.outside.appending(path: "agent")
    try Data(
      """
      #!/bin/sh
      # As ssh: HOST COMMAND...
      host=$1; shift
      exec unshare --uts --mount sh -c 'hostname "$0" && \(preparation) && eval "$1"' "$host" "$*"
      """.utf8
    ).write(to: agent)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: agent.path())
    return ["--mca", "plm_rsh_agent", agent.path(), "--host", "\(first):1,second:4"]
  }

  /// The second host's daemon of Open MPI.
  static func daemon(for job: MPIJob) -> Int32? {
    MPIJob.processes(with: "orted").first { process in
      MPIJob.name(of: process) == "orted"
        && (try? MPIJob.children(of: process))?.contains { rank in
          let directory = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/\(rank)/cwd")
          return directory.map { $0.hasPrefix(job.outside.resolvingSymlinksInPath().path()) }
            ?? false
        } ?? false
    }
  }

  /// In the order of their numbers.
  static func ranks(of daemon: Int32) throws -> [Int32] {
    try MPIJob.children(of: daemon).filter { MPIJob.name(of: $0) == "sched-mpi" }
  }
}
