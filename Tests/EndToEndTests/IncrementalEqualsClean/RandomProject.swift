import TestSupport

/// A project made at random: sources, headers and targets, its Schedfile, and edits to it.
///
/// Recipes are small shell scripts whose results the model can compute itself; each appends its
/// name to the file that `RAN` names, so that what ran can be counted.
struct RandomProject {
  enum Kind: CaseIterable {
    /// The inputs one after the other, and the salt.
    case joins
    /// The first byte of the first input only: most changes stop here.
    case shortens
    /// An empty file.
    case stamps
    /// Two outputs: all of it, and the first two bytes.
    case splits
    /// The first input and the headers that it names with `use`, discovered by a depfile.
    case includes
    /// The inputs and a tracked variable.
    case tracks
  }

  struct Target {
    var name: String
    var kind: Kind
    var inputs: [String]
    var after: [String]
    /// Part of the recipe's text and of what it writes.
    var salt: Int
    var isSecondary: Bool

    var outputs: [String] { kind == .splits ? [name, name + ".two"] : [name] }
  }

  var random: SplitMix
  /// Contents of sources and headers by name.
  var sources: [String: String] = [:]
  var executables: Set<String> = []
  var targets: [Target] = []
  var variables: [String: String] = ["COLOUR": "red"]
  /// Names of targets whose recipes fail for now.
  var failing: Set<String> = []
  private var history: [String: [String]] = [:]
  private var made = 0

  init(seed: UInt64) {
    random = SplitMix(seed: seed)
    for index in 0..<6 { write("s\(index)", contentOfSource()) }
    for index in 0..<4 { write("h/\(index)", "header \(random.below(100))\n") }
    for _ in 0..<8 { addTarget() }
  }

  // MARK: The Schedfile

  var schedfile: String {
    var text = "default \(targets.map { $0.outputs[0] }.joined(separator: " "))\n\n"
    for target in targets { text += self.text(of: target) + "\n" }
    return text
  }

  private func text(of target: Target) -> String {
    var lines = [
      "\(target.outputs.joined(separator: " ")): \(target.inputs.joined(separator: " "))"
    ]
    if !target.after.isEmpty { lines.append("@after \(target.after.joined(separator: " "))") }
    if target.isSecondary { lines.append("@secondary") }
    if target.kind == .tracks { lines.append("@env COLOUR") }
    if target.kind == .includes { lines.append("@depfile \(target.name).d") }
    lines.append("echo \(target.name) >> \"$RAN\"")
    lines.append("test ! -e \"$FAIL/\(target.name)\"")
    lines.append(contentsOf: commands(of: target))
    return lines.joined(separator: "\n    ") + "\n"
  }

  private func commands(of target: Target) -> [String] {
    let name = target.name
    switch target.kind {
    case .joins: return ["{ cat {{in}}; echo \(target.salt); } > \(name)"]
    case .shortens:
      return ["head -c 1 \(target.inputs[0]) > \(name); echo \(target.salt) >> \(name)"]
    case .stamps: return [": \(target.salt)", ": > \(name)"]
    case .splits:
      return [
        "{ cat {{in}}; echo \(target.salt); } > \(name)", "head -c 2 \(name) > \(name).two",
      ]
    case .includes:
      return [
        "used=$(sed -n 's/^use //p' \(target.inputs[0]))",
        "{ cat \(target.inputs[0]); for h in $used; do cat $h 2>/dev/null || echo none; done; echo \(target.salt); } > \(name)",
        "echo \(name): \(target.inputs[0]) $used > \(name).d",
      ]
    case .tracks: return ["{ cat {{in}}; echo \"$COLOUR\" \(target.salt); } > \(name)"]
    }
  }

  // MARK: What is made from scratch

  /// What each output holds if everything is built, by the meaning of the recipes.
  func contents() -> [String: String] {
    var result = sources
    for target in targets {
      for (name, content) in outputs(of: target, from: { result[$0] }) { result[name] = content }
    }
    return result
  }

