import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

// Names in depfiles that lead nowhere: they are relative to another directory than sched takes them for, are
// quoted, or are an expression of Make. What is recorded as absent is never seen again, so somebody is told.
extension FileJudge {
  /// Of the discovered files those that were not there as far as is known, and that nothing makes.
  mutating func unknownFiles(among discovered: [PathID]) -> [PathID] {
    var unknown: [PathID] = []
    // Without a closure, which would look up the judge's type for each path.
    for path in discovered {
      switch files.kind(of: path) {
      case .file, .directory, .special, .unreachable: continue
      case .missing, .unknown: break
      }
      switch state.file(path).identity.tag {
      case .unknown, .missing, .absent: if makers(of: path).isEmpty { unknown.append(path) }
      default: break
      }
    }
    return unknown
  }

  /// Those of which earlier looks or builds knew a content.
  func knownFiles(among discovered: [PathID]) -> [PathID] {
    var known: [PathID] = []
    known.reserveCapacity(discovered.count)
    for path in discovered where state.file(path).identity.tag.isContent { known.append(path) }
    return known
  }

  // MARK: All are wrong

  /// What speaks against recording the action, once its discovered files were looked at.
  mutating func problem(ofDiscovered run: ActionRun, _ action: ActionID) -> RecipeReport.Problem? {
    if !leftovers.isEmpty, let problem = problem(ofLeftoversAmong: run.discovered, action) {
      return problem
    }
    if let problem = ruleProblems(among: run.discovered)?.first {
      return .unreadableInput(reason: Array(problem.message.utf8))
    }
    guard !run.unknown.isEmpty else { return nil }
    var unseen = run.unknown.filter { files.kind(of: $0) == .missing }
    guard !unseen.isEmpty else { return nil }
    // In a build from scratch it would be one, whatever was there before.
    if unseen.count == run.discovered.count, let names = misplacedNames(unseen, of: run, action) {
      return .depfileNamesNothing(names)
    }
    let lastSeen = filesOfLastRun(action)
    unseen.removeAll { lastSeen.contains($0) }
    guard !unseen.isEmpty else { return nil }
    if unseen.allSatisfy({ isInTree($0) }), let names = misplacedNames(unseen, of: run, action) {
      return .depfileNamesNothing(names)
    }
    for path in unseen
    where mayBeMeant(path) && !unseenNames.contains(where: { $0.path == path }) {
      unseenNames.append((path, action))
    }
    return nil
  }

  /// What the action read when it last ran, as far as it was there.
  private func filesOfLastRun(_ action: ActionID) -> Set<PathID> {
    guard let record = state.record(of: graph.outputs(of: action)),
      let facts = try? FactRecord(decoding: state.facts(of: record))
    else { return [] }
    return Set(
      facts.inputs.lazy.filter { ![.missing, .absent, .unknown].contains($0.identity.tag) }
        .map(\.path))
  }

  /// All that the depfile names, if nothing of it is there; all of the tree, if that is in another directory
  /// than names were taken as relative to.
  private func misplacedNames(_ unseen: [PathID], of run: ActionRun, _ action: ActionID)
    -> RecipeReport.UnseenNames?
  {
    let base = graph.attributes(of: action).depfileDirectory ?? graph.actions[action].directory
    let names = unseen.map { name(of: $0, from: base) }
    guard let first = names.first else { return nil }
    var found = RecipeReport.UnseenNames(
      count: UInt32(names.count), first: first, directory: paths.text(of: base))
    if let alias = alias(in: first) {
      (found.alias, found.foundIn) = (alias, Array(".".utf8))
    } else {
      found.foundIn =
        directory(of: action, holding: first) ?? directory(below: base, holding: names)
    }
    if unseen.count == run.discovered.count { return found }
    // Something is there: it must be certain that these are names of another directory.
    guard let place = found.foundIn, found.alias.isEmpty,
      names.allSatisfy({ Self.exists(place + [UInt8(ascii: "/")] + $0) }),
      run.discovered.allSatisfy({ !isInTree($0) || run.unknown.contains($0) })
    else { return nil }
    return found
  }

  /// A path as a depfile names it whose names begin at `base`.
  private func name(of path: PathID, from base: PathID) -> [UInt8] {
    let text = paths.text(of: path)
    let prefix = paths.isRoot(base) ? [] : paths.text(of: base) + [UInt8(ascii: "/")]
    return text.starts(with: prefix) ? Array(text.dropFirst(prefix.count)) : text
  }

