import Glibc
import Testing

extension Sandbox {
  /// Runs a shell script in the tree that may mount what it likes: nothing of it is seen outside, and all is gone
  /// when it ends.
  ///
  /// `$SCHED` is the program; what the script prints is its answer.
  func runWithMounts(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> String
  {
    environment["SCHED"] = Programs.sched.description
    let whole = "mount --make-rprivate /\n" + script
    let run = try start(program: "unshare", ["-m", "sh", "-euc", Bytes(whole)]).wait()
    #expect(run.status == .exited(0), "\(run.diagnostics)", sourceLocation: sourceLocation)
    return run.output
  }
}

/// What this machine lets tests mount.
enum Mounts {
  /// Why nothing can be mounted; nil: it can.
  static let obstacle: String? = obstacle(to: "mount --make-rprivate / && mount --bind . .")

  /// The same for images, which need loop devices too.
  static let obstacleForImages: String? = obstacle(
    to: """
      mount --make-rprivate / && mkdir source point && echo 1 > source/file &&
      mke2fs -q -t ext4 -d source image 4M && mount -o loop,ro image point && cat point/file
      """)

  private static func obstacle(to script: Bytes) -> String? {
    guard geteuid() == 0 else { return "mounting needs root" }
    let sandbox = Sandbox()
    guard
      let run = try? sandbox.start(program: "unshare", ["-m", "sh", "-ec", script]).wait()
    else { return "there is no 'unshare'" }
    return run.status == .exited(0) ? nil : "cannot mount here: \(run.diagnostics)"
  }
}
