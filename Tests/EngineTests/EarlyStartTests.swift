import SchedBase
import Testing

@testable import SchedEngine

/// A stale build starts its first recipe before all is judged.
@Suite struct EarlyStartTests {
  private let text = "all: a b c d e"

  @Test func `what is found stale starts while others are still to be judged`() {
    let (ran, result, loop) = run(ScriptedJudge(text), ["all"], judgingSlice: 0)
    #expect(loop.judge.history.prefix(3) == ["judge e", "judge a", "start a"])
    #expect(ran == ["a", "b", "c", "d", "e", "all"])
    #expect(result.end == .succeeded)
  }

  @Test func `without a slice all that can be judged is judged first`() {
    let loop = run(ScriptedJudge(text), ["all"]).loop
    #expect(loop.judge.history.prefix(6).allSatisfy { $0.hasPrefix("judge") } == false)
    #expect(loop.judge.history.prefix(5).allSatisfy { $0.hasPrefix("judge") })
  }

  @Test func `from the first stale one on, the most urgent are judged first`() {
    var judge = ScriptedJudge(text)
    judge.durations = ["a": 9, "b": 2, "c": 3, "d": 1, "e": 8]
    judge.upToDate = ["e"]
    let loop = run(judge, ["all"], judgingSlice: 0).loop
    #expect(loop.judge.judged == ["e", "d", "a", "c", "b", "all"])
    #expect(loop.executor.log == ["a", "c", "b", "d", "all"])
  }

  @Test func `a signal ends it before the next is judged, although nothing runs`() {
    var judge = ScriptedJudge(text)
    judge.upToDate = ["a", "b", "c", "d", "e"]
    var executor = ScriptedExecutor()
    executor.pendingSignal = true
    let (ran, result, loop) = run(judge, ["all"], executor, judgingSlice: 0)
    #expect(result.end == .interrupted(signal: 15))
    #expect(loop.judge.judged == ["e"])
    #expect(ran.isEmpty)
  }
}
