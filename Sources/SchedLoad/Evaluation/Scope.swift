import SchedBase

/// The names of variables as small numbers, so that scopes are arrays.
final class NameTable {
  private var ids: [[UInt8]: Int] = [:]
  private(set) var names: [[UInt8]] = []

  func id(_ name: some Collection<UInt8>) -> Int {
    let bytes = Array(name)
    if let id = ids[bytes] { return id }
    ids[bytes] = names.count
    names.append(bytes)
    return names.count - 1
  }

  func find(_ name: [UInt8]) -> Int? { ids[name] }
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
  var settings = Settings()

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
