import SchedBase
import SchedGraph
import SchedSyntax

/// A header with `%`: how to make files of a kind.
struct Rule {
  struct Output {
    /// From the root.
    var pattern: PercentPattern
    /// As written, for `out`.
    var written: PercentPattern
    var isDirectory: Bool
    var place: SourceRange
  }

  var outputs: [Output]
  var inputs: [(word: Evaluator.PatternWord, place: SourceRange)]
  var recipe: Recipe
  var tree: SyntaxTree
  /// The variables as they were at its line.
  var scope: Scope
  var place: SourceRange
}

/// All rules, and the targets that they make when a file is asked for.
///
/// A rule applies when every input of it exists or can be made, no rule used twice in one chain; of
/// several the one with the most literal characters.
final class RuleTable {
  private let paths: PathTable
  private let world: World
  private var rules: [Rule] = []
  /// Rules by the last byte of an output's pattern: a path is compared with few of them.
  private var byLastByte: [[(rule: Int, output: Int)]] = Array(repeating: [], count: 257)
  /// Evaluates recipes; it lives as long as its rules are asked.
  var loader: Loader?
  /// Paths for which no rule was found, asked for themselves.
  private var unmakeable: Set<PathID> = []

  init(paths: PathTable, world: World) {
    self.paths = paths
    self.world = world
  }

  func add(_ rule: Rule) {
    for (index, output) in rule.outputs.enumerated() {
      let bucket = output.pattern.suffix.last.map { Int($0) } ?? 256
      byLastByte[bucket].append((rules.count, index))
    }
    rules.append(rule)
    unmakeable.removeAll()
  }

  /// What the rules make.
  var patterns: [PercentPattern] { rules.flatMap { $0.outputs.map(\.pattern) } }

  private struct Candidate {
    var rule: Int
    var output: Int
    var stem: [UInt8]
    var literalCount: Int
  }

  // MARK: Making

  /// Makes a target for `path` and, by rule, for what it needs.
  ///
  /// Returns whether something makes it.
  func makeTarget(for path: PathID, in builder: inout GraphBuilder) throws(LoadError) -> Bool {
    if builder.graph.producer(of: path) != nil { return true }
    guard !rules.isEmpty, !unmakeable.contains(path) else { return false }
    if try make(path, chain: [], in: &builder) { return true }
    unmakeable.insert(path)
    return false
  }

  /// The same for the engine, when everything is read.
  func makeTargets(for path: PathID, in builder: inout GraphBuilder) throws(LoadErrors) -> Bool {
    let before = builder.graph.actions.count
    let isMade: Bool
    do throws(LoadError) {
      isMade = try makeTarget(for: path, in: &builder)
    } catch {
      throw LoadErrors(list: [error.diagnostic])
    }
    if let loader {
      loader.finish(from: before, in: &builder)
      if !loader.errors.isEmpty { throw LoadErrors(list: loader.errors) }
    }
    return isMade
  }

  private func make(_ path: PathID, chain: [Int], in builder: inout GraphBuilder) throws(LoadError)
    -> Bool
  {
    var found = candidates(for: paths.text(of: path), isDirectory: builder.graph.isDirectory(path))
    found.removeAll { chain.contains($0.rule) }
    found.sort { $0.literalCount > $1.literalCount }
    var position = 0
    while position < found.count {
      let equal = found[position...].prefix { $0.literalCount == found[position].literalCount }
      var applying: [Candidate] = []
      for candidate in equal where try applies(candidate, chain: chain, in: &builder) {
        applying.append(candidate)
      }
      if applying.count > 1 {
        throw .ambiguousRules(
          paths.text(of: path), rules[applying[0].rule].place, rules[applying[1].rule].place)
      }
      if let candidate = applying.first {
        try instantiate(candidate, in: &builder)
        return true
      }
      position += equal.count
    }
    return false
  }

  private func candidates(for text: [UInt8], isDirectory: Bool) -> [Candidate] {
    var found: [Candidate] = []
    func collect(_ bucket: Int, _ text: [UInt8]) {
      for (rule, index) in byLastByte[bucket] {
        let output = rules[rule].outputs[index]
        if let stem = output.pattern.stem(of: text) {
          found.append(
            Candidate(
              rule: rule, output: index, stem: Array(stem),
              literalCount: output.pattern.literalCount))
        }
      }
    }
    collect(text.last.map { Int($0) } ?? 256, text)
    collect(256, text)
    return found
  }

  /// Whether every input exists, is made, or can be made without a rule of the chain.
  private func applies(
    _ candidate: Candidate, chain: [Int], in builder: inout GraphBuilder
  ) throws(LoadError) -> Bool {
    let rule = rules[candidate.rule]
    for (word, place) in rule.inputs {
      let text = Self.fill(word, candidate.stem)
      guard let loader else { return false }
      let path = try loader.path(text, rule.scope.directory, place)
      if builder.graph.producer(of: path) != nil || world.exists(path)
        || loader.tasks[path] != nil
      {
        continue
      }
      guard try make(path, chain: chain + [candidate.rule], in: &builder) else { return false }
    }
    return true
  }

  private static func fill(_ word: Evaluator.PatternWord, _ stem: [UInt8]) -> [UInt8] {
    guard !word.percents.isEmpty else { return word.bytes }
    var text: [UInt8] = []
    var position = 0
    for percent in word.percents {
      text += word.bytes[position..<percent]
      text += stem
      position = percent + 1
    }
    return text + word.bytes[position...]
  }

  private func instantiate(_ candidate: Candidate, in builder: inout GraphBuilder) throws(LoadError)
  {
    guard let loader else { return }
    let rule = rules[candidate.rule]
    var header = Header(kind: .file, directory: rule.scope.directory, place: rule.place)
    header.stem = candidate.stem
    header.rule = UInt32(candidate.rule + 1)
    for output in rule.outputs {
      let text = output.pattern.prefix + candidate.stem + output.pattern.suffix
      let path = paths.intern(path: text)
      if let maker = builder.graph.producer(of: path) {
        throw .ruleOutputTaken(
          text, rule: rule.place, target: builder.graph.actions[maker].place)
      }
      header.outputs.append(
        Header.Output(
          word: output.written.prefix + candidate.stem + output.written.suffix, path: path,
          isDirectory: output.isDirectory, place: output.place))
    }
    for (word, place) in rule.inputs {
      header.inputs.append((Self.fill(word, candidate.stem), place))
    }
    try loader.add(header, rule.recipe, loader.evaluator(rule.tree, rule.scope), to: &builder)
  }

  // MARK: Hints

  /// What the user may have meant by a path that nothing makes and that is not there.
  func hint(forMissing path: PathID, in graph: Graph) -> String? {
    let text = paths.string(of: path)
    var candidates: [String] = []
    for action in graph.actions.ids {
      for output in graph.outputs(of: action) { candidates.append(paths.string(of: output)) }
    }
    let directory = paths.parent(of: path)
    let prefix = paths.isRoot(directory) ? "" : paths.string(of: directory) + "/"
    for entry in world.entries(of: directory) {
      candidates.append(prefix + String(decoding: entry.name, as: UTF8.self))
    }
    return nearestName(to: text, among: candidates).map { "did you mean '\($0)'?" }
  }
}
