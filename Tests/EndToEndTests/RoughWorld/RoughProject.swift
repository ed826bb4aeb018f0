import TestSupport

/// A project with everything that goes wrong in real ones: generated headers, rules in a chain,
/// temporary files, directories as inputs, parameters.
///
/// `contents` says what a build from scratch makes of it; nothing here says what must run.
struct RoughProject {
  enum Kind: CaseIterable {
    /// The inputs one after the other.
    case joins
    /// The first byte of the first input: most changes stop here.
    case shortens
    /// An empty file.
    case stamps
    /// Two outputs.
    case splits
    /// The first input and the headers it names, learnt from a depfile.
    case includes
    /// The same, and the depfile names them by absolute paths, as `-I$PWD` does.
    case includesAbsolutely
    /// All that lies in `dir`.
    case gathers
    /// What the parameter `m` says.
    case varies
    /// What the files that `listing` names hold.
    case lists
  }

  enum Storage { case plain, secondary, temporary }

  struct Target {
    var name: String
    var kind: Kind
    var inputs: [String]
    var storage: Storage
    var salt: Int
    var isSlow: Bool

    var outputs: [String] { kind == .splits ? [name, name + ".two"] : [name] }
  }

  var random: SplitMix
  private(set) var sources: [String: String] = [:]
  private(set) var targets: [Target] = []
  /// How the files between `p/…x` and `o/…o` are stored.
  private var chainStorage = Storage.plain
  private var made = 0
  private var written = 0

  init(seed: UInt64) {
    random = SplitMix(seed: seed)
    for index in 0..<5 { sources["s\(index)"] = newSource() }
    for index in 0..<3 { sources["h\(index)"] = newText() }
    for index in 0..<2 { sources["dir/d\(index)"] = newText() }
    for index in 0..<2 { sources["p/x\(index).x"] = newText() }
    for index in 1...2 { sources["choice\(index)"] = newText() }
    sources["listing"] = "s0\ns1\n"
    for name in ["gh0", "gh1"] {
      targets.append(
        Target(name: name, kind: .joins, inputs: ["s4"], storage: .plain, salt: 0, isSlow: false))
    }
    targets.append(
      Target(
        name: "dir/made", kind: .joins, inputs: ["s3"], storage: .plain, salt: 0, isSlow: true))
    for _ in 0..<7 { addTarget() }
  }

  /// What a bare `sched` builds: temporary and secondary files only come along.
  var defaults: [String] {
    targets.filter { $0.storage == .plain }.map { $0.outputs[0] } + ["all.o", "chosen"]
  }

  var outputs: [String] { targets.flatMap(\.outputs) + ["all.o", "chosen"] + chainOutputs }

  private var stems: [String] {
    sources.keys.filter { $0.hasPrefix("p/") }.map { String($0.dropFirst(2).dropLast(2)) }.sorted()
  }

  private var chainOutputs: [String] { stems.flatMap { ["g/\($0).c", "o/\($0).o"] } }

  // MARK: The Schedfile

  var schedfile: String {
    var text = """
      param m = 1
      default \(defaults.joined(separator: " "))

      all.o: {{ map(glob("p/*.x"), "p/%.x", "o/%.o") }}
          echo all.o >> "$RAN"
          cat {{in}} > {{out}}

      o/%.o: g/%.c
          echo {{out}} >> "$RAN"
          { cat {{in}}; echo object; } > {{out}}

      g/%.c: p/%.x
      \(attribute(chainStorage))    echo {{out}} >> "$RAN"
          { cat {{in}}; echo code; } > {{out}}

      chosen: choice{{m}}
          echo chosen >> "$RAN"
          cat {{in}} > {{out}}


      """
    for target in targets { text += self.text(of: target) + "\n" }
    return text
  }

  private func attribute(_ storage: Storage) -> String {
    switch storage {
    case .plain: ""
    case .secondary: "    @secondary\n"
    case .temporary: "    @temporary\n"
    }
  }

  private func text(of target: Target) -> String {
    let inputs = target.kind == .gathers ? ["dir/"] : target.inputs
    var text = "\(target.outputs.joined(separator: " ")): \(inputs.joined(separator: " "))\n"
    text += attribute(target.storage)
    switch target.kind {
    case .includes, .includesAbsolutely: text += "    @depfile \(target.name).d\n"
    case .lists: text += "    @inputs-from listing\n"
    default: break
    }
    var lines = ["echo \(target.name) >> \"$RAN\"", "test ! -e \"$FAIL/\(marker(target.name))\""]
    if target.isSlow { lines.append("sleep 0.03") }
    lines += commands(of: target) + [": > \"$ENDED/\(marker(target.name))\""]
    return text + lines.map { "    \($0)\n" }.joined()
  }

  /// What the recipe that makes an output writes to `$RAN`.
  func counted(_ output: String) -> String {
    targets.first { $0.outputs.contains(output) }?.name ?? output
  }

  /// The file whose presence makes a target fail, and the one that tells that its recipe has ended.
  func marker(_ name: String) -> String { String(name.map { $0 == "/" ? "-" : $0 }) }

