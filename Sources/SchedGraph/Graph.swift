import SchedBase

public enum ActionTag {}

/// The runnable part of a target: a dense index into the columns of one graph.
///
/// Not stable from one run to the next; what is kept is found by output paths.
public typealias ActionID = ID<ActionTag>

/// Targets and what they depend on, as columns: what a Schedfile or a program says, and nothing of
/// what is on disk or was recorded.
///
/// Filled by `GraphBuilder`'s methods, read by the engine.
public struct Graph: Sendable {
  /// One row for each action.
  public internal(set) var actions = Column<ActionTag, ActionRow>()
  /// The lists of all actions, one after the other; rows point in here.
  ///
  /// A path, or what stands for a shared list (`PathID.sharedList`).
  public internal(set) var edges: [PathID] = []
  /// Where each edge is written, for messages; parallel to `edges`.
  public internal(set) var edgePlaces = EdgePlaces()
  /// Long runs of inputs, each once.
  public internal(set) var sharedLists: SharedLists {
    _read { yield boxedLists.value }
    _modify { yield &boxedLists.value }
  }
  /// Bytes of recipes, descriptions, and names.
  public internal(set) var text: [UInt8] = []
  /// What is filled into recipes when they start.
  public internal(set) var holes: [Hole] = []
  public internal(set) var attributeSets: [ActionAttributes] = [ActionAttributes()]
  public internal(set) var environments: [[EnvironmentEntry]] = [[]]
  /// The action that makes each path; grown with the path table.
  ///
  /// Its number + 1; 0: none does. 4 bytes for each path.
  var producers = Column<PathTag, UInt32>()
  /// The paths that were written with a slash at the end: directories as a whole.
  public internal(set) var directories: Set<PathID> = []
  public internal(set) var pools: [Pool] = []
  /// What a bare `sched` builds.
  public internal(set) var defaults: [PathID] = []

  // Boxed: a graph of at most 16 words is copied without a call where it is passed along, which is
  // asked of each action.
  private var boxedLists = Boxed(SharedLists())
  private var boxedIndex = Boxed(Index())

  /// Where things are that are kept once.
  struct Index: Sendable {
    var attributes: [ActionAttributes: UInt32] = [ActionAttributes(): 0]
    var environments: [[EnvironmentEntry]: UInt32] = [[]: 0]
    var lists = SharedLists.Index()
    /// Directories in which other names are ignored than editors' own.
    var ignored: [PathID: [[UInt8]]] = [:]
    /// Where each default was written; parallel to `defaults`.
    var defaultPlaces: [SourceRange] = []
  }

  /// The shared list of these paths, which is added if there is none.
  mutating func share(_ paths: [PathID]) -> SharedListID {
    boxedIndex.value.lists.list(of: paths, in: &boxedLists.value)
  }

  var index: Index {
    _read { yield boxedIndex.value }
    _modify { yield &boxedIndex.value }
  }

  public init() {}

  /// Where a `default` names the path; nil if none does.
  public func placeOfDefault(_ path: PathID) -> SourceRange? {
    defaults.firstIndex(of: path).map { index.defaultPlaces[$0] }
  }

  // MARK: Reading

  public func producer(of path: PathID) -> ActionID? {
    guard path.index < producers.count, producers[path] != 0 else { return nil }
    return ActionID(raw: producers[path] - 1)
  }

  /// One of an action's lists; of those that are never shared the functions below are quicker.
  public func list(_ list: EdgeList, of action: ActionID) -> EdgePaths {
    paths(actions[action].range(of: list), of: action)
  }

  @inline(__always)
  private func ownList(_ list: EdgeList, of action: ActionID) -> ArraySlice<PathID> {
    edges[actions[action].range(of: list)]
  }

  public func outputs(of action: ActionID) -> ArraySlice<PathID> { ownList(.outputs, of: action) }
  public func values(of action: ActionID) -> ArraySlice<PathID> { ownList(.values, of: action) }
  public func listings(of action: ActionID) -> ArraySlice<PathID> { ownList(.listings, of: action) }
  public func variables(of action: ActionID) -> ArraySlice<PathID> {
    ownList(.variables, of: action)
  }

  /// All inputs that can make the action stale: declared ones, `@uses`, values, listings and
  /// variables.
  public func stalingInputs(of action: ActionID) -> EdgePaths {
    paths(actions[action].stalingRange, of: action)
  }

