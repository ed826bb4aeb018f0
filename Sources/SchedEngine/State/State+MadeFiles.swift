import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

/// What sched knows of who made what lies at a path.
public enum Ownership: Equatable, Sendable {
  /// Whatever lies there is somebody's.
  case none
  /// Whatever lies there was left by a run that was killed, and which had found the place empty.
  case left
  /// What is so was made by a recipe; anything else is somebody's.
  case made(Identity, Signature, isSettled: Bool)
}

extension State {
  public func ownership(of path: PathID) -> Ownership {
    guard let record = owner(of: path), row(record).kind == .file else { return .none }
    let row = rows[record.index]
    if row.isVoid {
      if row.flags.contains(.cleared) { return .left }
      // A run that failed has removed what it left. One of which nobody knows that it found the place
      // empty may have been killed before it touched what was made earlier.
      if row.lastOutcome != 0 { return .none }
    }
    guard let output = outputs(of: record).first(where: { $0.path == path }),
      output.identity.tag != .unknown
    else { return .none }
    return .made(output.identity, output.signature, isSettled: output.isSettled)
  }

  /// The same of a depfile; `record` is of the action whose it is.
  public func ownership(ofDepfile path: PathID, _ record: RecordID?) -> Ownership {
    if let record, rows[record.index].isVoid, isCleared(record) { return .left }
    let known = file(path)
    guard known.flags.contains(.depfile) else { return .none }
    return .made(known.identity, known.signature, isSettled: known.isSettled)
  }

  /// A recipe has written its depfile.
  func setDepfile(
    _ path: PathID, identity: Identity, _ signature: Signature, isSettled: Bool
  ) {
    setFile(
      path,
      FileState(
        signature: signature, identity: identity, changedIn: build,
        flags: isSettled ? [.settled, .depfile] : .depfile))
  }

  /// Whether what lies at the path is sched's.
  func isOurs(_ path: PathID, _ ownership: Ownership) -> Bool {
    switch ownership {
    case .none: false
    case .left: true
    case .made(let identity, let signature, let isSettled):
      isUnedited(path, identity, signature, isSettled)
    }
  }

  private func isUnedited(
    _ path: PathID, _ identity: Identity, _ signature: Signature, _ isSettled: Bool
  ) -> Bool {
    let text = paths.text(of: path)
    guard let status = try? FileStatus.of(text, followingLinks: false), status.kind != .missing
    else { return false }
    if status.kind == .regular, isSettled, status.signature == signature { return true }
    let now = IdentityReader(clock: TrustClock()).readOutput(
      text, status, isDirectory: identity.tag == .directory)
    // What does not count for a directory's identity may be anybody's.
    guard now.problem == nil, !now.holdsUnseen else { return false }
    // A stamp is expected to be empty still.
    return identity.tag == .stamp
      ? now.identity.tag == .stamp && now.signature.isExecutable == signature.isExecutable
      : now.identity == identity
  }
}

extension State: MadeFiles {
  /// Whether an earlier build recorded `path` as an output and the file still has that content; or left it
  /// half written when it was killed.
  ///
  /// The signature is enough where it is the recorded one.
  public func isMadeAndUnedited(_ path: PathID) -> Bool {
    guard owner(of: path) != nil else { return false }
    let ownership = ownership(of: path)
    if ownership == .left { return exists(path) }
    return isOurs(path, ownership)
  }

  private func exists(_ path: PathID) -> Bool {
    (try? FileStatus.of(paths.text(of: path), followingLinks: false))?.kind != .missing
  }
}
