import SchedBase
import SchedGraph
import SchedSyntax
import SchedSystem

/// One evaluation of a project: walks the statements of the root Schedfile and of what it reads, in
/// order, and fills the graph.
final class Loader {
  let request: LoadRequest
  let paths: PathTable
  let world: World
  let names = NameTable()
  /// What globs give.
  private let filter: GlobFilter
  let overrides: [Int: Words]
  private var usedOverrides: Set<Int> = []

  var sources = SourceMap()
  var errors: [Diagnostic] = []
  var notes: [Diagnostic] = []
  var builder = GraphBuilder()
  var params: [Loaded.Param] = []
  var filesRead: [PathID] = []
  /// Included files that a target makes.
  var neededFirst: [PathID] = []
  /// Those that are not there, of a command that builds nothing.
  private(set) var missing: [(path: PathID, place: SourceRange)] = []
  /// Outputs so far: functions ask while the builder is in use.
  var made = Column<PathTag, Bool>()
  /// Depfiles so far: the number of the action whose each is, + 1.
  var depfiles = Column<PathTag, UInt32>()
  /// Where they are written, in the order of their actions.
  var depfilePlaces: [(path: PathID, place: SourceRange)] = []
  /// Values by the path of their name, with the place of their header.
  var values: [PathID: SourceRange] = [:]
  /// Tasks by the path that a file of their name would have.
  var tasks: [PathID: (task: PathID, place: SourceRange)] = [:]
  /// Of the graph that is being resolved.
  var lists = ResolvedLists()
  var pools: [[UInt8]: (index: UInt32, place: SourceRange)] = [:]
  /// `@pool` is resolved when all is read.
  var poolUses: [(action: ActionID, name: [UInt8], place: SourceRange)] = []
  /// Headers without a recipe, resolved when all is read.
  var additions:
    [(path: PathID, inputs: [(path: PathID, place: SourceRange)], place: SourceRange)] = []
  /// `default`, resolved when all is read.
  var defaults: [(path: PathID, word: [UInt8], place: SourceRange)] = []
  /// The first file target or task written in the root Schedfile itself.
  var firstTarget: (path: PathID, place: SourceRange)?
  /// For the note on an assignment after a recipe used the name.
  var uses = NameUses()
  let rules: RuleTable
  let maker: ActionMaker
  var headers = Header.Pool()
  /// Of the header that is being evaluated.
  var outputs = Evaluator.PatternWords()
  var inputs = Evaluator.PatternWords()
  /// What `adopt` has named so far.
  private(set) var adopted = AdoptedFiles()
  private let isMadeAndUnedited: (PathID) -> Bool
  /// Tasks that an earlier evaluation found: one that stands below a recipe is none of its `in`.
  let knownTasks: Set<PathID>
  /// Schedfiles and included files that were read, with the places that ask for them.
  var readings: [(path: PathID, place: SourceRange)] = []
  /// Files that were to be read, are not there, and that no target above makes.
  private var absent: [(path: PathID, place: SourceRange)] = []
  /// What `lines` has read.
  var listsRead: [(path: PathID, place: SourceRange)] = []
  /// What is to be said to whoever builds, too.
  var warnings: [Diagnostic] = []
  /// Inputs that were taken for files, and are tasks that stand further below.
  private(set) var lateTasks: Set<PathID> = []

  func noteLateTask(_ path: PathID) { lateTasks.insert(path) }
  /// Files that are being read: an include of one of them is a cycle.
  private var reading: [PathID] = []
  let rootFile: PathID
  /// Raised by `include` of a file that must be made first: the evaluation stops there.
  private var isStopped = false

  static let mostErrors = 20

  init(
    _ request: LoadRequest, paths: PathTable, hidden: Set<PathID>, knownTasks: Set<PathID>,
    knownAdopted: AdoptedFiles, isLeftover: @escaping (PathID) -> Bool
  ) {
    self.request = request
    self.paths = paths
    self.knownTasks = knownTasks
    world = World(
      environment: request.environment, paths: paths, runsCommands: request.runsCommands)
    isMadeAndUnedited = isLeftover
    filter = GlobFilter(world: world, hidden: hidden) {
      isLeftover($0) && !knownAdopted.contains($0, paths)
    }
    rules = RuleTable(paths: paths, world: world)
    maker = ActionMaker(paths: paths)
    rootFile = paths.intern(path: request.schedfile)
    var overrides: [Int: Words] = [:]
    for (name, value) in request.overrides {
      overrides[names.id(name)] = Functions.words(of: value)
    }
    self.overrides = overrides
  }

  // MARK: The whole