  /// The directory above an input, an output or the depfile in which a file of this name is.
  private func directory(of action: ActionID, holding name: [UInt8]) -> [UInt8]? {
    var near = Array(graph.stalingInputs(of: action)) + Array(graph.outputs(of: action))
    if let depfile = graph.actions[action].depfile { near.append(depfile) }
    var seen: Set<PathID> = []
    for path in near where paths.root(of: path).isFile {
      var directory = path
      // What is taken as a whole is one itself.
      if graph.isDirectory(path), Self.exists(paths.text(of: path) + [UInt8(ascii: "/")] + name) {
        return paths.text(of: path)
      }
      while !paths.isRoot(directory) {
        directory = paths.parent(of: directory)
        guard seen.insert(directory).inserted else { break }
        let text = paths.text(of: directory)
        if Self.exists(text + [UInt8(ascii: "/")] + name) { return text }
      }
    }
    return nil
  }

  /// The directory right below the one where names were looked for in which all of them are: a recipe may
  /// have changed to it.
  private func directory(below base: PathID, holding names: [[UInt8]]) -> [UInt8]? {
    let text = paths.text(of: base)
    let prefix = paths.isRoot(base) ? [] : text + [UInt8(ascii: "/")]
    guard names.count <= Self.mostSoughtNames, let entries = try? Files.list(text),
      entries.count <= Self.mostSoughtNames
    else { return nil }
    for entry in entries where entry.name.first != UInt8(ascii: ".") {
      let directory = prefix + entry.name
      if names.allSatisfy({ Self.exists(directory + [UInt8(ascii: "/")] + $0) }) {
        return directory
      }
    }
    return nil
  }

  /// More are not worth the looks.
  private static var mostSoughtNames: Int { 1000 }

  private static func exists(_ path: [UInt8]) -> Bool {
    ((try? FileStatus.of(path, followingLinks: true))?.kind ?? .missing) != .missing
  }

  /// What the root seems to be called where an absolute name comes from: `/src`, where `/src/lib/a.h` is not
  /// there and `lib/a.h` is.
  private func alias(in name: [UInt8]) -> [UInt8]? {
    let slash = UInt8(ascii: "/")
    guard name.first == slash else { return nil }
    for index in name.indices.dropFirst() where name[index] == slash {
      if Self.exists(Array(name[(index + 1)...])) { return Array(name[..<index]) }
    }
    return nil
  }

  /// The recipe ended well, and what it made must not count.
  mutating func refuse(
    _ action: ActionID, _ run: ActionRun, _ report: RecipeReport, _ problem: RecipeReport.Problem
  ) -> Completion {
    if !attributes(of: action).flags.contains(.keep) {
      for path in graph.outputs(of: action) where paths.root(of: path).isFile {
        // What cannot be removed is told by the next start, which finds it there.
        files.remove(path, isDirectory: graph.isDirectory(path))
      }
    }
    // It stays, and is sched's: what it names tells where the mistake is.
    recordDepfile(of: action, report)
    var refused = report
    refused.problem = problem
    refused.outputs = []
    return failed(action, .failed(status: 0), refused, run.notes)
  }

  // MARK: Some are wrong

  /// One of the tree, or one that is in the tree under a shorter name.
  ///
  /// A compiler in a container calls the root otherwise. Temporary files of compilers are neither.
  private func mayBeMeant(_ path: PathID) -> Bool {
    isInTree(path) || alias(in: paths.text(of: path)) != nil
  }

  private func isInTree(_ path: PathID) -> Bool {
    paths.root(of: path) == .tree && !paths.text(of: path).starts(with: Array("../".utf8))
  }

  /// One note for the whole build.
  func noteOfUnseenNames() -> Diagnostic? {
    guard let first = unseenNames.first else { return nil }
    let listed = unseenNames.prefix(5).map {
      "'\(paths.string(of: $0.path))' (\(name(of: $0.action)))"
    }
    let more = unseenNames.count > 5 ? " and \(unseenNames.count - 5) more" : ""
    let base = graph.attributes(of: first.action).depfileDirectory
    let directory = base ?? graph.actions[first.action].directory
    let alias = unseenNames.compactMap { self.alias(in: paths.text(of: $0.path)) }.first
    let advice =
      alias.map { "'@depfile-dir . \(String(decoding: $0, as: UTF8.self))' says what it is here" }
      ?? unseenNames.lazy.compactMap {
        RecipeReport.UnseenNames.advice(on: paths.text(of: $0.path))
      }.first
      ?? "they are relative to '\(paths.string(of: directory))'; '@depfile-dir PATH' names another "
      + "directory"
    return Diagnostic(
      .note,
      "depfiles name what is not there: " + listed.joined(separator: ", ") + more,
      at: graph.actions[first.action].place, hint: advice)
  }
}
