import SchedBase
import SchedGraph
import SchedSystem

// `@inputs-from`: files that name further inputs, one path a line.
extension FileJudge {
  struct ListingProblems: Error {
    var diagnostics: [Diagnostic]
  }

  /// Reads the listings of an action, whose makers are done, and looks at what they name.
  ///
  /// Returns the makers of that, also those that are done.
  mutating func readListings(of action: ActionID) -> Result<[ActionID], ListingProblems> {
    var entries: [(path: PathID, place: SourceRange)] = []
    for listing in graph.listings(of: action) {
      // What it says is held against what it says when the recipe has ended.
      files.refresh([listing], olderThan: 0)
      listingSignatures[action, default: []].append((listing, files.signature(of: listing)))
      do throws(SystemError) {
        let bytes = try files.readText(listing)
        if let problem = problem(ofNulIn: bytes, listing, of: action) {
          return .failure(ListingProblems(diagnostics: [problem]))
        }
        parse(bytes, listing, of: action, into: &entries)
      } catch {
        let problem = Reading.Problem(path: error.path, cause: .refused(error.code))
        return .failure(
          ListingProblems(diagnostics: [
            .error(
              problem.message(", needed by '\(name(of: action))'"), at: place(of: listing, action))
          ]))
      }
    }
    if let (_, place) = entries.first(where: {
      Int($0.place.upper - $0.place.lower) > PathTable.maximumNameLength
    }) {
      let count = place.upper - place.lower
      let message =
        "a path of \(count) bytes is too long: the limit is \(PathTable.maximumNameLength)"
      return .failure(ListingProblems(diagnostics: [.error(message, at: place)]))
    }
    var seen: Set<PathID> = []
    entries = entries.filter { seen.insert($0.path).inserted }
    for entry in entries {
      askForRule(entry.path)
      files.want(entry.path)
    }
    files.look()
    noteLinks()
    var makers: [ActionID] = []
    for entry in entries {
      for maker in self.makers(of: entry.path)
      where !makers.contains(maker) {
        makers.append(maker)
      }
    }
    if let problems = ruleProblems(among: entries.map(\.path)) {
      return .failure(ListingProblems(diagnostics: problems))
    }
    var problems: [Diagnostic] = []
    for entry in entries where problems.count < 20 {
      guard let problem = inputProblem(entry.path), self.makers(of: entry.path).isEmpty else {
        continue
      }
      problems.append(diagnostic(for: problem, listed: entry.path, action, at: entry.place))
    }
    guard problems.isEmpty else { return .failure(ListingProblems(diagnostics: problems)) }
    if !leftovers.isEmpty {
      let problems = entries.compactMap { problem(ofLeftover: $0.path, at: $0.place) }
      guard problems.isEmpty else {
        return .failure(ListingProblems(diagnostics: Array(problems.prefix(20))))
      }
    }
    listed[action] = entries.map(\.path)
    return .success(makers)
  }

  /// No path can hold a NUL byte; `find -print0` ends each name with one.
  private mutating func problem(ofNulIn bytes: [UInt8], _ listing: PathID, of action: ActionID)
    -> Diagnostic?
  {
    guard let index = bytes.firstIndex(of: 0) else { return nil }
    let file = sources.add(name: paths.string(of: listing), bytes: bytes)
    return .error(
      "found a NUL byte in a listing of '\(name(of: action))'",
      at: SourceRange(
        file: file, lower: UInt32(clamping: index), upper: UInt32(clamping: index + 1)),
      hint: "a listing has one path a line: 'find -print', not '-print0'")
  }

  /// As an input of a header is told, with its line of the listing.
  private mutating func diagnostic(
    for problem: InputProblem, listed path: PathID, _ action: ActionID, at place: SourceRange
  ) -> Diagnostic {
    guard problem == .missing else {
      return diagnostic(for: problem, path, neededBy: action, at: place)
    }
    return .error(
      "no rule makes '\(paths.string(of: path))', listed for '\(name(of: action))'", at: place,
      hint: source.hint(forMissing: path, in: graph))
  }

  private func place(of listing: PathID, _ action: ActionID) -> SourceRange? {
    graph.actions[action].range(of: .listings).first { graph.edges[$0] == listing }
      .map { graph.edgePlaces[$0] }
  }

  private mutating func parse(
    _ bytes: [UInt8], _ listing: PathID, of action: ActionID,
    into entries: inout [(path: PathID, place: SourceRange)]
  ) {
    let directory = graph.actions[action].directory
    var file: SourceFileID?
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      var last = end
      if last > start, bytes[last - 1] == UInt8(ascii: "\r") { last -= 1 }
      if last > start {
        let known = file ?? sources.add(name: paths.string(of: listing), bytes: bytes)
        file = known
        let path = paths.intern(path: Array(bytes[start..<last]), relativeTo: directory)
        if bytes[last - 1] == UInt8(ascii: "/") {
          markDirectory(path, for: action)
        }
        entries.append(
          (path, SourceRange(file: known, lower: UInt32(start), upper: UInt32(last))))
      }
      start = end + 1
    }
  }
}
