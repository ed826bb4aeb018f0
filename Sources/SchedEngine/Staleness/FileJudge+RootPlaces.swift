import SchedBase
import SchedGraph
import SchedSystem

/// The root, what holds it, and what sched and git keep in it, by device and inode: whatever way a path
/// takes, these are the same.
struct RootPlaces {
  enum Role { case root, holdsRoot, state, repository }

  private(set) var roles: [DirectoryIdentity: Role]?
  /// Directories of outputs that were looked at, and what those of them are that no output may lie in.
  fileprivate var seen = PathSet()
  fileprivate var found: [PathID: Role] = [:]
  /// Of inputs, those that are the root or hold it.
  fileprivate var inputs: [PathID]?

  /// What lies at a path; the working directory is the root.
  mutating func role(of path: [UInt8], followingLinks: Bool) -> Role? {
    guard let place = DirectoryIdentity(of: path, followingLinks: followingLinks) else {
      return nil
    }
    return known()[place]
  }

  private mutating func known() -> [DirectoryIdentity: Role] {
    if let roles { return roles }
    var found: [DirectoryIdentity: Role] = [:]
    for (name, role) in [(".sched", Role.state), (".git", .repository)] {
      if let place = DirectoryIdentity(of: Array(name.utf8)) { found[place] = role }
    }
    var path = Array(".".utf8)
    var role = Role.root
    // Above the root of the file system is itself.
    while let place = DirectoryIdentity(of: path), found[place] == nil {
      found[place] = role
      role = .holdsRoot
      path += Array("/..".utf8)
    }
    roles = found
    return found
  }
}

extension FileJudge {
  /// Outputs that are the root, hold it, or are reached through another way back into it: a build
  /// would clear away what is there, or make one file under two names.
  ///
  /// An output that is itself a link to the root is fine, unless it is one as a directory: the link is what
  /// is made.
  mutating func outputsAtRoot(of actions: [ActionID]) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    for action in actions where graph.actions[action].kind == .file && problems.count < 20 {
      for index in graph.actions[action].range(of: .outputs) {
        let output = graph.edges[index]
        if let role = roleOfDirectory(of: output) {
          problems.append(diagnostic(forOutput: output, below: role, graph.edgePlaces[index]))
        } else if files.kind(of: output) == .directory,
          let role = rootPlaces.role(
            of: paths.text(of: output), followingLinks: graph.isDirectory(output))
        {
          problems.append(diagnostic(forOutput: output, role, graph.edgePlaces[index]))
        }
      }
    }
    return problems
  }

  /// What the directory that holds an output is, or one above it below which nothing may be made.
  ///
  /// Each directory is looked at once.
  private mutating func roleOfDirectory(of output: PathID)
    -> (directory: PathID, role: RootPlaces.Role)?
  {
    var directory = paths.parent(of: output)
    var new: [PathID] = []
    while !paths.isRoot(directory), rootPlaces.seen.insert(directory) {
      new.append(directory)
      directory = paths.parent(of: directory)
    }
    for directory in new {
      let role = rootPlaces.role(of: paths.text(of: directory), followingLinks: true)
      if let role, role != .holdsRoot { rootPlaces.found[directory] = role }
    }
    guard !rootPlaces.found.isEmpty else { return nil }
    directory = paths.parent(of: output)
    while !paths.isRoot(directory) {
      if let role = rootPlaces.found[directory] { return (directory, role) }
      directory = paths.parent(of: directory)
    }
    return nil
  }

  private func diagnostic(
    forOutput output: PathID, below found: (directory: PathID, role: RootPlaces.Role),
    _ place: SourceRange
  ) -> Diagnostic {
    let (name, directory) = (paths.string(of: output), paths.string(of: found.directory))
    guard found.role == .root else {
      return diagnostic(forOutput: output, found.role, place, directory: directory)
    }
    return .error(
      "'\(name)' cannot be an output: '\(directory)' is the project's root", at: place,
      hint: "write '\(name.dropFirst(directory.count + 1))'")
  }

  private func diagnostic(
    forOutput output: PathID, _ role: RootPlaces.Role, _ place: SourceRange,
    directory: String? = nil
  ) -> Diagnostic {
    let subject = directory.map { "'\($0)'" } ?? "it"
    let cause =
      switch role {
      case .root: "\(subject) is the project's root"
      case .holdsRoot: "\(subject) holds the project's root"
      case .state: "\(subject) is sched's own directory"
      case .repository: "\(subject) is git's own directory"
      }
    return .error("'\(paths.string(of: output))' cannot be an output: \(cause)", at: place)
  }

  // MARK: Directories as inputs

  /// Directories of the graph that are the root or hold it: everything in the tree lies below them.
  mutating func directoriesWithRoot() -> [PathID] {
    if let inputs = rootPlaces.inputs { return inputs }
    var found: [PathID] = []
    for directory in graph.directories where graph.producer(of: directory) == nil {
      switch rootPlaces.role(of: paths.text(of: directory), followingLinks: true) {
      case .root, .holdsRoot: found.append(directory)
      case .state, .repository, nil: break
      }
    }
    rootPlaces.inputs = found
    return found
  }

  /// A listing names the path as a directory as a whole.
  ///
  /// What is ignored in it is what the first action says that names it.
  mutating func markDirectory(_ path: PathID, for action: ActionID) {
    guard !graph.isDirectory(path) else { return }
    _ = graph.ignore(attributes(of: action).ignored, in: path)
    graph.addDirectory(path)
    markWhole(path)
    makersBelow = nil
    rootPlaces.inputs = nil
  }
}
