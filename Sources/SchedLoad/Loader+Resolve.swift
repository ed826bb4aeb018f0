import SchedBase
import SchedGraph
import SchedSyntax

// What can be said only when everything is read: tasks, values, pools, rules, defaults.
extension Loader {
  /// Adds the action of a header, written out or of a rule; nobody uses the header afterwards.
  func add(
    _ header: Header, _ recipe: Recipe, _ evaluator: Evaluator, to builder: inout GraphBuilder
  ) throws(LoadError) {
    if !tasks.isEmpty || !knownTasks.isEmpty {
      header.hideInputs { tasks[$0] != nil || knownTasks.contains($0) }
    }
    let unresolved = try maker.add(header, recipe, evaluator, to: &builder)
    for output in header.outputs {
      made.grow(to: output.path.index + 1, with: false)
      made[output.path] = true
    }
    try noteDepfile(of: header, in: builder.graph)
    if let (name, place) = unresolved.pool {
      poolUses.append((ActionID(builder.graph.actions.count - 1), name, place))
    }
    for name in unresolved.usedNames { uses.use(name, at: header.place) }
    headers.put(header)
  }

  // MARK: The end of the evaluation

  func resolve() {
    var next = finish(from: 0, in: &builder)
    resolveAdditions()
    next = finish(from: next, in: &builder)
    resolveDefaults()
    finish(from: next, in: &builder)
    for (path, place) in adopted.files.sorted(by: { $0.key < $1.key }) {
      guard let maker = builder.graph.producer(of: path) else { continue }
      report(
        .adoptedIsMade(paths.text(of: path), place, maker: builder.graph.actions[maker].place))
    }
  }

  /// Resolves tasks, values and pools of the actions from number `first` on, and makes by rule what
  /// they need.
  ///
  /// Returns how many actions there were.
  @discardableResult
  func finish(from first: Int, in builder: inout GraphBuilder) -> Int {
    lists = ResolvedLists()
    var next = first
    while next < builder.graph.actions.count, errors.count < Self.mostErrors {
      let action = ActionID(next)
      resolveNames(of: action, in: &builder)
      makeByRule(inputsOf: action, in: &builder)
      next += 1
    }
    resolvePools(in: &builder)
    return next
  }

  private func resolveNames(of action: ActionID, in builder: inout GraphBuilder) {
    if !tasks.isEmpty { unshareListsWithTasks(of: action, in: &builder) }
    let row = builder.graph.actions[action]
    if !tasks.isEmpty {
      for index in Int(row.ends.outputs)..<Int(row.ends.after) {
        guard let task = tasks[builder.graph.edges[index]] else { continue }
        if !knownTasks.contains(builder.graph.edges[index]), row.range(of: .inputs).contains(index),
          builder.graph.edgePlaces[index].file == task.place.file
            ? builder.graph.edgePlaces[index].lower < task.place.lower : true
        {
          noteLateTask(builder.graph.edges[index])
        }
        builder.replace(edge: index, with: task.task)
      }
    }
    resolveValues(of: action, row, in: &builder)
  }

  /// A task takes the place of its name in the action's own lists only: each action is told by itself
  /// where it named one too early.
  private func unshareListsWithTasks(of action: ActionID, in builder: inout GraphBuilder) {
    let row = builder.graph.actions[action]
    guard row.hasSharedLists else { return }
    for index in Int(row.ends.outputs)..<Int(row.ends.after) {
      guard let list = builder.graph.edges[index].sharedList else { continue }
      let hasTasks =
        lists.withTasks[list] ?? builder.graph.sharedLists[list].contains { tasks[$0] != nil }
      lists.withTasks[list] = hasTasks
      if hasTasks { return builder.unshareLists(of: action) }
    }
  }