  private func commands(of target: Target) -> [String] {
    let name = target.name
    let salt = target.salt
    switch target.kind {
    case .joins: return ["{ cat {{in}}; echo \(salt); } > \(name)"]
    case .shortens: return ["head -c 1 \(target.inputs[0]) > \(name); echo \(salt) >> \(name)"]
    case .stamps: return [": \(salt)", ": > \(name)"]
    case .splits:
      return ["{ cat {{in}}; echo \(salt); } > \(name)", "head -c 2 \(name) > \(name).two"]
    case .includes, .includesAbsolutely:
      let place = target.kind == .includes ? "" : "$PWD/"
      return [
        "used=$(sed -n 's/^use //p' \(target.inputs[0]))", "found=",
        "for h in $used; do found=\"$found \(place)$h\"; done",
        "{ cat \(target.inputs[0]); for h in $used; do cat $h 2> /dev/null || echo none; done; echo \(salt); } > \(name)",
        "echo \"\(name): \(place)\(target.inputs[0]) $found\" > \(name).d",
      ]
    case .gathers: return ["{ cat dir/*; echo \(salt); } > \(name)"]
    case .varies: return ["{ cat {{in}}; echo {{m}} \(salt); } > \(name)"]
    case .lists: return ["{ cat $(cat listing); echo \(salt); } > \(name)"]
    }
  }

  // MARK: What a build from scratch makes

  func contents(parameter m: Int) -> [String: String] {
    var result = sources
    for target in targets {
      for (name, content) in contents(of: target, result, m) { result[name] = content }
    }
    for stem in stems {
      let code = (sources["p/\(stem).x"] ?? "") + "code\n"
      result["g/\(stem).c"] = code
      result["o/\(stem).o"] = code + "object\n"
    }
    result["all.o"] = stems.map { result["o/\($0).o"] ?? "" }.joined()
    result["chosen"] = sources["choice\(m)"]
    return result
  }

  private func contents(of target: Target, _ known: [String: String], _ m: Int) -> [String: String]
  {
    let first = known[target.inputs[0]] ?? ""
    let joined = target.inputs.map { known[$0] ?? "" }.joined()
    let name = target.name
    let end = "\(target.salt)\n"
    switch target.kind {
    case .joins: return [name: joined + end]
    case .shortens: return [name: first.prefix(1) + end]
    case .stamps: return [name: ""]
    case .splits: return [name: joined + end, name + ".two": String((joined + end).prefix(2))]
    case .includes, .includesAbsolutely:
      return [name: first + used(by: first).map { known[$0] ?? "none\n" }.joined() + end]
    case .gathers:
      let below = known.keys.filter { $0.hasPrefix("dir/") }.sorted()
      return [name: below.map { known[$0]! }.joined() + end]
    case .varies: return [name: joined + "\(m) \(end)"]
    case .lists:
      let named = (sources["listing"] ?? "").split(separator: "\n").map {
        sources[String($0)] ?? ""
      }
      return [name: named.joined() + end]
    }
  }

  private func used(by text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("use ") }.map { String($0.dropFirst(4)) }
  }

  // MARK: Edits

  private mutating func newText() -> String {
    written += 1
    return random.below(6) == 0 ? "again\n" : "text \(written)\n"
  }

  private mutating func newSource() -> String {
    var text = newText()
    for _ in 0..<random.below(3) {
      text += "use \(random.pick(["h0", "h1", "h2", "gh0", "gh1"]))\n"
    }
    return text
  }

  /// Changes what a source holds.
  ///
  /// Returns its name.
  mutating func editSource() -> String {
    let name = random.pick(sources.keys.sorted())
    if name == "listing" {
      sources[name] = (0..<5).filter { _ in random.below(2) == 0 }.map { "s\($0)\n" }.joined()
    } else {
      sources[name] = name.hasPrefix("s") ? newSource() : newText()
    }
    return name
  }

  /// A header, a file in the directory or the head of a chain goes or comes.
  mutating func toggleSource() {
    let name = random.pick(["h0", "h1", "h2", "dir/d1", "dir/d2", "p/x1.x", "p/x2.x"])
    if sources.removeValue(forKey: name) == nil { sources[name] = newText() }
  }

  mutating func addTarget() {
    let kind = random.pick(Kind.allCases)
    let sourceNames = (0..<5).map { "s\($0)" }
    let files = sourceNames + targets.filter { !$0.name.hasPrefix("dir/") }.flatMap(\.outputs)
    var inputs: [String] = []
    for _ in 0...random.below(3) {
      let isIncluder = kind == .includes || kind == .includesAbsolutely
      inputs.append(random.pick(isIncluder && inputs.isEmpty ? sourceNames : files))
    }
    targets.append(
      Target(
        name: "t\(made)", kind: kind, inputs: inputs,
        storage: kind == .stamps
          ? .plain : random.pick([.plain, .plain, .secondary, .temporary, .temporary]),
        salt: random.below(4), isSlow: random.below(3) == 0))
    made += 1
  }

  mutating func changeRecipe() {
    let index = random.below(targets.count)
    switch random.below(3) {
    case 0: targets[index].isSlow.toggle()
    case 1: chainStorage = random.pick([.plain, .secondary, .temporary])
    default: targets[index].salt = random.below(4)
    }
  }

  /// Removes the last target, which nothing takes as an input.
  mutating func dropTarget() { if targets.count > 7 { targets.removeLast() } }
}
