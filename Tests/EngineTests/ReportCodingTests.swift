import SchedDigest
import SchedEngine
import SchedSystem
import Testing

/// Reports as bytes, as they come from whatever ran a recipe.
@Suite struct ReportCodingTests {
  private static let reason = Array("no such file".utf8)

  static let problems: [RecipeReport.Problem?] =
    [
      nil, .missingOutput(1), .wrongKind(2), .unreadableOutput(3, reason: reason),
      .depfileNotWritten, .depfileUnreadable(reason: reason), .cannotStart(reason: reason),
      .cannotPrepare(reason: reason), .scriptTooLong(limit: 131_072),
      .depfileEmpty, .readLeftover(reason, cause: reason),
      .depfileNamesNothing(
        RecipeReport.UnseenNames(count: 3, first: reason, directory: [], foundIn: [0xff])),
    ]
    + [RecipeReport.LateInput.Found.nothing, .otherSize, .otherContent, .otherKind].map {
      .inputNotSeen(
        RecipeReport.LateInput(
          path: Array("a b".utf8), makersHost: [0xff], readersHost: [], expectedSize: 1 << 40,
          found: $0, foundSize: 7, waited: .max))
    }

  private func report(_ problem: RecipeReport.Problem?) -> RecipeReport {
    var report = RecipeReport()
    report.problem = problem
    report.output = PrintedText(Array("said\n".utf8))
    Array("complained\n".utf8).withUnsafeBytes { report.output.append($0, .error) }
    report.spool = SpooledOutput(
      name: Array("host-1-2-3".utf8), size: 1 << 40, rest: PrintedText([0xff], .error))
    report.outputs = [
      RecipeReport.Output(
        identity: Identity(.file, Digest(low: 1, high: 2)),
        signature: Signature(size: 3, modified: -4, changed: 5, inode: 6, isExecutable: true),
        isSettled: true)
    ]
    report.depfile = report.outputs[0]
    report.discovered = [Array("h.h".utf8), []]
    report.moved = [Array("moved".utf8), []]
    report.notes = [Array("note".utf8)]
    report.duration = 12
    return report
  }

  @Test(arguments: problems)
  func `a report arrives as it was sent`(_ problem: RecipeReport.Problem?) throws {
    let report = report(problem)
    #expect(try RecipeReport(decoding: report.encoded()) == report)
  }

  @Test func `a report that names a file elsewhere than among those of its kind is refused`() {
    var report = report(nil)
    report.spool?.name = Array("../journal-1".utf8)
    let bytes = report.encoded()
    #expect(throws: (any Error).self) { try RecipeReport(decoding: bytes) }
  }

  @Test(arguments: problems)
  func `a report that is cut anywhere is refused`(_ problem: RecipeReport.Problem?) {
    let bytes = report(problem).encoded()
    for end in bytes.indices {
      #expect(throws: (any Error).self) { try RecipeReport(decoding: Array(bytes[..<end])) }
    }
  }
}