  /// What one target makes of its inputs.
  func outputs(of target: Target, from content: (String) -> String?) -> [String: String] {
    let joined = target.inputs.map { content($0) ?? "" }.joined()
    let first = content(target.inputs[0]) ?? ""
    switch target.kind {
    case .joins: return [target.name: joined + "\(target.salt)\n"]
    case .shortens: return [target.name: String(first.prefix(1)) + "\(target.salt)\n"]
    case .stamps: return [target.name: ""]
    case .splits:
      let all = joined + "\(target.salt)\n"
      return [target.name: all, target.name + ".two": String(all.prefix(2))]
    case .includes:
      let used = headers(in: first).map { content($0) ?? "none\n" }.joined()
      return [target.name: first + used + "\(target.salt)\n"]
    case .tracks: return [target.name: joined + "\(variables["COLOUR"]!) \(target.salt)\n"]
    }
  }

  /// The headers that a source names.
  func headers(in text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("use ") }.map { String($0.dropFirst(4)) }
  }

  // MARK: Edits

  private mutating func contentOfSource() -> String {
    var text = "text \(random.below(1000))\n"
    for _ in 0..<random.below(3) { text += "use h/\(random.below(4))\n" }
    return text
  }

  mutating func write(_ name: String, _ content: String) {
    sources[name] = content
    history[name, default: []].append(content)
  }

  /// Changes a source to something new, or back to what it held once.
  mutating func editSource() {
    let name = random.pick(sources.keys.sorted())
    if random.below(3) == 0, let old = history[name].map({ $0[random.below($0.count)] }) {
      sources[name] = old
    } else {
      write(name, name.hasPrefix("h") ? "header \(random.below(100))\n" : contentOfSource())
    }
  }

  /// Removes a header, which only depfiles name, or brings it back.
  mutating func toggleHeader() {
    let name = "h/\(random.below(4))"
    if sources.removeValue(forKey: name) == nil { write(name, "header \(random.below(100))\n") }
  }

  mutating func changeRecipe() {
    guard !targets.isEmpty else { return }
    targets[random.below(targets.count)].salt = random.below(4)
  }

  mutating func changeVariable() { variables["COLOUR"] = random.pick(["red", "green", "blue"]) }

  mutating func toggleExecutable() {
    let name = random.pick(sources.keys.sorted().filter { $0.hasPrefix("s") })
    if executables.remove(name) == nil { executables.insert(name) }
  }

  mutating func addTarget() {
    let kind = random.pick(Kind.allCases)
    let files = sources.keys.sorted().filter { $0.hasPrefix("s") } + targets.flatMap(\.outputs)
    var inputs: [String] = []
    for _ in 0...random.below(3) {
      // An includer's first input is a source, since headers are named there.
      let pool = kind == .includes && inputs.isEmpty ? files.filter { $0.hasPrefix("s") } : files
      inputs.append(random.pick(pool))
    }
    let after = !targets.isEmpty && random.below(4) == 0 ? [random.pick(targets).name] : []
    targets.append(
      Target(
        name: "t\(made)", kind: kind, inputs: inputs, after: after.filter { !inputs.contains($0) },
        salt: random.below(4), isSecondary: kind != .stamps && random.below(5) == 0))
    made += 1
  }

  /// Removes a target that nothing takes, or changes the inputs of one.
  mutating func rewire() {
    guard let last = targets.last else { return }
    let isUsed = targets.contains { target in
      !Set(target.inputs + target.after).isDisjoint(with: last.outputs)
    }
    if !isUsed, targets.count > 4, random.below(2) == 0 {
      targets.removeLast()
      failing.remove(last.name)
    } else {
      let index = random.below(targets.count)
      if targets[index].inputs.count > 1 { targets[index].inputs.swapAt(0, 1) }
      if targets[index].kind == .includes, !targets[index].inputs[0].hasPrefix("s") {
        targets[index].inputs.swapAt(0, 1)
      }
    }
  }

  mutating func toggleFailure() {
    guard !targets.isEmpty else { return }
    let name = random.pick(targets).name
    if failing.remove(name) == nil { failing.insert(name) }
  }
}