  func run() -> LoadOutcome {
    var scope = Scope(directory: PathRoot.tree.id)
    definePredefined(&scope)
    read(rootFile, into: &scope, from: nil)
    rules.loader = self
    if !absent.isEmpty { hintAtMakersBelow() }
    if errors.isEmpty { resolve() }
    if isStopped, errors.isEmpty { return .needsFirst(neededFirst, finished()) }
    checkReadings()
    if errors.isEmpty { checkOverrides() }
    if errors.isEmpty { checkDepfiles() }
    guard errors.isEmpty else { return .failed(Array(errors.prefix(Self.mostErrors)), sources) }
    return .loaded(finished())
  }

  /// An `include` sees only the targets above it.
  private func hintAtMakersBelow() {
    for (file, place) in absent {
      guard let maker = builder.graph.producer(of: file),
        let index = errors.firstIndex(where: { $0.range == place })
      else { continue }
      let name = printable(paths.text(of: file))
      errors[index].hint =
        "a target below makes '\(name)': write it above the line that reads the file"
      errors[index].notes.append(
        Diagnostic.Note("the target is here", at: builder.graph.actions[maker].place))
    }
  }

  private func finished() -> Loaded {
    let rules = rules
    var loaded = Loaded(graph: builder.graph, source: RuleSource(paths) { rules })
    loaded.sources = sources
    loaded.notes = notes
    loaded.warnings = warnings
    loaded.params = params
    loaded.filesRead = filesRead
    loaded.missing = missing
    loaded.source.patterns = rules.patterns
    loaded.adopted = adopted.files.keys.sorted()
    loaded.adoptedDirectories = adopted.directories.sorted()
    // With another command line the rules would see other files.
    loaded.isWorthKeeping = !world.hasAllowedLeftovers
    loaded.questions = world.questions(builder.graph)
    return loaded
  }

  /// Outputs of the resulting graph that a glob gave.
  func globbedOutputs() -> Set<PathID> {
    Set(filter.asked.lazy.filter { self.builder.graph.producer(of: $0) != nil })
  }

  func isLeftoverOfEarlierBuild(_ path: PathID) -> Bool {
    isMadeAndUnedited(path) && !adopted.contains(path, paths)
  }

  /// Whether a file is one that an earlier build made, and that is not there in one from scratch.
  func isLeftover(_ path: PathID) -> Bool {
    guard isLeftoverOfEarlierBuild(path) else { return false }
    guard request.allowsLeftovers else { return true }
    world.noteAllowedLeftover()
    return false
  }

  /// Whether a glob hid what an `adopt` further below names.
  var hidesAdopted: Bool { filter.hiddenLeftovers.contains { adopted.contains($0, paths) } }

  /// What was needed only to read: rules that are asked later add to the result's graph.
  func letGo() {
    builder = GraphBuilder()
    filter.asked = []
    world.letGoOfListings()
  }

  private func definePredefined(_ scope: inout Scope) {
    let (os, arch) = Self.platform
    scope[names.id("os".utf8)] = Words(os.utf8)
    scope[names.id("arch".utf8)] = Words(arch.utf8)
    scope[names.id("root".utf8)] = Words(".".utf8)
  }

  private static var platform: (os: String, arch: String) {
    #if arch(x86_64)
      let arch = "x86_64"
    #elseif arch(arm64)
      let arch = "aarch64"
    #else
      let arch = "unknown"
    #endif
    return ("linux", arch)
  }

  private func checkOverrides() {
    let assigned = Set(usedOverrides)
    for (name, _) in request.overrides where !assigned.contains(names.id(name)) {
      let candidates = assignedNames.map { names.names[$0] }
      report(.unusedOverride(name, near: nearestName(to: name, among: candidates)))
    }
  }

  /// Names that a statement of the files assigns.
  private var assignedNames: Set<Int> = []

  /// The command line sets a param to what is not among its choices.
  private(set) var isChoiceGone = false

  func report(_ error: LoadError) {
    if case .notAChoice = error { isChoiceGone = true }
    if errors.count < Self.mostErrors { errors.append(error.diagnostic) }
  }

  // MARK: Files

