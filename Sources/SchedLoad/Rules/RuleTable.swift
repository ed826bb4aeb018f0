import SchedBase
import SchedGraph
import SchedSyntax

/// A header with `%`: how to make files of a kind.
final class Rule {
  final class Output {
    /// From the root.
    let pattern: PercentPattern
    /// As written, for `out`: what stands before the stem and behind it.
    let written: Words
    let isDirectory: Bool
    let place: SourceRange

    init(
      pattern: PercentPattern, written: Words, isDirectory: Bool, place: SourceRange
    ) {
      self.pattern = pattern
      self.written = written
      self.isDirectory = isDirectory
      self.place = place
    }
  }

  /// The stem stands between the pieces; one without `%` is one piece.
  final class Input {
    let pieces: Words
    let place: SourceRange

    init(_ word: Evaluator.PatternWord, place: SourceRange) {
      var pieces = Words()
      var position = 0
      for percent in word.percents {
        pieces.append(word.bytes[position..<percent])
        position = percent + 1
      }
      pieces.append(word.bytes[position...])
      self.pieces = pieces
      self.place = place
    }
  }

  let outputs: [Output]
  let inputs: [Input]
  let recipe: Recipe
  /// With the variables as they were at its line.
  let evaluator: Evaluator
  let place: SourceRange

  init(
    outputs: [Output], inputs: [Input], recipe: Recipe, evaluator: Evaluator, place: SourceRange
  ) {
    self.outputs = outputs
    self.inputs = inputs
    self.recipe = recipe
    self.evaluator = evaluator
    self.place = place
  }

  /// Appends its inputs where `%` is `stem`.
  func appendInputs(stem: UnsafeBufferPointer<UInt8>, to result: inout PlacedWords) {
    for input in inputs {
      result.append(of: input.pieces, joinedBy: stem, at: input.place)
    }
  }
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
  /// An included file was not there in the evaluation that these are of.
  var hasMissing = false
  /// The texts of paths that are being made, one for each link of the chain.
  private var texts: [PathText] = []

  private final class PathText {
    var bytes = Buffer<UInt8>()

