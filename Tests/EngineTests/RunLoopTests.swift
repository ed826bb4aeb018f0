import SchedEngine
import SchedGraph
import Testing

/// The order in which the loop runs things, with a scripted judge and executor.
struct RunLoopTests {
  @Test func `dependencies run before their dependents`() {
    let (ran, result, _) = run(ScriptedJudge("app: a.o b.o\na.o: gen\nb.o: gen"), ["app"])
    #expect(ran.first == "gen" && ran.last == "app" && Set(ran) == ["gen", "a.o", "b.o", "app"])
    #expect(result.end == .succeeded && result.ran == 4)
  }

  @Test func `nothing runs when all is up to date`() {
    var judge = ScriptedJudge("app: a.o b.o")
    judge.upToDate = ["app", "a.o", "b.o"]
    let (ran, result, _) = run(judge, ["app"])
    #expect(ran.isEmpty && result.ran == 0 && result.end == .succeeded)
  }

  @Test func `an action that two need runs once`() {
    let (ran, _, _) = run(ScriptedJudge("x: s\ny: s"), ["x", "y", "x"])
    #expect(ran.count(where: { $0 == "s" }) == 1 && ran.count == 3)
  }

  @Test func `only what was asked for runs`() {
    let (ran, _, _) = run(ScriptedJudge("x: a\ny: b"), ["y"])
    #expect(ran == ["b", "y"])
  }

  @Test func `the serial executor keeps the order of the Schedfile`() {
    var executor = ScriptedExecutor()
    executor.isSerial = true
    var judge = ScriptedJudge("a\nb\nc\nall: c b a")
    judge.durations = ["c": 100]
    #expect(run(judge, ["all"], executor).ran == ["a", "b", "c", "all"])
  }

  @Test func `the longest remaining path starts first`() {
    var judge = ScriptedJudge("all: short long2\nlong2: long1")
    judge.durations = ["short": 5, "long1": 3, "long2": 4]
    #expect(run(judge, ["all"]).ran == ["long1", "short", "long2", "all"])
  }

  @Test func `room that is announced is used before the end is known`() {
    var executor = ScriptedExecutor()
    executor.announcesRoom = true
    let (ran, result, _) = run(ScriptedJudge("a\nb\nall: a b"), ["all"], executor)
    #expect(ran == ["a", "b", "a ended", "b ended", "all", "all ended"])
    #expect(result.end == .succeeded)
  }

  @Test func `room that is announced is kept for what is more urgent and waits only for that end`()
  {
    var executor = ScriptedExecutor()
    executor.announcesRoom = true
    var judge = ScriptedJudge("first\nlong: first\nother\nall: long other")
    judge.durations = ["first": 1, "long": 9, "other": 5]
    let (ran, _, _) = run(judge, ["all"], executor)
    #expect(ran.prefix(3) == ["first", "first ended", "long"])
  }

  @Test func `no more run at once than there are slots`() {
    var executor = ScriptedExecutor()
    executor.slots = 3
    let (ran, _, loop) = run(ScriptedJudge("all: a b c d e f"), ["all"], executor)
    #expect(loop.executor.mostAtOnce == 3 && ran.count == 7)
  }

  @Test func `a chain of 100,000 actions runs`() {
    var judge = ScriptedJudge("end")
    judge.names = (0..<100_000).map { "t\($0)" }
    judge.dependencies = (0..<100_000).map { $0 == 0 ? [] : [Dependency(ActionID($0 - 1))] }
    var options = BuildOptions()
    options.failureLimit = 1
    var loop = RunLoop(
      judge: judge, executor: ScriptedExecutor(), observer: CountingObserver(), options: options)
    let result = loop.run([ActionID(99_999)])
    #expect(result.ran == 100_000 && result.end == .succeeded)
  }
}

struct FailureTests {
  @Test func `after a failure nothing new starts and dependents are not reached`() {
    var executor = ScriptedExecutor()
    executor.isSerial = true
    executor.failures = ["a": [.failed(status: 3)]]
    let (ran, result, _) = run(ScriptedJudge("a\nb\napp: a\nall: app b"), ["all"], executor)
    #expect(ran == ["a"] && result.end == .failed && result.failed.count == 1)
    #expect(result.notReached == 3)
  }

  @Test func `with keep going everything that does not depend on the failure runs`() {
    var executor = ScriptedExecutor()
    executor.failures = ["a": [.failed(status: 3)]]
    let (ran, result, _) = run(
      ScriptedJudge("a\nb\napp: a\nall: app b"), ["all"], executor, failureLimit: 0)
    #expect(Set(ran) == ["a", "b"] && result.end == .failed && result.notReached == 2)
  }

