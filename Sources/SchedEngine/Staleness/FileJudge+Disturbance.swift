import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

// Inputs that are not, when an action has ended, what they were when it began.
extension FileJudge {
  /// Beside their signatures: what lies below directories, what listings said when they were read, and,
  /// after an unsettled result, which inputs are as that left them.
  mutating func lookCloser(at action: ActionID, _ run: inout ActionRun) {
    if !graph.directories.isEmpty {
      for (path, _) in run.signatures where graph.isDirectory(path) {
        run.trees.append((path, files.looks(below: path)))
      }
    }
    if !listingSignatures.isEmpty, let listings = listingSignatures[action] {
      run.signatures.append(contentsOf: listings)
    }
    if let record = state.record(of: graph.outputs(of: action)), state.row(record).isUnsettled {
      let moment = state.row(record).checkedIn
      for (path, _) in run.signatures where !graph.isDirectory(path) {
        let now = files.current(path)
        if now.changedIn <= moment {
          run.untouched[path] = now.identity
        } else if makers(of: path).contains(where: { ending(of: $0) != nil }) {
          run.madeAnew[path] = now.identity
        }
      }
    }
  }

  /// Inputs as they are looked at again when the action has ended.
  struct SecondLook {
    var inputs: [PathID]
    /// Those before are known from before its start.
    var firstNew: Int
    /// Directories as a whole below which something is another than before the start.
    var changedTrees: [PathID] = []
  }

  /// Looks at all inputs anew; they are read, where they must be, by who needs their content.
  mutating func lookAgain(_ run: ActionRun) -> SecondLook {
    var look = SecondLook(inputs: [], firstNew: 0)
    look.inputs.reserveCapacity(run.signatures.count + run.discovered.count)
    for (path, _) in run.signatures where seen.insert(path) { look.inputs.append(path) }
    look.firstNew = look.inputs.count
    for path in run.discovered where !seen.contains(path) { look.inputs.append(path) }
    for path in look.inputs[..<look.firstNew] { seen.remove(path) }
    files.refresh(look.inputs, olderThan: 0)
    for tree in run.trees where files.looks(below: tree.path) != tree.looks {
      look.changedTrees.append(tree.path)
    }
    // Their own signatures need not tell.
    files.forget(look.changedTrees)
    return look
  }

  /// Inputs that are not as they were when the action began, by the file system's own clock.
  ///
  /// Asked after they were read: what is read belongs to a look that is compared here.
  mutating func disturbedInputs(_ run: ActionRun, _ report: RecipeReport, _ look: SecondLook)
    -> [PathID]
  {
    var disturbed: [PathID] = []
    for (path, signature) in run.signatures
    where files.signature(of: path) != signature && !isSameDirectory(path, signature) {
      disturbed.append(path)
    }
    disturbed.append(contentsOf: look.changedTrees)
    let began = Int64(clamping: report.started)
    var ways: [PathID: Bool] = [:]
    for path in look.inputs[look.firstNew...] {
      if isOnChangedWay(path, since: began, &ways) {
        disturbed.append(path)
        continue
      }
      switch files.kind(of: path) {
      case .file:
        let signature = files.signature(of: path)
        if let made = signatureAsMade(path) {
          if made != signature { disturbed.append(path) }
        } else if signature.changed >= began, !wasMadeInThisBuild(path) {
          disturbed.append(path)
        }
      case .missing where run.known.contains(path) && mayHaveGone(path, since: began):
        disturbed.append(path)
      default: break
      }
    }
    return disturbed
  }

  /// Whether a directory on the way to a file came to its place, or a link on the way or the file itself to its
  /// text, after that moment: another file may have been there before, whose own times tell nothing.
  ///
  /// A directory that was moved has changed and was not modified with that, as it is where names come and go. `ways`
  /// holds what is known of directories; each is looked at once for an action.
  private func isOnChangedWay(
    _ path: PathID, since began: Int64, _ ways: inout [PathID: Bool]
  ) -> Bool {
    guard producer(ofFileAt: path) == nil else { return false }
    if isLink(path), cameToItsPlace(path, since: began) { return true }
    var directory = paths.parent(of: path)
    var new: [PathID] = []
    var isChanged = false
    while !paths.isRoot(directory) {
      if let known = ways[directory] {
        isChanged = known
        break
      }
      new.append(directory)
      if cameToItsPlace(directory, since: began) {
        isChanged = true
        break
      }
      directory = paths.parent(of: directory)
    }
    for directory in new { ways[directory] = isChanged }
    return isChanged
  }

  private func cameToItsPlace(_ path: PathID, since began: Int64) -> Bool {
    guard let status = try? FileStatus.of(paths.text(of: path), followingLinks: false) else {
      return false
    }
    switch status.kind {
    case .link: return status.signature.changed >= began
    case .directory:
      return status.signature.changed >= began
        && status.signature.modified < status.signature.changed
    default: return false
    }
  }

  /// Whether the path, which is not there, may have been there after that moment: its directory, or what is
  /// left above it, has changed since.
  private func mayHaveGone(_ path: PathID, since began: Int64) -> Bool {
    var directory = path
    while !paths.isRoot(directory) {
      directory = paths.parent(of: directory)
      guard let status = try? FileStatus.of(paths.text(of: directory), followingLinks: true) else {
        return true
      }
      if status.kind != .missing { return status.signature.changed >= began }
    }
    return true
  }

