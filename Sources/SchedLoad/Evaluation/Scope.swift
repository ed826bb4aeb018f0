import SchedBase
import SchedSyntax

/// The names of variables as small numbers, so that scopes are arrays.
final class NameTable {
  private var ids: [[UInt8]: Int] = [:]
  private(set) var names: [[UInt8]] = []
  /// Of each expression of each file that is a name, its number plus one, once it was asked for: what
  /// stands in a loop or a rule is evaluated many times.
  private var known: [[UInt32]] = []

  init() {
    for name in RecipeName.allCases { _ = id(name.text.utf8) }
  }

  /// The number of the name that is an expression.
  func id(of expression: ExpressionID, in tree: SyntaxTree) -> Int {
    let file = tree.file.index
    while known.count <= file { known.append([]) }
    if known[file].count < tree.expressions.count {
      known[file] = Array(repeating: 0, count: tree.expressions.count)
    }
    let id = known[file][expression.index]
    if id != 0 { return Int(id) - 1 }
    let new = self.id(tree.text(tree[expression].span))
    known[file][expression.index] = UInt32(new) + 1
    return new
  }

  func id(_ name: some Collection<UInt8>) -> Int {
    let bytes = Array(name)
    if let id = ids[bytes] { return id }
    ids[bytes] = names.count
    names.append(bytes)
    return names.count - 1
  }

  func find(_ name: [UInt8]) -> Int? { ids[name] }
}

/// Names that mean something in a recipe only; the first numbers of every table are theirs.
enum RecipeName: Int, CaseIterable {
  case `in`, out, stem, depfile, args, cpus

  var text: String { "\(self)" }
}

/// A list of words: every value there is.
typealias Words = [[UInt8]]

/// The variables of one Schedfile and what it includes.
///
/// A `subdir` begins with a copy and gives nothing back; copies share their storage until they are
/// changed.
struct Scope {
  /// The directory of the Schedfile that opened the scope.
  var directory: PathID
  private var variables: [Words?]
  /// Defaults of `@shell`, `@env` and `@uses` for the recipes below.
  private var sharedSettings = Shared(Settings())
  var settings: Settings {
    get { sharedSettings.value }
    set { sharedSettings = Shared(newValue) }
  }

  /// One reference to what many copies have.
  private final class Shared {
    let value: Settings
    init(_ value: Settings) { self.value = value }
  }

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

  /// The ids of variables that are set.
  var known: [Int] { variables.indices.filter { variables[$0] != nil } }
}

/// What `@shell`, `@env` and `@uses` outside recipes say.
struct Settings {
  var shell: Words?
  /// Tracked names, and names with values.
  var tracked: [(name: [UInt8], place: SourceRange)] = []
  var environment: [(name: [UInt8], value: [UInt8])] = []
  var uses: [(word: [UInt8], place: SourceRange)] = []
}
