import Glibc
import Testing

extension Sandbox {
  /// Runs sched as somebody for whom permissions hold, whoever runs the tests; the tree is theirs.
  ///
  /// Recipes cannot write to `$RAN`: what ran is told by the lines on standard error.
  @discardableResult
  func expectAsNobody(
    _ arguments: Bytes..., output: String = "", errors: String, status: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Run {
    var program: Bytes = Programs.sched
    var words = arguments
    if geteuid() == 0 {
      giveAway(path(""))
      program = "setpriv"
      words = ["--reuid=65534", "--regid=65534", "--clear-groups", Programs.sched] + arguments
    }
    let run = try start(program: program, words).wait()
    #expect(run.output == output, sourceLocation: sourceLocation)
    #expect(withoutTree(run.diagnostics) == errors, sourceLocation: sourceLocation)
    #expect(run.status == .exited(status), "\(run.diagnostics)", sourceLocation: sourceLocation)
    return run
  }

  private func giveAway(_ path: Bytes) {
    var status = stat()
    // Whoever is given a file again has it with another time of change.
    guard path.withCString({ lstat($0, &status) }) == 0 else { return }
    if status.st_uid != 65534 { _ = path.withCString { lchown($0, 65534, 65534) } }
    for name in names(in: path) { giveAway(path + "/" + name) }
  }
}