  @Test func `a failing action is tried again as often as it may be`() {
    var judge = ScriptedJudge("a")
    judge.attributes["a"] = ActionAttributes()
    judge.attributes["a"]!.retries = 2
    var executor = ScriptedExecutor()
    executor.failures = ["a": [.failed(status: 1), .timedOut]]
    let (ran, result, loop) = run(judge, ["a"], executor)
    #expect(ran == ["a", "a", "a"] && result.end == .succeeded && loop.observer.retries == 2)
    executor.failures = ["a": [.failed(status: 1), .timedOut, .killed(signal: 9)]]
    #expect(run(judge, ["a"], executor).result.end == .failed)
  }

  @Test func `an action owns its outputs when room was made, whoever makes it, and else nothing`() {
    var executor = ScriptedExecutor()
    executor.preparations = ["far": .later, "blocked": .failed(payload: [])]
    let (ran, result, loop) = run(
      ScriptedJudge("all: near far blocked"), ["all"], executor, failureLimit: 0)
    #expect(ran == ["near", "far"] && result.failed.count == 1 && result.end == .failed)
    #expect(
      loop.judge.history.filter { $0.contains("own") } == [
        "near owns its outputs", "far may own its outputs", "blocked owns nothing",
        "far owns its outputs",
      ]
        || loop.judge.history.filter { $0.contains("own") } == [
          "near owns its outputs", "far may own its outputs", "far owns its outputs",
          "blocked owns nothing",
        ])
  }

  @Test func `an action on a lost rank runs again without counting as a failure`() {
    var executor = ScriptedExecutor()
    executor.failures = ["a": [.lost(rank: 3)]]
    let (ran, result, _) = run(ScriptedJudge("b: a"), ["b"], executor)
    #expect(ran == ["a", "a", "b"] && result.end == .succeeded)
  }

  @Test func `an interrupt starts nothing new and waits for what runs`() {
    var executor = ScriptedExecutor()
    executor.slots = 2
    executor.interruptAfterStart = "b"
    let (ran, result, _) = run(ScriptedJudge("a\nb\nc: a\nall: a b c"), ["all"], executor)
    #expect(Set(ran) == ["a", "b"] && result.end == .interrupted(signal: 15))
    #expect(result.failed.isEmpty)
  }
}

struct CycleTests {
  @Test func `a cycle is told whole and nothing runs`() {
    let (ran, result, _) = run(ScriptedJudge("a: b\nb: c\nc: a\nd\nall: d a"), ["all"])
    #expect(ran.isEmpty && result.end == .refused)
    #expect(result.diagnostics.map(\.message) == ["cycle: a -> b -> c -> a"])
  }

  @Test func `a cycle is found when everything else is up to date`() {
    var judge = ScriptedJudge("a: b\nb: a\nd\nall: d a")
    judge.upToDate = ["a", "b", "d", "all"]
    #expect(run(judge, ["all"]).result.end == .refused)
  }

  @Test func `an edge known only from a depfile that closes a cycle orders nothing`() {
    let (ran, result, _) = run(ScriptedJudge("a: [b]\nb: a"), ["b"])
    #expect(ran == ["a", "b"] && result.end == .succeeded)
  }
}

struct LateDependencyTests {
  @Test func `an action waits for makers that are known only when it is judged`() {
    var judge = ScriptedJudge("app\ngen")
    judge.waitsWhenJudged = ["app": ["gen"]]
    let (ran, _, loop) = run(judge, ["app"])
    #expect(ran == ["gen", "app"])
    #expect(loop.judge.judged == ["app", "gen", "app"])
  }

  @Test func `an action runs again after what it discovered was made`() {
    var judge = ScriptedJudge("app\ngen")
    judge.waitsAtEnd = ["app": ["gen"]]
    let (ran, result, _) = run(judge, ["app"])
    #expect(ran == ["app", "gen", "app"] && result.end == .succeeded && result.ran == 2)
  }

  @Test func `when the maker of a discovered input fails the action counts as failed by it`() {
    var judge = ScriptedJudge("app\ngen")
    judge.waitsAtEnd = ["app": ["gen"]]
    var executor = ScriptedExecutor()
    executor.failures = ["gen": [.failed(status: 1)]]
    let (_, result, _) = run(judge, ["app"], executor)
    #expect(result.end == .failed && result.failed.count == 1 && result.notReached == 1)
  }