  /// All that comes before the action, whether or not it can make it stale.
  public func orderingInputs(of action: ActionID) -> EdgePaths {
    paths(actions[action].orderingRange, of: action)
  }

  private func paths(_ range: Range<Int>, of action: ActionID) -> EdgePaths {
    EdgePaths(
      edges: edges[range],
      shared: actions[action].hasSharedLists ? sharedLists : SharedLists())
  }

  /// All paths that actions name.
  ///
  /// O(edges).
  public var named: Set<PathID> {
    Set(edges.lazy.filter { $0.sharedList == nil }).union(sharedLists.paths)
  }

  /// Whether some action may have been given `@temporary`.
  ///
  /// O(sets of attributes), of which there are few.
  public var hasTemporaries: Bool { attributeSets.contains { $0.flags.contains(.temporary) } }

  /// The same for `@secondary` or `@temporary`.
  public var hasSecondaries: Bool {
    attributeSets.contains { !$0.flags.isDisjoint(with: [.secondary, .temporary]) }
  }

  public func attributes(of action: ActionID) -> ActionAttributes {
    attributeSets[Int(actions[action].attributes)]
  }

  public func environment(of action: ActionID) -> [EnvironmentEntry] {
    environments[Int(actions[action].environment)]
  }

  public func isDirectory(_ path: PathID) -> Bool {
    !directories.isEmpty && directories.contains(path)
  }

  /// A path that a listing wrote with a slash at the end.
  public mutating func addDirectory(_ path: PathID) { directories.insert(path) }

  /// What does not count in a directory that is an input: `@ignore`.
  public func ignoredNames(in directory: PathID) -> IgnoredNames {
    index.ignored[directory].map { IgnoredNames($0) } ?? .editors
  }

  /// An action takes the directory as an input, without the names that match `patterns` (nil: editors'
  /// own).
  ///
  /// Returns whether that agrees with those that took it before. Called before the directory is marked
  /// as one.
  public mutating func ignore(_ patterns: [[UInt8]]?, in directory: PathID) -> Bool {
    guard patterns != nil || !index.ignored.isEmpty else { return true }
    if let known = index.ignored[directory] { return known == patterns }
    guard let patterns else { return true }
    guard !isDirectory(directory) || producer(of: directory) != nil else { return false }
    index.ignored[directory] = patterns
    return true
  }

  public func bytes(_ range: TextRange) -> ArraySlice<UInt8> { text[range.range] }
}

/// The lists of an action, in the order in which they lie in `Graph.edges`.
public enum EdgeList: Int, Sendable, CaseIterable {
  /// What it makes: files, or the one name of a task or value.
  case outputs
  /// The inputs of the header, as written, repeats included; files and tasks.
  case inputs
  /// `@uses`, and inputs that another header added.
  case uses
  /// Values whose text the recipe takes.
  case values
  /// `@inputs-from`.
  case listings
  /// Environment variables that are tracked (`@env NAME`).
  case variables
  /// `@after`: order only.
  case after

  /// Whether long runs in it are kept once for all actions that have them.
  var isShared: Bool { self == .inputs || self == .uses || self == .after }
}

/// A run of bytes in `Graph.text`.
@frozen
public struct TextRange: Hashable, Sendable, BitwiseCopyable {
  public var start: UInt32
  public var count: UInt32

  @inlinable
  public init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }

  public static let empty = TextRange(start: 0, count: 0)
  @inlinable public var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// Text with holes that are filled in when the recipe starts.
public struct Template: Hashable, Sendable {
  public var text: TextRange
  /// The template's holes in `Graph.holes`, in the order of their places.
  public var firstHole: UInt32
  public var holeCount: UInt32

  public init(text: TextRange, firstHole: UInt32 = 0, holeCount: UInt32 = 0) {
    self.text = text
    self.firstHole = firstHole
    self.holeCount = holeCount
  }

  public static let empty = Template(text: .empty)
  public var holeRange: Range<Int> { Int(firstHole)..<Int(firstHole) + Int(holeCount) }
}

