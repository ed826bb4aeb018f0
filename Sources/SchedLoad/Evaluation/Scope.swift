import SchedBase
import SchedSyntax

/// The names of variables as small numbers, so that scopes are arrays.
final class NameTable {
  private(set) var names: [[UInt8]] = []
  /// Open addressing: number + 1 or 0; the count is a power of two.
  private var slots: [UInt32] = Array(repeating: 0, count: 256)

  init() {
    for name in RecipeName.allCases { _ = id(name.text.utf8) }
  }

  /// The number of the name that is an expression.
  ///
  /// The tree keeps it, plus one: what stands in a loop or a rule is evaluated many times.
  func id(of expression: ExpressionID, in tree: SyntaxTree) -> Int {
    if tree.nameNumbers.isEmpty {
      tree.nameNumbers = Array(repeating: 0, count: tree.expressions.count)
    }
    let id = tree.nameNumbers[expression.index]
    if id != 0 { return Int(id) - 1 }
    let new = self.id(tree.text(tree[expression].span))
    tree.nameNumbers[expression.index] = UInt32(new) + 1
    return new
  }

  func id(_ name: some Collection<UInt8>) -> Int {
    let slot = slot(of: name)
    if slots[slot] != 0 { return Int(slots[slot]) - 1 }
    names.append(Array(name))
    slots[slot] = UInt32(names.count)
    if names.count * 2 > slots.count { growSlots() }
    return names.count - 1
  }

  /// Where the name is, or would be put.
  private func slot(of name: some Collection<UInt8>) -> Int {
    // FNV-1a: names are short.
    var hash: UInt32 = 0x811C_9DC5
    for byte in name { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0, !names[Int(slots[slot]) - 1].elementsEqual(name) {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private func growSlots() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for (index, name) in names.enumerated() { slots[slot(of: name)] = UInt32(index + 1) }
  }
}

/// Names that mean something in a recipe only; the first numbers of every table are theirs.
enum RecipeName: Int, CaseIterable {
  case `in`, out, stem, depfile, args, cpus

  var text: String { "\(self)" }
}

/// The variables of one Schedfile and what it includes.
///
/// A `subdir` begins with a copy and gives nothing back; copies share their storage until they are
/// changed.
struct Scope {
  /// The directory of the Schedfile that opened the scope.
  var directory: PathID
  private var variables: [Words?]
  /// Defaults for the recipes below; replaced, never changed, since copies of the scope share them.
  private(set) var settings = Settings()

  init(directory: PathID) {
    self.directory = directory
    variables = []
  }

  subscript(id: Int) -> Words? {
    get { id < variables.count ? variables[id] : nil }
    set {
      if id >= variables.count {
        variables.append(contentsOf: repeatElement(nil, count: id + 1 - variables.count))
      }
      variables[id] = newValue
    }
  }

  /// Appends to a variable that is set, in place: what a loop appends word by word costs no more than
  /// its words.
  mutating func append(_ words: Words, to id: Int) {
    variables[id]?.append(contentsOf: words)
  }

  /// Whether the variable is set.
  func has(_ id: Int) -> Bool { id < variables.count && variables[id] != nil }

  /// The ids of variables that are set.
  var known: [Int] { variables.indices.filter { variables[$0] != nil } }
}

/// What `@shell`, `@env`, `@uses` and `@ignore` outside recipes say.
final class Settings {
  fileprivate(set) var shell: Words?
  /// Tracked names.
  fileprivate(set) var tracked = PlacedWords()
  /// Names with values.
  fileprivate(set) var environment: [(name: [UInt8], value: [UInt8])] = []
  fileprivate(set) var uses = PlacedWords()
  /// Patterns of `@ignore`; nil: what editors leave.
  fileprivate(set) var ignored: [[UInt8]]?

  fileprivate func copy() -> Settings {
    let copy = Settings()
    copy.shell = shell
    copy.tracked = tracked
    copy.environment = environment
    copy.uses = uses
    copy.ignored = ignored
    return copy
  }
}

extension Scope {
  mutating func setShell(_ words: Words) {
    settings = settings.copy()
    settings.shell = words
  }

  mutating func setIgnored(_ patterns: [[UInt8]]) {
    settings = settings.copy()
    settings.ignored = patterns
  }

  mutating func addUses(_ words: PlacedWords) {
    settings = settings.copy()
    settings.uses.append(contentsOf: words)
  }

  mutating func addTracked(_ names: PlacedWords) {
    settings = settings.copy()
    settings.tracked.append(contentsOf: names)
  }

  mutating func setVariable(_ name: [UInt8], _ value: [UInt8]) {
    settings = settings.copy()
    settings.environment.removeAll { $0.name == name }
    settings.environment.append((name, value))
  }
}