  /// As a whole it is compared by what is below it; otherwise it only exists.
  private func isSameDirectory(_ path: PathID, _ before: Signature) -> Bool {
    graph.isDirectory(path)
      || files.kind(of: path) == .directory && files.signature(of: path).inode == before.inode
  }

  private func wasMadeInThisBuild(_ path: PathID) -> Bool {
    producer(ofFileAt: path).map { ending(of: $0) != nil } ?? false
  }

  /// The signature of a file as an action of this build has made it.
  private func signatureAsMade(_ path: PathID) -> Signature? {
    let path = otherNames.output(called: path) ?? path
    guard let maker = graph.producer(of: path), ending(of: maker) != nil,
      let record = state.record(of: graph.outputs(of: maker)),
      let output = state.outputs(of: record).first(where: { $0.path == path }),
      output.identity.tag != .link
    else { return nil }
    return output.signature
  }

  // MARK: What a recipe does to its own inputs

  /// Whether the recipe itself changed its inputs: the same came of it twice in a row, or it appends.
  ///
  /// An input that nobody makes must not have been edited between the two runs. Who only appends
  /// is believed when the same was appended before, and otherwise after four runs: to an input that is
  /// made anew for each of them, too.
  mutating func isOwnDoing(
    _ disturbed: [PathID], _ run: ActionRun, _ fingerprint: Digest, _ record: RecordID
  ) -> Bool {
    guard let last = state.lastUnsettledFingerprint(of: record) else { return false }
    if fingerprint == last {
      return disturbed.allSatisfy { path in
        run.untouched[path] != nil || graph.isDirectory(path) || !makers(of: path).isEmpty
      }
    }
    let isPatient = state.unsettledRuns(of: record) >= Self.runsOfAppending - 1
    return disturbed.allSatisfy { path in
      guard let identity = run.untouched[path] ?? (isPatient ? run.madeAnew[path] : nil),
        let before = run.signatures.first(where: { $0.path == path })?.signature
      else { return false }
      return appends(path, identity, before.size, anything: isPatient)
    }
  }

  /// So many runs in a row only append to an input that nobody touches between them.
  private static var runsOfAppending: UInt16 { 4 }
  /// Longer files are not read for this.
  private static var longestAppended: UInt64 { 64 << 20 }

  /// Whether the file is what it was with something behind it, which it ended with before: or with
  /// `anything`.
  private func appends(_ path: PathID, _ before: Identity, _ size: UInt64, anything: Bool) -> Bool {
    guard files.signature(of: path).size <= Self.longestAppended,
      let text = try? Files.read(paths.text(of: path)), UInt64(text.count) > size
    else { return false }
    let old = text[..<Int(size)]
    let new = text[Int(size)...]
    // One that was made empty is known by who made it.
    guard size == 0 || Digest(of: Array(old)) == before.digest else { return false }
    return anything || old.suffix(new.count).elementsEqual(new)
  }

  /// Inputs that other actions made are recorded as they lie now, so that these are up to date.
  mutating func takeAsTheyLie(_ disturbed: [PathID]) throws(StateError) {
    for input in disturbed {
      let path = otherNames.output(called: input) ?? input
      for maker in makers(of: path) {
        for output in graph.outputs(of: maker)
        where output == path || paths.isWithin(path, output) || paths.isWithin(output, path) {
          // What was seen of it may be older than the change.
          if output != input { files.forget([output]) }
          try takeAsItLies(output, of: maker)
        }
      }
    }
  }

  private mutating func takeAsItLies(_ path: PathID, of maker: ActionID) throws(StateError) {
    guard let record = state.record(of: graph.outputs(of: maker)) else { return }
    var identity = files.current(path).identity
    guard identity.tag.isContent || identity.tag == .stamp || identity.tag == .directory,
      !state.file(path).flags.contains(.link)
    else { return }
    let signature = files.signature(of: path)
    if signature.size == 0, identity.tag != .directory {
      identity = Identity(.stamp, state.row(record).fingerprint)
    }
    let output = OutputRecord(
      path: path, identity: identity, signature: signature,
      isSettled: state.file(path).isSettled)
    try state.revise(record, output)
    files.record(output)
    forgetDirectories(above: [output])
  }

  mutating func noteOfDisturbance(
    _ action: ActionID, _ input: PathID, _ isOwnDoing: Bool, _ before: RecordID?
  ) -> Diagnostic {
    let (target, file) = (name(of: action), paths.string(of: input))
    if isOwnDoing { return Diagnostic(.note, "'\(target)' changes its own input '\(file)'") }
    let isMade = !makers(of: input).isEmpty
    let runs = before.map { state.unsettledRuns(of: $0) } ?? 0
    return Diagnostic(
      .note,
      "'\(file)' changed while '\(target)' was made from it; "
        + "\(isMade ? "both are made" : "it runs") again in the next build",
      hint: runs < 2
        ? nil
        : "this happens each time: a recipe that rewrites its input should write to an output instead"
    )
  }
}
