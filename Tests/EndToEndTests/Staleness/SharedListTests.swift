import TestSupport
import Testing

/// Actions that have the same long list, written as one expression, and the same project with each path
/// written out, which shares nothing: both answer the same.
@Suite struct SharedListTests {
  private static let headerCount = 12

  /// A project with lists of sources and of outputs, and a program that both are written for.
  private struct Twin {
    let sandbox: Sandbox

    init(isShared: Bool, isSecondary: Bool) {
      let names = (0..<SharedListTests.headerCount).map { "\($0)" }
      let headers = names.map { "h/\($0).h" }.joined(separator: " ")
      let made = names.map { "g/\($0).g" }.joined(separator: " ")
      let schedfile = """
        headers = \(headers)
        made = \(made)
        default \((0..<6).map { "out/\($0)" }.joined(separator: " ")) last

        g/%.g: h/%.h
            \(isSecondary ? "@secondary" : "@when changed")
            head -c 1 {{in}} > {{out}}; echo {{out}} >> $RAN; ! grep -q 7 {{in}}
        out/%: t/% \(isShared ? "{{headers}}" : headers)
            @uses h/0.h
            cat {{in}} > {{out}}; echo {{out}} >> $RAN
        out/4: t/4 \(isShared ? "{{made}}" : made)
            cat {{in}} > {{out}}; echo {{out}} >> $RAN
        out/5: t/5
            @after \(isShared ? "{{made}}" : made)
            cat {{in}} > {{out}}; echo {{out}} >> $RAN
        last: out/0 \(isShared ? "{{made}}" : made)
            @uses \(isShared ? "{{headers}}" : headers)
            cat {{in}} > {{out}}; echo {{out}} >> $RAN

        """
      sandbox = Sandbox(Bytes(schedfile))
    }
  }

