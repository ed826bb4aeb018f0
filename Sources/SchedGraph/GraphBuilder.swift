import SchedBase

/// The one door through which targets come into a graph, from a Schedfile or from a program:
/// `beginAction`, then its lists and texts in any order, then `endAction`.
///
/// Nothing is allocated per action but growth of the columns.
public struct GraphBuilder {
  public private(set) var graph: Graph

  private var open: ActionRow?
  /// With so many actions the columns get room for many more; few graphs have so many.
  private var nextReserve = 1024
  /// The edges of the open action, as they came; reused.
  private var edges: [Edge] = []
  /// They came in the order in which they lie in the graph, as they mostly do.
  private var isInOrder = true
  /// A run that may be shared; reused.
  private var run: [PathID] = []

  fileprivate struct Edge {
    var list: EdgeList
    var path: PathID
    var place: SourceRange
  }

  public init(_ graph: Graph = Graph()) { self.graph = graph }

  // MARK: One action

  /// Begins an action whose recipe runs in `directory` and whose header is at `place`.
  ///
  /// No other one is open.
  public mutating func beginAction(
    _ kind: ActionRow.Kind, directory: PathID, place: SourceRange
  ) {
    precondition(open == nil, "an action is open already")
    if graph.actions.count == nextReserve { reserve() }
    open = ActionRow(kind: kind, directory: directory, place: place)
  }

  /// Room for at least eight times what there is: pages that are never touched cost nothing, moving does.
  private mutating func reserve() {
    let count = max(graph.actions.count * 8, 1 << 16)
    nextReserve = count
    graph.actions.reserveCapacity(count)
    graph.edges.reserveCapacity(max(graph.edges.count * 8, 4 * count))
    graph.edgePlaces.reserveCapacity(max(graph.edges.count * 8, 4 * count))
    graph.text.reserveCapacity(max(graph.text.count * 8, 96 * count))
    graph.producers.reserveCapacity(max(graph.producers.count * 8, 4 * count))
  }

  public mutating func add(_ path: PathID, to list: EdgeList, at place: SourceRange) {
    precondition(path.sharedList == nil, "more than 2,000 million paths")
    if let last = edges.last, last.list.rawValue > list.rawValue { isInOrder = false }
    edges.append(Edge(list: list, path: path, place: place))
  }

  /// Appends bytes to the graph's text and gives their range.
  public mutating func addText(_ bytes: some Collection<UInt8>) -> TextRange {
    let start = UInt32(graph.text.count)
    graph.text.append(contentsOf: bytes)
    return TextRange(start: start, count: UInt32(graph.text.count) - start)
  }

  /// A template of `bytes` with `holes`, whose offsets count from the template's beginning.
  public mutating func addTemplate(_ bytes: some Collection<UInt8>, holes: [Hole]) -> Template {
    let text = addText(bytes)
    let first = UInt32(graph.holes.count)
    graph.holes.append(contentsOf: holes)
    return Template(text: text, firstHole: first, holeCount: UInt32(holes.count))
  }

  public mutating func setRecipe(_ recipe: Template) {
    open?.recipe = recipe
    open?.hasRecipe = true
  }

  public mutating func setDescription(_ text: TextRange) { open?.description = text }
  public mutating func setDepfile(_ path: PathID) { open?.depfile = path }
  public mutating func setRule(_ rule: UInt32) { open?.rule = rule }

  public mutating func setAttributes(_ attributes: ActionAttributes) {
    open?.attributes = graph.intern(attributes)
  }

  public mutating func setEnvironment(_ entries: [EnvironmentEntry]) {
    open?.environment = graph.intern(entries)
  }

  /// Ends the open action and makes it the producer of its outputs.
  ///
  /// An output that another action makes already keeps its producer; the caller has reported it.
  @discardableResult
  public mutating func endAction() -> ActionID {
    guard var row = open else { preconditionFailure("no action is open") }
    open = nil
    if !isInOrder {
      edges = EdgeList.allCases.flatMap { list in edges.filter { $0.list == list } }
      isInOrder = true
    }
    layOut(&row, edges)
    edges.removeAll(keepingCapacity: true)
    let action = graph.actions.append(row)
    for output in graph.outputs(of: action) {
      graph.producers.grow(to: output.index + 1, with: 0)
      if graph.producers[output] == 0 { graph.producers[output] = action.raw + 1 }
    }
    return action
  }

  // MARK: The graph as a whole

  /// Another header names more inputs for what `action` makes; they are not in `{{in}}`.
  public mutating func addInputs(
    _ paths: [(path: PathID, place: SourceRange)], to action: ActionID
  ) {
    var row = graph.actions[action]
    var edges: [Edge] = []
    for list in EdgeList.allCases {
      for index in row.range(of: list) {
        edges.append(Edge(list: list, path: graph.edges[index], place: graph.edgePlaces[index]))
      }
      guard list == .uses else { continue }
      for (path, place) in paths { edges.append(Edge(list: .uses, path: path, place: place)) }
    }
    layOut(&row, edges)
    graph.actions[action] = row
  }

