import SchedEngine
import SchedGraph
import Testing

@testable import SchedCLI

private func lateInput(_ found: RecipeReport.LateInput.Found) -> RecipeReport.LateInput {
  RecipeReport.LateInput(
    path: Array("in".utf8), makersHost: Array("n1".utf8), readersHost: Array("n2".utf8),
    expectedSize: 12, found: found, foundSize: 5, waited: 30_000_000_000)
}

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
      (
        .failed(status: 127), .inputNotSeen(lateInput(.nothing)),
        "target 'a' failed: 'in', made on 'n1', was not seen on 'n2' within 30 s: expected 12 bytes, found nothing ('--latency-wait' waits longer)"
      ),
      (
        .failed(status: 127), .inputNotSeen(lateInput(.otherSize)),
        "target 'a' failed: 'in', made on 'n1', was not seen on 'n2' within 30 s: expected 12 bytes, found 5 ('--latency-wait' waits longer)"
      ),
      (
        .failed(status: 127), .inputNotSeen(lateInput(.otherContent)),
        "target 'a' failed: 'in', made on 'n1', was not seen on 'n2' within 30 s: expected 12 bytes, found other content ('--latency-wait' waits longer)"
      ),
    ] as [(ActionOutcome, RecipeReport.Problem?, String?)])
  func `an end without success says why`(
    _ outcome: ActionOutcome, _ problem: RecipeReport.Problem?, _ message: String?
  ) {
    let end = ActionEnd(
      outcome: outcome, problem: problem, output: PrintedText(), willRetry: false)
    #expect(end.failure(of: ActionID(0), LetterTexts()) == message)
  }
}