  @Test(arguments: [false, true])
  func `a list that is kept once is judged as one that each action has`(_ isSecondary: Bool) throws
  {
    var random = SplitMix(seed: 20_260_103)
    let twins = [true, false].map { Twin(isShared: $0, isSecondary: isSecondary) }
    var failed = 0
    func write(_ name: String, _ text: String) {
      for twin in twins { twin.sandbox.write(Bytes(name), Bytes(text)) }
    }
    for number in 0..<Self.headerCount { write("h/\(number).h", "0") }
    for number in 0..<6 { write("t/\(number)", "0") }
    var told: Set<[String]> = []
    for step in 0..<50 {
      var story = "step \(step)"
      for _ in 0..<Int.random(in: 0..<3, using: &random) {
        let kind = Int.random(in: 0..<8, using: &random)
        let header = Int.random(in: 0..<Self.headerCount, using: &random)
        switch kind {
        case 0..<3: write("h/\(header).h", "\(Int.random(in: 0..<30, using: &random))")
        case 3, 4: write("t/\(header % 6)", "\(Int.random(in: 0..<9, using: &random))")
        case 5: for twin in twins { twin.sandbox.remove(Bytes("g/\(header).g")) }
        case 6: write("g/\(header).g", "edited")
        default: for twin in twins { twin.sandbox.remove(Bytes("out/\(header % 6)")) }
        }
        story += ", \(kind) of \(header)"
      }
      let targets: [Bytes] =
        switch Int.random(in: 0..<4, using: &random) {
        case 0: ["out/1", "out/4"]
        case 1: ["out/5"]
        default: []
        }
      let dry = try twins.map { try $0.sandbox.start(["-n"] + targets).wait() }
      #expect(dry[0].status == dry[1].status, "\(story)")
      #expect(lines(dry[0].output) == lines(dry[1].output), "\(story)")
      let runs = try twins.map { try $0.sandbox.start(["-j2", "-k0"] + targets).wait() }
      let ran = twins.map { $0.sandbox.takeRan() }
      #expect(runs[0].status == runs[1].status, "\(story)")
      if runs[0].status != .exited(0) {
        failed += 1
        // A header with a 7 is wrong; it is corrected after a while.
        for number in 0..<Self.headerCount where failed.isMultiple(of: 3) {
          let name = "h/\(number).h"
          if twins[0].sandbox.read(Bytes(name))?.description.contains("7") == true {
            write(name, "2")
          }
        }
      }
      #expect(ran[0] == ran[1], "\(story)")
      told.insert(ran[0])
    }
    // A walk in which the same ran each time would show little.
    #expect(told.count >= 8 && (1..<40).contains(failed), "\(told.count) \(failed)")
  }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init).sorted()
  }

  @Test func `a missing path of a list that is kept once is told once, where it was written`()
    throws
  {
    let sandbox = Sandbox(
      """
      headers = 1.h 2.h 3.h 4.h 5.h 6.h 7.h 8.h none.h
      a: {{headers}}
          cat {{in}} > {{out}}
      b: {{headers}}
          cat {{in}} > {{out}}

      """)
    for number in 1...8 { sandbox.write(Bytes("\(number).h"), "") }
    let run = try sandbox.start(["a", "b"]).wait()
    #expect(run.status == .exited(2))
    #expect(
      run.diagnostics == """
        Schedfile:2:4: error: no rule makes 'none.h', needed by 'a'
            2 | a: {{headers}}
              |    ^~~~~~~~~~~

        """)
  }

  @Test func `a task in a list that several targets have stands for itself`() throws {
    let sandbox = Sandbox(
      """
      all = 1 2 3 4 5 6 7 8 prepare
      a: {{all}}
          cat {{in}} > {{out}}; echo a >> $RAN
      b: {{all}}
          cat {{in}} > {{out}}; echo b >> $RAN
      task prepare
          @when changed
          echo prepare >> $RAN

      """)
    for number in 1...8 { sandbox.write(Bytes("\(number)"), "") }
    try sandbox.expectBuild("a", "b", ran: ["a", "b", "prepare"])
    try sandbox.expectBuild("a", "b")
    sandbox.write("3", "other")
    try sandbox.expectBuild("a", "b", ran: ["a", "b"])
  }

  @Test func `temporary outputs in a list go when the last of those that have it is done`() throws {
    let sandbox = Sandbox(
      """
      parts = 1.part 2.part 3.part 4.part 5.part 6.part 7.part 8.part
      %.part: source
          @temporary
          cp {{in}} {{out}}
      a: {{parts}}
          cat {{in}} > {{out}}; echo a >> $RAN
      b: {{parts}}
          cat {{in}} > {{out}}; echo b >> $RAN

      """, files: ["source": "1"])
    try sandbox.expectBuild("a", "b", ran: ["a", "b"])
    #expect((1...8).allSatisfy { !sandbox.exists(Bytes("\($0).part")) })
    try sandbox.expectBuild("a", "b")
  }

  @Test func `what was looked at before it was made anew is seen through the list`() throws {
    let sandbox = Sandbox(
      """
      made = 1.g 2.g 3.g 4.g 5.g 6.g 7.g 8.g
      default a b
      %.g: %.h
          cp {{in}} {{out}}; echo {{out}} >> $RAN
      a: {{made}}
          cat {{in}} > {{out}}; echo a >> $RAN
      b: {{made}}
          cat {{in}} > {{out}}; echo b >> $RAN

      """)
    for number in 1...8 { sandbox.write(Bytes("\(number).h"), "1") }
    _ = try sandbox.start([]).wait()
    _ = sandbox.takeRan()
    sandbox.write("5.h", "2")
    try sandbox.expectBuild(ran: ["5.g", "a", "b"])
    try sandbox.expectBuild()
  }

  @Test func `what is wanted after a maker of its list has failed is not reached`() throws {
    let sandbox = Sandbox(
      """
      numbers = 1 2 3 4 5 6 7 8
      made = {{numbers}}.g
      default a b
      for number in {{numbers}}
          {{number}}.g: {{number}}.h
              cp {{in}} {{out}}; echo {{out}} >> $RAN; ! grep -q wrong {{in}}
      end
      listing:
          echo late > {{out}}; echo listing >> $RAN
      late: {{made}}
          cat {{in}} > {{out}}; echo late >> $RAN
      a: {{made}}
          cat {{in}} > {{out}}; echo a >> $RAN
      b:
          @inputs-from listing
          cat late > {{out}}; echo b >> $RAN

      """)
    for number in 1...8 { sandbox.write(Bytes("\(number).h"), number == 3 ? "wrong" : "1") }
    let run = try sandbox.start(["--serial", "-k0"]).wait()
    #expect(run.status == .exited(1))
    #expect(sandbox.takeRan() == (1...8).map { "\($0).g" } + ["listing"])
    sandbox.write("3.h", "1")
    try sandbox.expectBuild(ran: ["3.g", "a", "b", "late"])
    try sandbox.expectBuild()
  }
}