  /// Gives the action its own copy of all paths of its shared lists, so that they can be replaced.
  public mutating func unshareLists(of action: ActionID) {
    var row = graph.actions[action]
    guard row.hasSharedLists else { return }
    let old = row
    /// Gives where the list ends.
    func copy(_ list: EdgeList) -> UInt32 {
      for index in old.range(of: list) {
        let (edge, place) = (graph.edges[index], graph.edgePlaces[index])
        for path in edge.sharedList.map({ graph.sharedLists[$0] }) ?? [edge] {
          graph.edges.append(path)
          graph.edgePlaces.append(place)
        }
      }
      return UInt32(graph.edges.count)
    }
    row.firstEdge = UInt32(graph.edges.count)
    row.ends = ActionRow.Ends(
      outputs: copy(.outputs), inputs: copy(.inputs), uses: copy(.uses), values: copy(.values),
      listings: copy(.listings), variables: copy(.variables), after: copy(.after))
    row.hasSharedLists = false
    graph.actions[action] = row
  }

  // MARK: What is known only when everything was read

  /// Puts another path in the place of an edge: a name turned out to be a task, or a value of an
  /// outer directory.
  public mutating func replace(edge index: Int, with path: PathID) { graph.edges[index] = path }

  /// The same for a hole.
  public mutating func replace(hole index: Int, with source: Hole.Source) {
    graph.holes[index].source = source
  }

  /// The action counts against a pool that was declared after it.
  public mutating func setPool(_ pool: UInt32, of action: ActionID) {
    var attributes = graph.attributes(of: action)
    attributes.pool = pool
    graph.actions[action].attributes = graph.intern(attributes)
  }

  /// As `Graph.ignore`.
  public mutating func ignore(_ patterns: [[UInt8]]?, in directory: PathID) -> Bool {
    graph.ignore(patterns, in: directory)
  }

  public mutating func markDirectory(_ path: PathID) { graph.directories.insert(path) }
  public mutating func addDefault(_ path: PathID, at place: SourceRange) {
    graph.defaults.append(path)
    graph.index.defaultPlaces.append(place)
  }

  /// Adds a pool and gives its index.
  public mutating func addPool(_ pool: Pool) -> UInt32 {
    graph.pools.append(pool)
    return UInt32(graph.pools.count - 1)
  }
}

extension GraphBuilder {
  /// Writes the edges, which are in the order of their lists, behind all others and points the row at
  /// them.
  private mutating func layOut(_ row: inout ActionRow, _ new: [Edge]) {
    var position = 0
    row.hasSharedLists = false
    row.firstEdge = UInt32(graph.edges.count)
    row.ends.outputs = append(.outputs, of: new, &position, &row)
    row.ends.inputs = append(.inputs, of: new, &position, &row)
    row.ends.uses = append(.uses, of: new, &position, &row)
    row.ends.values = append(.values, of: new, &position, &row)
    row.ends.listings = append(.listings, of: new, &position, &row)
    row.ends.variables = append(.variables, of: new, &position, &row)
    row.ends.after = append(.after, of: new, &position, &row)
  }

  /// Writes the edges of a list, which begin at `position`.
  ///
  /// Gives where the list ends.
  @inline(__always)
  private mutating func append(
    _ list: EdgeList, of new: [Edge], _ position: inout Int, _ row: inout ActionRow
  ) -> UInt32 {
    while position < new.count, new[position].list == list {
      let edge = new[position]
      let end = list.isShared ? Self.endOfRun(new, from: position) : position + 1
      if end - position >= SharedLists.shortest {
        run.removeAll(keepingCapacity: true)
        for edge in new[position..<end] { run.append(edge.path) }
        graph.edges.append(PathID(standingFor: graph.share(run)))
        graph.edgePlaces.append(edge.place)
        row.hasSharedLists = true
        position = end
      } else {
        row.hasSharedLists = row.hasSharedLists || edge.path.sharedList != nil
        graph.edges.append(edge.path)
        graph.edgePlaces.append(edge.place)
        position += 1
      }
    }
    return UInt32(graph.edges.count)
  }

  /// Where the paths end that were written in one place and list: what `{{headers}}` stands for.
  @inline(__always)
  private static func endOfRun(_ edges: [Edge], from start: Int) -> Int {
    let first = edges[start]
    var end = start + 1
    while end < edges.count, edges[end].list == first.list, edges[end].place == first.place,
      edges[end].path.sharedList == nil, first.path.sharedList == nil
    {
      end += 1
    }
    return end
  }
}

extension Graph {
  fileprivate mutating func intern(_ attributes: ActionAttributes) -> UInt32 {
    // Mostly the same as those of the action before.
    if let last = attributeSets.last, last == attributes { return UInt32(attributeSets.count - 1) }
    if let known = index.attributes[attributes] { return known }
    let number = UInt32(attributeSets.count)
    attributeSets.append(attributes)
    index.attributes[attributes] = number
    return number
  }

  fileprivate mutating func intern(_ entries: [EnvironmentEntry]) -> UInt32 {
    if let known = index.environments[entries] { return known }
    let number = UInt32(environments.count)
    environments.append(entries)
    index.environments[entries] = number
    return number
  }
}
