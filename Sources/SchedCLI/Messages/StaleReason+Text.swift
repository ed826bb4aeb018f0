import SchedBase
import SchedDigest
import SchedEngine
import SchedSystem

extension StaleReason {
  /// Why, in the user's words: one sentence, and for a recipe the lines that changed.
  func lines(_ paths: PathTable) -> [String] {
    if case .recipeChanged(let was, let now) = self {
      return ["its recipe changed"] + LineDiff.lines(was: was, now: now).map { "  " + $0 }
    }
    return [sentence(paths)]
  }

  private func sentence(_ paths: PathTable) -> String {
    func name(_ path: PathID) -> String { "'\(printable(paths.text(of: path)))'" }
    return switch self {
    case .neverMade: "it was never made"
    case .interrupted: "its last run failed or was interrupted"
    case .outputTakenOver(let path): "\(name(path)) was last made by another target"
    case .always: "it runs whenever it is asked for"
    case .forced: "everything was asked to run"
    case .unsettled(let path):
      path.map { "\(name($0)) changed while it was made" } ?? "an input changed while it was made"
    case .formatChanged: "another version of sched made it"
    case .recipeChanged: "its recipe changed"
    case .interpreterChanged(let was, let now):
      "its interpreter changed: \(words(was)) -> \(words(now))"
    case .directoryChanged(let was, let now):
      "the directory of its recipe changed: \(quoted(was)) -> \(quoted(now))"
    case .depfileDirectoryChanged(let was, let now):
      "'@depfile-dir' changed: \(words(was)) -> \(words(now))"
    case .outputsChanged: "its outputs changed"
    case .environmentChanged(let variable, let was, let now):
      "'@env \(printable(variable))' changed: \(quoted(was)) -> \(quoted(now))"
    case .variableChanged(let variable, let was, let now):
      "variable '\(printable(variable))' changed: \(quoted(was)) -> \(quoted(now))"
    case .valueChanged(let value, let was, let now):
      "value '\(printable(value))' changed: \(quoted(was)) -> \(quoted(now))"
    case .argumentsChanged(let was, let now):
      "the words after '--' changed: \(words(was)) -> \(words(now))"
    case .inputChanged(let path, let was, let now):
      "\(name(path)) \(Self.change(from: was, to: now))"
    case .inputAdded(let path): "\(name(path)) is a new input"
    case .inputRemoved(let path): "\(name(path)) is no longer an input"
    case .inputsReordered: "its inputs are in another order"
    case .outputMissing(let path): "\(name(path)) is not there"
    case .outputEdited(let path): "\(name(path)) was edited after it was made"
    case .outputNeeded(let path): "\(name(path)) is needed and not there"
    case .discoveredChanged(let path): "\(name(path)), which it read, was made after it began"
    case .retry: "it failed and is tried again"
    case .rankLost(let rank): "rank \(rank), which ran it, is gone"
    }
  }

  /// What became of an input: `changed: 1f0c33d2 -> 84aa1c90`.
  private static func change(from was: Identity, to now: Identity) -> String {
    if let code = now.unreadableCode { return "cannot be read: \(SystemError.reason(code))" }
    switch (was.tag, now.tag) {
    case (_, .missing), (_, .absent): return "is gone"
    case (.missing, _), (.absent, _): return "was not there before"
    case (.file, .executable) where was.digest == now.digest: return "became executable"
    case (.executable, .file) where was.digest == now.digest: return "is no longer executable"
    default: break
    }
    let kinds = (kind(was.tag), kind(now.tag))
    let (old, new) = (short(was.digest), short(now.digest))
    return kinds.0 == kinds.1
      ? "changed: \(old) -> \(new)" : "changed: \(kinds.0) \(old) -> \(kinds.1) \(new)"
  }

  private static func kind(_ tag: Identity.Tag) -> String {
    switch tag {
    case .file, .executable: "file"
    case .link: "link"
    case .directory, .existing: "directory"
    case .stamp: "empty file"
    case .special: "special file"
    case .task: "task"
    case .value: "value"
    case .variable, .unset: "variable"
    case .unknown, .missing, .absent, .unreadable: "nothing"
    }
  }

  /// The first 8 of a digest's hexadecimal digits: enough to tell two apart.
  private static func short(_ digest: Digest) -> String { String(digest.hexadecimal.prefix(8)) }
}

/// A text in quotes, or that there is none.
private func quoted(_ text: [UInt8]?) -> String { text.map { "'\(printable($0))'" } ?? "not set" }

/// A list of words as a fact holds it: each with its length before it.
private func words(_ fact: [UInt8]) -> String {
  var reader = ByteReader(fact)
  var words: [String] = []
  while let word = try? reader.readBytes() { words.append("'\(printable(word))'") }
  return words.isEmpty ? "none" : words.joined(separator: " ")
}
