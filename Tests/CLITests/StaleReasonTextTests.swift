import SchedBase
import SchedDigest
import SchedEngine
import Testing

@testable import SchedCLI

private let name = Array("src/a b.c".utf8)
private let source = PathTable().intern(path: name)

/// A table in which `source` is the same path.
private func table() -> PathTable {
  let paths = PathTable()
  _ = paths.intern(path: name)
  return paths
}

private func identity(_ tag: Identity.Tag, _ digits: UInt64) -> Identity {
  Identity(tag, Digest(low: 0, high: digits << 32))
}

private func facts(_ words: String...) -> [UInt8] {
  var writer = ByteWriter()
  for word in words { writer.write(bytes: Array(word.utf8)) }
  return writer.bytes
}

@Suite struct StaleReasonTextTests {
  @Test(
    arguments: [
      (.neverMade, "it was never made"),
      (.interrupted, "its last run failed or was interrupted"),
      (.outputTakenOver(source), "'src/a b.c' was last made by another target"),
      (.always, "it runs whenever it is asked for"),
      (.forced, "everything was asked to run"),
      (.unsettled(source), "'src/a b.c' changed while it was made"),
      (.unsettled(nil), "an input changed while it was made"),
      (.formatChanged, "another version of sched made it"),
      (
        .interpreterChanged(was: facts(), now: facts("bash", "-c")),
        "its interpreter changed: none -> 'bash' '-c'"
      ),
      (
        .directoryChanged(was: Array("a".utf8), now: Array("b".utf8)),
        "the directory of its recipe changed: 'a' -> 'b'"
      ),
      (.outputsChanged, "its outputs changed"),
      (
        .environmentChanged(name: Array("LANG".utf8), was: Array("C".utf8), now: nil),
        "'@env LANG' changed: 'C' -> not set"
      ),
      (
        .variableChanged(name: Array("CC".utf8), was: nil, now: []),
        "variable 'CC' changed: not set -> ''"
      ),
      (
        .valueChanged(name: Array("revision".utf8), was: Array("1".utf8), now: Array("2\n3".utf8)),
        #"value 'revision' changed: '1' -> '2\x0A3'"#
      ),
      (
        .argumentsChanged(was: facts("-v"), now: facts()),
        "the words after '--' changed: '-v' -> none"
      ),
      (
        .inputChanged(source, was: identity(.file, 0x1f0c_33d2), now: identity(.file, 0x84aa_1c90)),
        "'src/a b.c' changed: 1f0c33d2 -> 84aa1c90"
      ),
      (
        .inputChanged(source, was: identity(.file, 1), now: identity(.directory, 2)),
        "'src/a b.c' changed: file 00000001 -> directory 00000002"
      ),
      (
        .inputChanged(source, was: identity(.file, 1), now: identity(.executable, 1)),
        "'src/a b.c' became executable"
      ),
      (
        .inputChanged(source, was: identity(.executable, 1), now: identity(.file, 1)),
        "'src/a b.c' is no longer executable"
      ),
      (.inputChanged(source, was: identity(.file, 1), now: .missing), "'src/a b.c' is gone"),
      (
        .inputChanged(source, was: .absent, now: identity(.file, 1)),
        "'src/a b.c' was not there before"
      ),
      (.inputAdded(source), "'src/a b.c' is a new input"),
      (.inputRemoved(source), "'src/a b.c' is no longer an input"),
      (.inputsReordered, "its inputs are in another order"),
      (.outputMissing(source), "'src/a b.c' is not there"),
      (.outputEdited(source), "'src/a b.c' was edited after it was made"),
      (.outputNeeded(source), "'src/a b.c' is needed and not there"),
      (.discoveredChanged(source), "'src/a b.c', which it read, was made after it began"),
      (.retry, "it failed and is tried again"),
      (.rankLost(3), "rank 3, which ran it, is gone"),
    ] as [(StaleReason, String)])
  func `a reason is a sentence with old and new`(_ reason: StaleReason, _ sentence: String) {
    #expect(reason.lines(table()) == [sentence])
  }

  @Test func `a changed recipe shows the lines that changed`() {
    let reason = StaleReason.recipeChanged(
      was: Array("cd x\ncc -O1 a.c\necho done".utf8), now: Array("cd x\ncc -O2 a.c\necho done".utf8)
    )
    #expect(reason.lines(table()) == ["its recipe changed", "  - cc -O1 a.c", "  + cc -O2 a.c"])
  }
}

@Suite struct LineDiffTests {
  private func diff(_ was: String, _ now: String) -> [String] {
    LineDiff.lines(was: Array(was.utf8), now: Array(now.utf8))
  }

  @Test func `only lines that differ are shown`() {
    #expect(diff("a\nb\nc\nd", "a\nx\nc\ny\nd") == ["- b", "+ x", "+ y"])
    #expect(diff("a\nb", "b") == ["- a"])
    #expect(diff("", "a") == ["- ", "+ a"])
    #expect(diff("a", "a") == [])
  }

  @Test func `a long difference is cut`() {
    let new = (1...20).map { "line \($0)" }.joined(separator: "\n")
    let lines = diff("", new)
    #expect(lines.count == 13)
    #expect(lines.last == "… and 9 more lines")
  }

  @Test func `two texts of thousands of lines are shown whole, one after the other`() {
    let old = (1...2000).map { "a\($0)" }.joined(separator: "\n")
    let new = (1...2000).map { "b\($0)" }.joined(separator: "\n")
    #expect(diff(old, new).prefix(2) == ["- a1", "- a2"])
  }
}

@Suite struct PrintableTests {
  @Test(
    arguments: [
      (Array("plain ü".utf8), "plain ü"),
      ([0x61, 0xFF, 0x62, 0xC3], #"a\xFFb\xC3"#),
      (Array("a\nb\u{1B}[0m\u{7F}\tc".utf8), "a\\x0Ab\\x1B[0m\\x7F\tc"),
      ([], ""),
    ] as [([UInt8], String)])
  func `what is no text of one line is escaped`(_ bytes: [UInt8], _ text: String) {
    #expect(printable(bytes) == text)
  }
}
