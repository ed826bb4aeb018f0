import Testing

extension Sandbox {
  /// Runs sched and holds what it printed, how it ended and which recipes ran against what is
  /// expected; what is not named is silence, success, and nothing.
  ///
  /// `ran` is what recipes wrote to `$RAN`, in any order. `errors: nil`: whatever is printed on
  /// standard error is right.
  @discardableResult
  func expect(
    _ arguments: Bytes..., in directory: Bytes = "", output: String = "", errors: String? = "",
    status: Int32 = 0, ran: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Run {
    let run = try start(arguments, in: directory).wait()
    #expect(run.output == output, sourceLocation: sourceLocation)
    if let errors {
      #expect(withoutTree(run.diagnostics) == errors, sourceLocation: sourceLocation)
    }
    #expect(
      run.status == .exited(status), "\(run.diagnostics)", sourceLocation: sourceLocation)
    #expect(takeRan() == ran.sorted(), sourceLocation: sourceLocation)
    return run
  }

  /// Builds and holds only the recipes that ran, and the exit status, against what is expected.
  func expectBuild(
    _ arguments: Bytes..., ran: [String] = [], status: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try start(arguments).wait()
    #expect(takeRan() == ran.sorted(), "\(run.diagnostics)", sourceLocation: sourceLocation)
    #expect(
      run.status == .exited(status), "\(run.diagnostics)", sourceLocation: sourceLocation)
  }

  /// A text in which the sandbox's own path is `TREE`, so that it can be compared.
  func withoutTree(_ text: String) -> String {
    guard let range = text.firstRange(of: tree.description) else { return text }
    return text[..<range.lowerBound] + "TREE" + withoutTree(String(text[range.upperBound...]))
  }
}