  /// Reads and evaluates one file in `scope`.
  ///
  /// `place` is the statement that asks for it.
  private func read(_ file: PathID, into scope: inout Scope, from place: SourceRange?) {
    if let start = reading.firstIndex(of: file) {
      let names = (reading[start...] + [file]).map { paths.text(of: $0) }
      return report(
        .includeCycle(names, place ?? SourceRange(file: SourceFileID(0), lower: 0, upper: 0)))
    }
    if let place { readings.append((file, place)) }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try world.read(file)
    } catch {
      let made = builder.graph.producer(of: file) != nil
      let text = printable(paths.text(of: file))
      guard let place else { return errors.append(.error(error.message)) }
      if !made, error.isMissing { absent.append((file, place)) }
      return report(
        .cannotRead(error.message, place, hint: made ? "'sched build \(text)' makes it" : nil))
    }
    if !filesRead.contains(file) { filesRead.append(file) }
    let id = sources.add(name: String(decoding: paths.text(of: file), as: UTF8.self), bytes: bytes)
    let told = (errors: errors.count, notes: notes.count)
    reading.append(file)
    func evaluate(_ tree: SyntaxTree) {
      self.evaluate(tree.statements, tree, &scope, isRootFile: file == rootFile)
    }
    let syntaxErrors =
      bytes.count > Self.longestPiece
      ? PiecesAhead.parse(bytes, file: id, inPiecesOf: Self.pieceLength, evaluate)
      : parse(bytes, file: id, inPiecesOf: bytes.count, evaluate)
    reading.removeLast()
    guard !syntaxErrors.isEmpty else { return }
    // An error of the text is told alone, also where pieces before it were evaluated.
    errors.removeLast(errors.count - told.errors)
    notes.removeLast(notes.count - told.notes)
    for error in syntaxErrors where errors.count < Self.mostErrors {
      errors.append(error.diagnostic(in: id))
    }
  }

  /// Most files are one piece; a longer one comes in small ones, whose trees go as it is evaluated, and the
  /// memory of one serves the next.
  private static let longestPiece = 4 << 20
  private static let pieceLength = 1 << 18

  /// Made once: what functions ask, they ask of the loader as it is then.
  private lazy var functions = Functions(
    world: world, paths: paths,
    glob: Glob(world: world, paths: paths, filter: filter),
    isMade: { [unowned self] in $0.index < made.count && made[$0] },
    noteReading: { [unowned self] in listsRead.append(($0, $1)) })

  func evaluator(_ tree: SyntaxTree, _ scope: Scope) -> Evaluator {
    Evaluator(tree: tree, names: names, functions: functions, scope: scope, isValue: isValue)
  }

  private lazy var isValue: ([UInt8], PathID) -> Bool = { [unowned self] name, directory in
    value(named: name, from: directory) != nil
  }

  // MARK: Statements

  private func evaluate(
    _ statements: [Statement], _ tree: SyntaxTree, _ scope: inout Scope, isRootFile: Bool
  ) {
    for statement in statements {
      if isStopped || errors.count >= Self.mostErrors { return }
      do throws(LoadError) {
        try evaluate(statement, tree, &scope, isRootFile: isRootFile)
      } catch {
        report(error)
      }
    }
  }

  private func evaluate(
    _ statement: Statement, _ tree: SyntaxTree, _ scope: inout Scope, isRootFile: Bool
  ) throws(LoadError) {
    switch statement {
    case .assignment(let name, let op, let words): try assign(name, op, words, tree, &scope)
    case .param(let name, let words): try param(name, words, tree, &scope)
    case .defaults(_, let words):
      // A subdir's `default` counts only there; there is none to build from.
      guard scope.directory == PathRoot.tree.id else { return }
      for (word, place) in try evaluator(tree, scope).evaluateWithPlaces(words) {
        defaults.append((try paths.path(word, scope.directory, place), Array(word), place))
      }
    case .include(let span, let words, let isOptional):
      try include(words, isOptional, span, tree, &scope)
    case .subdir(_, let words): try subdir(words, tree, scope)
    case .adopt(_, let words):
      for (word, place) in try evaluator(tree, scope).evaluateWithPlaces(words) {
        adopted.add(
          try paths.path(word, scope.directory, place),
          isDirectory: word.last == UInt8(ascii: "/"), at: place)
      }
    case .pool(let name, let words): try pool(name, words, tree, scope)
    case .setting(let setting, let span, let words): try set(setting, span, words, tree, &scope)
    case .conditional(let branches, let otherwise):
      for branch in branches where try evaluator(tree, scope).evaluate(branch.condition) {
        return evaluate(branch.statements, tree, &scope, isRootFile: isRootFile)
      }
      if let otherwise { evaluate(otherwise, tree, &scope, isRootFile: isRootFile) }
    case .loop(let name, let words, let body):
      try loop(name, words, body, tree, &scope, isRootFile: isRootFile)
    case .target(let target): try define(target, tree, scope, isRootFile: isRootFile)
    case .task(let name, let target):
      try defineTask(name, target, tree, scope, isRootFile: isRootFile)
    case .value(let name, let target): try defineValue(name, target, tree, scope)
    }
  }

  private static let reserved: Set<String> = [
    "in", "out", "stem", "depfile", "args", "cpus", "root", "and", "or", "not",
  ]

  /// A name that a statement gives to something is the one that people see.
  func definedName(_ span: Span, _ tree: SyntaxTree) throws(LoadError) -> [UInt8] {
    let text = Array(tree.text(span))
    try refuseInvisible(text, tree.range(span))
    return text
  }

  func refuseInvisible(_ name: [UInt8], _ place: SourceRange) throws(LoadError) {
    if name.contains(where: { $0 >= 0x80 }), let character = InvisibleCharacter(firstIn: name) {
      throw .invisibleInName(name, character, place)
    }
  }

  private func assignableName(_ span: Span, _ tree: SyntaxTree) throws(LoadError) -> Int {
    let text = try definedName(span, tree)
    if Self.reserved.contains(String(decoding: text, as: UTF8.self)) {
      throw .reservedName(text, tree.range(span))
    }
    let id = names.id(text)
    assignedNames.insert(id)
    if overrides[id] != nil { usedOverrides.insert(id) }
    return id
  }

  private func assign(
    _ name: Span, _ op: Statement.Operator, _ words: WordList, _ tree: SyntaxTree,
    _ scope: inout Scope
  ) throws(LoadError) {
    let id = try assignableName(name, tree)
    noteLateAssignment(id, name, tree)
    if let override = overrides[id] {
      scope[id] = override
      return
    }
    if op == .assignIfUnset, scope[id] != nil { return }
    let value = try evaluator(tree, scope).evaluate(words)
    guard op == .append else {
      scope[id] = value
      return
    }
    guard scope.has(id) else {
      let text = Array(tree.text(name))
      let known = scope.known.map { names.names[$0] }
      throw .appendToUnset(text, tree.range(name), near: nearestName(to: text, among: known))
    }
    scope.append(value, to: id)
  }

  private func noteLateAssignment(_ id: Int, _ name: Span, _ tree: SyntaxTree) {
    guard let use = uses.assign(id, at: tree.range(name)) else { return }
    let text = String(decoding: tree.text(name), as: UTF8.self)
    notes.append(
      Diagnostic(
        .note, "'\(text)' is assigned after a recipe used it; that recipe has the earlier words",
        at: tree.range(name), notes: [Diagnostic.Note("the recipe is here", at: use)]))
  }

  private func param(
    _ name: Span, _ words: WordList, _ tree: SyntaxTree, _ scope: inout Scope
  ) throws(LoadError) {
    let id = try assignableName(name, tree)
    let text = Array(tree.text(name))
    var groups: [(words: Words, place: SourceRange)] = [(Words(), tree.range(name))]
    var hasBar = false
    for word in tree.words(words) {
      if tree.text(word.span).elementsEqual([UInt8(ascii: "|")]) {
        groups.append((Words(), tree.range(word.span)))
        hasBar = true
      } else {
        groups[groups.count - 1].words.append(
          contentsOf: try evaluator(tree, scope).evaluate(word))
        groups[groups.count - 1].place = tree.range(word.span)
      }
    }
    if words.isEmpty { throw .paramWithoutDefault(text, tree.range(name)) }
    if hasBar, let bad = groups.first(where: { $0.words.count != 1 }) {
      throw .paramChoiceNotOneWord(bad.place)
    }
    let choices = hasBar ? groups.map { Array($0.words[0]) } : []
    let value = overrides[id] ?? groups[0].words
    if hasBar, value.count != 1 || !choices.contains(Array(value[0])) {
      throw .notAChoice(param: text, value: value.joined(), choices: choices, tree.range(name))
    }
    scope[id] = value
    params.append(Loaded.Param(name: text, value: value.arrays, choices: choices))
  }

  private func include(
    _ words: WordList, _ isOptional: Bool, _ span: Span, _ tree: SyntaxTree, _ scope: inout Scope
  ) throws(LoadError) {
    // Relative to the including file, which an `include` of another directory may have moved.
    let home = paths.parent(of: reading.last ?? rootFile)
    for (word, place) in try evaluator(tree, scope).evaluateWithPlaces(words) {
      let file = try paths.path(word, home, place)
      let isMade = builder.graph.producer(of: file) != nil
      if isMade, request.builds, !request.madeFirst.contains(file) {
        neededFirst.append(file)
        isStopped = true
        return
      }
      if isMade, !request.builds, !world.exists(file) {
        missing.append((file, place))
        guard request.stopsAtMissing else { continue }
        neededFirst.append(file)
        isStopped = true
        return
      }
      if isOptional, !world.exists(file) { continue }
      read(file, into: &scope, from: place)
    }
  }

  private func subdir(_ words: WordList, _ tree: SyntaxTree, _ scope: Scope) throws(LoadError) {
    for (word, place) in try evaluator(tree, scope).evaluateWithPlaces(words) {
      let directory = try paths.path(word, scope.directory, place)
      let file = paths.intern(Array("Schedfile".utf8), in: directory)
      guard world.exists(file) else {
        report(.noSubdirSchedfile(paths.text(of: file), place))
        continue
      }
      var inner = scope
      inner.directory = directory
      inner[names.id("root".utf8)] = Words(wayToRoot(from: directory))
      read(file, into: &inner, from: place)
    }
  }

  private func wayToRoot(from directory: PathID) -> [UInt8] {
    var steps = 0
    var current = directory
    while !paths.isRoot(current) {
      steps += 1
      current = paths.parent(of: current)
    }
    return steps == 0
      ? Array(".".utf8) : Array(Array(repeating: "..", count: steps).joined(separator: "/").utf8)
  }

  private func pool(_ name: Span, _ words: WordList, _ tree: SyntaxTree, _ scope: Scope)
    throws(LoadError)
  {
    let text = try definedName(name, tree)
    let list = try evaluator(tree, scope).evaluate(words)
    guard list.count == 1, let limit = UInt32(String(decoding: list[0], as: UTF8.self)), limit > 0
    else { throw .badPoolLimit(tree.range(name)) }
    guard pools[text] == nil else { throw .poolTwice(text, tree.range(name)) }
    pools[text] = (builder.addPool(Pool(name: text, limit: limit)), tree.range(name))
  }

  private func set(
    _ setting: Statement.Setting, _ span: Span, _ words: WordList, _ tree: SyntaxTree,
    _ scope: inout Scope
  ) throws(LoadError) {
    switch setting {
    case .ignore:
      scope.setIgnored(try ignoredNames(evaluator(tree, scope).evaluateWithPlaces(words)))
    case .shell: scope.setShell(try evaluator(tree, scope).evaluate(words))
    case .uses:
      var uses = PlacedWords()
      for (word, place) in try evaluator(tree, scope).evaluateWithPlaces(words) {
        // Relative to the Schedfile that says it, wherever the recipe is.
        let path = try paths.path(word, scope.directory, place)
        let slash: [UInt8] = word.last == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : []
        uses.append(absolute(path) + slash, at: place)
      }
      scope.addUses(uses)
    case .environment:
      let (tracked, values) = try environmentNames(
        words, evaluator(tree, scope), paths, .file)
      scope.addTracked(tracked)
      for value in values {
        guard let word = value.constant else {
          throw .valueOutsideRecipe(value.name, tree.range(span))
        }
        scope.setVariable(value.name, word)
      }
    }
  }

  /// A path as words of another directory can say it: from the root, marked by a leading `//`.
  func absolute(_ path: PathID) -> [UInt8] { Array("//".utf8) + paths.text(of: path) }

  private func loop(
    _ name: Span, _ words: WordList, _ body: [Statement], _ tree: SyntaxTree,
    _ scope: inout Scope, isRootFile: Bool
  ) throws(LoadError) {
    let text = try definedName(name, tree)
    if Self.reserved.contains(String(decoding: text, as: UTF8.self)) {
      throw .reservedName(text, tree.range(name))
    }
    let id = names.id(text)
    let before = scope[id]
    uses.beginLoop()
    defer { uses.endLoop() }
    for word in try evaluator(tree, scope).evaluate(words) {
      scope[id] = Words(word)
      uses.beginTurn()
      evaluate(body, tree, &scope, isRootFile: isRootFile)
    }
    scope[id] = before
  }

  // MARK: Paths

  /// The value of a name that is in force in a directory: its own, else of one above.
  func value(named name: [UInt8], from directory: PathID) -> PathID? {
    var current = directory
    while true {
      let candidate = valuePath(name, in: current)
      if values[candidate] != nil { return candidate }
      if paths.isRoot(current) { return nil }
      current = paths.parent(of: current)
    }
  }

  func valuePath(_ name: [UInt8], in directory: PathID) -> PathID {
    paths.intern(name, in: mirrored(directory, below: .values))
  }

  /// The directory's counterpart below another root.
  func mirrored(_ directory: PathID, below root: PathRoot) -> PathID {
    if paths.isRoot(directory) { return root.id }
    return paths.intern(path: paths.text(of: directory), relativeTo: root.id)
  }
}