/// One place in a template that is filled in when the recipe starts.
public struct Hole: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    /// What a value's recipe printed; always one word.
    case value(PathID)
    /// The words after `--` on the command line.
    case args
    /// The processors that the recipe was given. No fact of staleness.
    case cpus
  }

  public enum Rendering: UInt8, Hashable, Sendable {
    /// Each word quoted for the shell where it needs it, joined by one space.
    case quoted
    /// Joined by one space as it stands: `raw`, and `@env NAME=…`.
    case raw
    /// A JSON array, or a JSON string where the expression is by its form one word.
    case json
    /// Inside a longer quoted string: a word that needs quoting is an error.
    case insideQuotes
    /// The same in a here-document, whose last line it must not make.
    case hereDocument
    /// As `quoted`, also a word that would not need it.
    case alwaysQuoted
  }

  /// The place: bytes before it in the template's text.
  public var offset: UInt32
  public var source: Source
  /// The word taken of `args` or a value (`-1` the last); nil: all.
  public var index: Int32?
  public var rendering: Rendering
  /// The quote (`"` or `'`) that stands directly around the hole and was left out of the text: put
  /// back where the word needs no quoting, and replaced by sched's own where it does.
  ///
  /// 0: none.
  public var surroundingQuote: UInt8
  /// Touches a word character or another hole: not exactly one word is an error.
  public var mustBeOneWord: Bool
  public var place: SourceRange

  public init(
    offset: UInt32, source: Source, index: Int32? = nil, rendering: Rendering = .quoted,
    surroundingQuote: UInt8 = 0, mustBeOneWord: Bool = false, place: SourceRange
  ) {
    self.offset = offset
    self.source = source
    self.index = index
    self.rendering = rendering
    self.surroundingQuote = surroundingQuote
    self.mustBeOneWord = mustBeOneWord
    self.place = place
  }
}

/// One action's row: where its lists and texts are.
public struct ActionRow: Sendable {
  /// Where each list ends in `Graph.edges`; the next one begins there.
  public struct Ends: Sendable {
    public var outputs: UInt32 = 0
    public var inputs: UInt32 = 0
    public var uses: UInt32 = 0
    public var values: UInt32 = 0
    public var listings: UInt32 = 0
    public var variables: UInt32 = 0
    public var after: UInt32 = 0
  }

  public enum Kind: UInt8, Sendable { case file, task, value }

  public var kind: Kind
  /// Some of its edges stand for shared lists.
  public internal(set) var hasSharedLists = false
  /// Whether there is anything to run.
  public internal(set) var hasRecipe = false
  public var firstEdge: UInt32 = 0
  public var ends = Ends()
  /// The script; empty for a task that only names a group.
  public var recipe: Template = .empty
  /// The directory of its Schedfile, where the recipe runs.
  public var directory: PathID
  /// Where its header is written.
  public var place: SourceRange
  public var description: TextRange = .empty
  public var depfile: PathID? {
    get { depfileOrRoot == PathRoot.tree.id ? nil : depfileOrRoot }
    set { depfileOrRoot = newValue ?? PathRoot.tree.id }
  }
  /// An index into `Graph.attributeSets`.
  public var attributes: UInt32 = 0
  /// An index into `Graph.environments`.
  public var environment: UInt32 = 0
  /// The rule (pattern) it was made by, as a digest of the rule's place; 0 for one written out.
  ///
  /// Durations of unknown actions are estimated by it.
  public var rule: UInt32 = 0

  init(kind: Kind, directory: PathID, place: SourceRange) {
    self.kind = kind
    self.directory = directory
    self.place = place
  }

  // Always inline: a call copies the whole row.
  @inline(__always)
  public func range(of list: EdgeList) -> Range<Int> {
    switch list {
    case .outputs: Int(firstEdge)..<Int(ends.outputs)
    case .inputs: Int(ends.outputs)..<Int(ends.inputs)
    case .uses: Int(ends.inputs)..<Int(ends.uses)
    case .values: Int(ends.uses)..<Int(ends.values)
    case .listings: Int(ends.values)..<Int(ends.listings)
    case .variables: Int(ends.listings)..<Int(ends.variables)
    case .after: Int(ends.variables)..<Int(ends.after)
    }
  }

  /// The edges of `Graph.stalingInputs`.
  @inline(__always)
  public var stalingRange: Range<Int> { Int(ends.outputs)..<Int(ends.variables) }

  /// The edges of `Graph.orderingInputs`.
  @inline(__always)
  public var orderingRange: Range<Int> { Int(ends.outputs)..<Int(ends.after) }

  /// All edges, the outputs first.
  @inline(__always)
  public var edgeRange: Range<Int> { Int(firstEdge)..<Int(ends.after) }

  /// The root is not a depfile; an optional takes 4 bytes more, and there are millions of rows.
  private var depfileOrRoot = PathRoot.tree.id
}