  private func resolveValues(
    of action: ActionID, _ row: ActionRow, in builder: inout GraphBuilder
  ) {
    let range = row.range(of: .values)
    guard !range.isEmpty else { return }
    var meant: [PathID: PathID] = [:]
    for index in range {
      let tentative = builder.graph.edges[index]
      guard let value = value(meantBy: tentative) else {
        reportUnknownName(tentative, builder.graph.edgePlaces[index])
        continue
      }
      meant[tentative] = value
      builder.replace(edge: index, with: value)
    }
    let templates =
      [row.recipe] + builder.graph.environment(of: action).map(\.value)
    for template in templates {
      for index in template.holeRange {
        guard case .value(let tentative) = builder.graph.holes[index].source,
          let value = meant[tentative]
        else { continue }
        builder.replace(hole: index, with: .value(value))
      }
    }
  }

  /// The value of that name in its directory, or the nearest one above.
  private func value(meantBy tentative: PathID) -> PathID? {
    if values[tentative] != nil { return tentative }
    let name = paths.name(of: tentative)
    var directory = paths.parent(of: tentative)
    while !paths.isRoot(directory) {
      directory = paths.parent(of: directory)
      let candidate = paths.intern(name, in: directory)
      if values[candidate] != nil { return candidate }
    }
    return nil
  }

  private func reportUnknownName(_ tentative: PathID, _ place: SourceRange) {
    let name = paths.name(of: tentative)
    let candidates = names.names + values.keys.map { paths.name(of: $0) }
    report(
      .unknownName(
        name, place, near: nearestName(to: name, among: candidates.filter { $0 != name })))
  }

  private func resolvePools(in builder: inout GraphBuilder) {
    for (action, name, place) in poolUses {
      guard let pool = pools[name] else {
        report(.unknownPool(name, place, near: nearestName(to: name, among: pools.keys)))
        continue
      }
      builder.setPool(pool.index, of: action)
    }
    poolUses = []
  }

  private func makeByRule(inputsOf action: ActionID, in builder: inout GraphBuilder) {
    let row = builder.graph.actions[action]
    for index in Int(row.ends.outputs)..<Int(row.ends.after) {
      let path = builder.graph.edges[index]
      guard let list = path.sharedList else {
        makeByRule(path, in: &builder)
        continue
      }
      guard lists.made.insert(list).inserted else { continue }
      for path in builder.graph.sharedLists[list] { makeByRule(path, in: &builder) }
    }
  }

  private func makeByRule(_ path: PathID, in builder: inout GraphBuilder) {
    guard builder.graph.producer(of: path) == nil, paths.root(of: path) == .tree else { return }
    do throws(LoadError) {
      _ = try rules.makeTarget(for: path, in: &builder)
    } catch {
      report(error)
    }
  }

  // MARK: Additions and defaults

  private func resolveAdditions() {
    for (path, inputs, place) in additions where errors.count < Self.mostErrors {
      let isMade: Bool
      do throws(LoadError) {
        isMade = try rules.makeTarget(for: path, in: &builder)
      } catch {
        report(error)
        continue
      }
      guard isMade, let maker = builder.graph.producer(of: path) else {
        report(.headerWithoutRecipe(paths.text(of: path), place))
        continue
      }
      builder.addInputs(inputs, to: maker)
      resolveNames(of: maker, in: &builder)
      makeByRule(inputsOf: maker, in: &builder)
    }
  }

  private func resolveDefaults() {
    for (path, word, place) in defaults {
      let target = tasks[path]?.task ?? path
      if word.last == UInt8(ascii: "/") { builder.markDirectory(target) }
      builder.addDefault(target, at: place)
      if builder.graph.producer(of: target) == nil {
        do throws(LoadError) {
          _ = try rules.makeTarget(for: target, in: &builder)
        } catch {
          report(error)
        }
      }
    }
    if defaults.isEmpty, let (path, place) = firstTarget { builder.addDefault(path, at: place) }
  }
}

/// What was found out of the shared lists of one graph, once for all actions that have them.
struct ResolvedLists {
  /// Whether a task is named in it.
  var withTasks: [SharedListID: Bool] = [:]
  /// Rules were asked for its paths.
  var made: Set<SharedListID> = []
}