    func stem(_ candidate: Candidate) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: bytes.elements[candidate.stem])
    }
  }

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
    /// In the text of the path that is asked for.
    var stem: Range<Int>
    var literalCount: Int
  }

  // MARK: Making

  /// Makes a target for `path` and, by rule, for what it needs.
  ///
  /// Returns whether something makes it.
  func makeTarget(for path: PathID, in builder: inout GraphBuilder) throws(LoadError) -> Bool {
    if builder.graph.producer(of: path) != nil { return true }
    guard mayFit(path), !unmakeable.contains(path) else { return false }
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

  /// Whether the last byte of the name is that of a pattern: most names have another one.
  private func mayFit(_ path: PathID) -> Bool {
    if !byLastByte[256].isEmpty { return true }
    return paths.withName(of: path) { name in
      name.last.map { !byLastByte[Int($0)].isEmpty } ?? false
    }
  }

  private func make(_ path: PathID, chain: [Int], in builder: inout GraphBuilder) throws(LoadError)
    -> Bool
  {
    guard mayFit(path), loader?.adopted.files[path] == nil else { return false }
    while texts.count <= chain.count { texts.append(PathText()) }
    let text = texts[chain.count]
    text.bytes.removeAll()
    paths.append(path, to: &text.bytes)
    let (first, others) = candidates(for: UnsafeRawBufferPointer(text.bytes.elements), chain)
    guard let first else { return false }
    if others.isEmpty {
      // As it mostly is.
      guard let header = try header(of: first, text, chain: chain, in: &builder) else {
        return false
      }
      try instantiate(first, text, header, for: path, in: &builder)
      return true
    }
    var found = [first] + others
    found.sort { $0.literalCount > $1.literalCount }
    var position = 0
    while position < found.count {
      let equal = found[position...].prefix { $0.literalCount == found[position].literalCount }
      var applying: (candidate: Candidate, header: Header)?
      for candidate in equal {
        guard let header = try header(of: candidate, text, chain: chain, in: &builder) else {
          continue
        }
        if let other = applying?.candidate.rule {
          throw .ambiguousRules(
            paths.text(of: path), rules[other].place, rules[candidate.rule].place)
        }
        applying = (candidate, header)
      }
      if let (candidate, header) = applying {
        try instantiate(candidate, text, header, for: path, in: &builder)
        return true
      }
      position += equal.count
    }
    return false
  }

  /// Rules with an output that fits, without those of the chain.
  ///
  /// No list for the first, which mostly is the only one.
  private func candidates(for text: UnsafeRawBufferPointer, _ chain: [Int])
    -> (first: Candidate?, others: [Candidate])
  {
    var first: Candidate?
    var others: [Candidate] = []
    func collect(_ bucket: Int) {
      for (rule, index) in byLastByte[bucket] where chain.isEmpty || !chain.contains(rule) {
        let pattern = rules[rule].outputs[index].pattern
        guard let stem = pattern.stem(in: text, atLeast: 1) else { continue }
        let candidate = Candidate(
          rule: rule, output: index, stem: stem, literalCount: pattern.literalCount)
        if first == nil { first = candidate } else { others.append(candidate) }
      }
    }
    if let last = text.last { collect(Int(last)) }
    if !byLastByte[256].isEmpty { collect(256) }
    return (first, others)
  }

  /// The header that the rule comes to, if every input exists, is made, or can be made without a rule of
  /// the chain.
  private func header(
    of candidate: Candidate, _ text: PathText, chain: [Int], in builder: inout GraphBuilder
  ) throws(LoadError) -> Header? {
    guard let loader else { return nil }
    let rule = rules[candidate.rule]
    let header = loader.headers.take(
      .file, directory: rule.evaluator.scope.directory, place: rule.place)
    rule.appendInputs(stem: text.stem(candidate), to: &header.inputs)
    try header.resolveInputs(paths)
    for path in header.inputPaths {
      if builder.graph.producer(of: path) != nil || loader.tasks[path] != nil { continue }
      let exists = world.exists(path)
      // What an earlier build left is not there in one from scratch.
      let isLeftover = exists && loader.isLeftover(path)
      if exists, !isLeftover { continue }
      guard try make(path, chain: chain + [candidate.rule], in: &builder) else {
        if isLeftover { world.noteLeftover(path) }
        loader.headers.put(header)
        return nil
      }
    }
    return header
  }

  private func instantiate(
    _ candidate: Candidate, _ text: PathText, _ header: Header, for asked: PathID,
    in builder: inout GraphBuilder
  ) throws(LoadError) {
    guard let loader else { return }
    let rule = rules[candidate.rule]
    let stem = text.stem(candidate)
    header.stem.append(stem)
    header.rule = UInt32(candidate.rule + 1)
    for (index, output) in rule.outputs.enumerated() {
      let path =
        index == candidate.output
        ? asked
        : paths.intern(path: output.pattern.prefix + stem + output.pattern.suffix)
      if let maker = builder.graph.producer(of: path) {
        throw .ruleOutputTaken(
          paths.text(of: path), rule: rule.place, target: builder.graph.actions[maker].place)
      }
      header.add(
        Header.Output(path: path, isDirectory: output.isDirectory, place: output.place))
      header.outputWords.append(of: output.written, joinedBy: stem)
    }
    try loader.add(header, rule.recipe, rule.evaluator, to: &builder)
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
    let listing = world.entries(of: directory)
    for index in listing.indices {
      candidates.append(prefix + String(decoding: listing.name(at: index), as: UTF8.self))
    }
    return nearestName(to: text, among: candidates).map { "did you mean '\($0)'?" }
  }
}
