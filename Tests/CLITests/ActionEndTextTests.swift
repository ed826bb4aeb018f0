import SchedEngine
import SchedGraph
import Testing

@testable import SchedCLI

@Suite struct ActionEndTextTests {
  @Test(
    arguments: [
      (.failed(status: 2), nil, "target 'a' failed: command exited with status 2"),
      (.killed(signal: 11), nil, "target 'a' failed: command was killed by SIGSEGV"),
      (.killed(signal: 40), nil, "target 'a' failed: command was killed by signal 40"),
      (.timedOut, nil, "target 'a' failed: command took longer than its '@timeout'"),
      (.lost(rank: 3), nil, "rank 3 stopped answering while running 'a'"),
      (.succeeded, nil, nil),
      (.succeeded, .missingOutput(0), "target 'a' failed: its recipe did not make 'a'"),
      (.succeeded, .wrongKind(0), "target 'a' failed: 'a' is a directory"),
      (.succeeded, .wrongKind(1), "target 'a' failed: 'dir/' is no directory"),
      (
        .succeeded, .unreadableOutput(0, reason: Array("cannot read 'a': stale file handle".utf8)),
        "target 'a' failed: cannot read 'a': stale file handle"
      ),
      (
        .succeeded, .depfileNotWritten,
        "target 'a' failed: its recipe did not write the depfile 'a.d'"
      ),
      (
        .succeeded, .depfileUnreadable(reason: Array("line 1: found a NUL byte".utf8)),
        "target 'a' failed: cannot read the depfile 'a.d': line 1: found a NUL byte"
      ),
      (
        .failed(status: 127),
        .cannotStart(reason: Array("cannot run 'nope': no such program".utf8)),
        "target 'a' failed: cannot run 'nope': no such program"
      ),
      (
        .failed(status: 1), .cannotPrepare(reason: Array("cannot remove 'a': busy".utf8)),
        "target 'a' failed: cannot remove 'a': busy"
      ),
      (
        .failed(status: 1), .scriptTooLong(limit: 131072),
        "target 'a' failed: its recipe has more than 131072 bytes, and 'awk -f' takes it only as an argument"
      ),
    ] as [(ActionOutcome, RecipeReport.Problem?, String?)])
  func `an end without success says why`(
    _ outcome: ActionOutcome, _ problem: RecipeReport.Problem?, _ message: String?
  ) {
    let end = ActionEnd(
      outcome: outcome, problem: problem, output: [], duration: 0, willRetry: false,
      changedNothing: false)
    #expect(end.failure(of: ActionID(0), LetterTexts()) == message)
  }
}