  @Test
  func
    `an action that was up to date runs when its output is needed and dependents are judged again`()
  {
    // `s` is secondary and was up to date, so `x` was judged up to date, too; `y` then needs it.
    var judge = ScriptedJudge("x: s\ny: s x\nz: x")
    judge.upToDate = ["s", "x", "z"]
    judge.needsWhenJudged = ["y": ["s"]]
    let (ran, result, loop) = run(judge, ["x", "y", "z"])
    #expect(ran == ["s", "y"] && result.end == .succeeded)
    #expect(loop.judge.judged.count(where: { $0 == "x" }) == 2)
  }

  @Test func `waiting for something that waits for the action is a cycle`() {
    var judge = ScriptedJudge("gen: app\napp")
    judge.waitsWhenJudged = ["app": ["gen"]]
    let (_, result, _) = run(judge, ["gen"])
    #expect(result.end == .failed && result.diagnostics.count == 1)
  }
}

struct EndlessTests {
  @Test func `an action that is put off for ever ends the build, and is named`() {
    var judge = ScriptedJudge("app: lib\nlib\nother")
    judge.waitsForEver = ["app": ["lib"]]
    let (ran, result, _) = run(judge, ["app", "other"])
    #expect(ran.contains("lib") && result.end == .failed)
    #expect(
      result.diagnostics.map(\.message) == [
        "internal error: nothing runs, and these wait for ever: 'app', 'lib'"
      ])
  }

  @Test func `a build in which nothing runs and nothing fits ends, and names what is ready`() {
    var executor = ScriptedExecutor()
    executor.slots = 0
    let (ran, result, _) = run(ScriptedJudge("a\nb: a"), ["b"], executor)
    #expect(ran.isEmpty && result.end == .failed)
    #expect(
      result.diagnostics.map(\.message) == [
        "internal error: nothing runs, and these wait for ever: 'a'"
      ])
  }

  @Test func `what a recipe takes away is made again for who needs it`() {
    var judge = ScriptedJudge("t\nb: t\nc: t b")
    judge.needsWhenJudged = ["c": ["t"]]
    let (ran, result, _) = run(judge, ["b", "c"])
    #expect(ran == ["t", "b", "t", "c"] && result.end == .succeeded)
  }
}

struct ResourceTests {
  private func attributes(cpus: UInt32 = 1, memory: UInt64 = 0, pool: UInt32? = nil)
    -> ActionAttributes
  {
    var attributes = ActionAttributes()
    attributes.resources = Resources(cpus: cpus, memory: memory)
    attributes.pool = pool
    return attributes
  }

  @Test func `what never fits is an error before anything starts`() {
    var judge = ScriptedJudge("all: a big")
    judge.attributes["big"] = attributes(memory: 5000)
    let (ran, result, _) = run(judge, ["all"])
    #expect(ran.isEmpty && result.end == .refused)
    #expect(result.diagnostics.map(\.message) == ["'big' fits nowhere"])
  }

  @Test func `a pool limits its own actions only`() {
    var judge = ScriptedJudge("all: p1 p2 p3 a b")
    judge.pools = [1]
    for name in ["p1", "p2", "p3"] { judge.attributes[name] = attributes(pool: 0) }
    judge.durations = ["p1": 9, "p2": 9, "p3": 9]
    var executor = ScriptedExecutor()
    executor.slots = 8
    executor.durations = ["p1": 10, "p2": 10, "p3": 10]
    let (ran, _, _) = run(judge, ["all"], executor)
    #expect(ran == ["p1", "a", "b", "p2", "p3", "all"])
  }

  @Test func `a large action is passed over for a while and not starved`() {
    let small = (0..<200).map { "s\($0)" }
    var judge = ScriptedJudge((["all: big " + small.joined(separator: " ")]).joined())
    judge.attributes["big"] = attributes(cpus: 8)
    judge.durations = ["big": 100]
    var executor = ScriptedExecutor()
    executor.slots = 8
    // Started when the others have taken what there is, it must still come long before the end.
    judge.dependencies[judge.find("big").index] = [Dependency(judge.find("s0"))]
    for (index, name) in small.enumerated() { executor.durations[name] = UInt64(1 + index % 7) }
    let (ran, _, _) = run(judge, ["all"], executor)
    #expect(ran.firstIndex(of: "big")! < 80)
  }

  @Test func `one action at a time has the terminal`() {
    var judge = ScriptedJudge("all: c1 c2 a")
    for name in ["c1", "c2"] {
      judge.attributes[name] = ActionAttributes()
      judge.attributes[name]!.flags = [.console]
    }
    judge.durations = ["c1": 5, "c2": 5]
    var executor = ScriptedExecutor()
    executor.slots = 3
    executor.durations = ["c1": 3, "a": 1]
    #expect(run(judge, ["all"], executor).ran == ["c1", "a", "c2", "all"])
  }
}
