import CIndexStore
import Foundation

/// What the compiler wrote down of each name in the sources: where it is declared and where it is used, and how.
///
/// The index store that a debug build leaves beside its programs, read by the library of the toolchain
/// (`libIndexStore`, whose interface is LLVM's `indexstore.h`).
struct SourceIndex {
  typealias Pointer = UnsafeMutableRawPointer

  struct Roles: OptionSet {
    let rawValue: UInt64
    static let definition = Roles(rawValue: 1 << 1)
    static let reference = Roles(rawValue: 1 << 2)
    static let read = Roles(rawValue: 1 << 3)
    static let write = Roles(rawValue: 1 << 4)
    static let implicit = Roles(rawValue: 1 << 8)
    static let childOf = Roles(rawValue: 1 << 9)
    static let overrideOf = Roles(rawValue: 1 << 11)
    static let calledBy = Roles(rawValue: 1 << 13)
    static let accessorOf = Roles(rawValue: 1 << 15)
    static let containedBy = Roles(rawValue: 1 << 16)
  }

  struct Relation {
    var roles: Roles
    var symbol: String
    var name: String
  }

  /// A name at a place of the sources.
  struct Occurrence {
    /// Its path below the root.
    var file: String
    var line: Int
    var column: Int
    /// `indexstore_symbol_kind_t`.
    var kind: Int32
    var name: String
    /// The same wherever the symbol occurs.
    var symbol: String
    var roles: Roles
    var relations: [Relation]
  }

  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  private let library: Pointer
  private let store: Pointer
  private let text: Texts

  /// The functions that each occurrence takes.
  private struct Texts {
    let name: indexstore_text
    let symbol: indexstore_text
    let kind: indexstore_kind
  }

  /// The store beside the running test program.
  static let directory = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "index/store").path()

  init() throws {
    guard let library = dlopen(try Self.libraryPath(), RTLD_NOW) else {
      throw Problem(description: String(cString: dlerror()))
    }
    self.library = library
    let create = try Self.function(library, "store_create", indexstore_create.self)
    guard let store = create(Self.directory, nil) else {
      throw Problem(description: "\(Self.directory) is not an index store")
    }
    self.store = store
    text = Texts(
      name: try Self.function(library, "symbol_get_name", indexstore_text.self),
      symbol: try Self.function(library, "symbol_get_usr", indexstore_text.self),
      kind: try Self.function(library, "symbol_get_kind", indexstore_kind.self))
  }

  /// The library of the toolchain whose `swift` is found first.
  private static func libraryPath() throws -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    for directory in path.split(separator: ":") {
      let program = URL(filePath: "\(directory)/swift").resolvingSymlinksInPath()
      let library = program.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "lib/libIndexStore.so").path()
      if FileManager.default.fileExists(atPath: library) { return library }
    }
    throw Problem(description: "there is no libIndexStore.so beside a 'swift' of PATH")
  }

  private static func function<F>(_ library: Pointer, _ name: String, _: F.Type) throws -> F {
    guard let found = dlsym(library, "indexstore_" + name) else {
      throw Problem(description: "libIndexStore has no 'indexstore_\(name)'")
    }
    return unsafeBitCast(found, to: F.self)
  }

  private func function<F>(_ name: String, _ type: F.Type) throws -> F {
    try Self.function(library, name, type)
  }

  /// All occurrences in the files below these directories of the root.
  ///
  /// Files that are gone, which the store still knows, are left out.
  func occurrences(below directories: [String]) throws -> [Occurrence] {
    let eachUnit = try function("store_units_apply_f", indexstore_each_unit.self)
    let openUnit = try function("unit_reader_create", indexstore_open.self)
    let close = try function("unit_reader_dispose", indexstore_dispose.self)
    let mainFile = try function("unit_reader_get_main_file", indexstore_text.self)
    let eachDependency = try function("unit_reader_dependencies_apply_f", indexstore_each.self)
    let kind = try function("unit_dependency_get_kind", indexstore_kind.self)
    let name = try function("unit_dependency_get_name", indexstore_text.self)
    let path = try function("unit_dependency_get_filepath", indexstore_text.self)

    let units = Visitor<indexstore_string, String> { String($0) }
    _ = eachUnit(store, 0, units.context) { Visitor<indexstore_string, String>.at($0).visit($1) }
    let base = root.path()
    let prefixes = directories.map { "\(base)\($0)/" }
    var seen: Set<String> = []
    var all: [Occurrence] = []
    for unit in units.found {
      guard let reader = openUnit(store, unit, nil) else { continue }
      defer { close(reader) }
      let file = String(mainFile(reader))
      guard prefixes.contains(where: file.hasPrefix), FileManager.default.fileExists(atPath: file)
      else { continue }
      let isRecord: Int32 = 2
      let records = Visitor<Pointer, String> {
        kind($0) == isRecord && String(path($0)) == file ? String(name($0)) : nil
      }
      _ = eachDependency(reader, records.context) { Visitor<Pointer, String>.at($0).visit($1!) }
      for record in records.found where seen.insert(record).inserted {
        all += try occurrences(record: record, file: String(file.dropFirst(base.count)))
      }
    }
    return all
  }

  private func occurrences(record: String, file: String) throws -> [Occurrence] {
    let open = try function("record_reader_create", indexstore_open.self)
    let close = try function("record_reader_dispose", indexstore_dispose.self)
    let each = try function("record_reader_occurrences_apply_f", indexstore_each.self)
    let eachRelation = try function("occurrence_relations_apply_f", indexstore_each.self)
    let symbol = try function("occurrence_get_symbol", indexstore_symbol.self)
    let roles = try function("occurrence_get_roles", indexstore_roles.self)
    let place = try function("occurrence_get_line_col", indexstore_place.self)
    let relationRoles = try function("symbol_relation_get_roles", indexstore_roles.self)
    let related = try function("symbol_relation_get_symbol", indexstore_symbol.self)
    guard let reader = open(store, record, nil) else { return [] }
    defer { close(reader) }
    let visitor = Visitor<Pointer, Occurrence> { [text] occurrence in
      var line: UInt32 = 0
      var column: UInt32 = 0
      place(occurrence, &line, &column)
      let relations = Visitor<Pointer, Relation> {
        guard let symbol = related($0) else { return nil }
        return Relation(
          roles: Roles(rawValue: relationRoles($0)), symbol: String(text.symbol(symbol)),
          name: String(text.name(symbol)))
      }
      _ = eachRelation(occurrence, relations.context) {
        Visitor<Pointer, Relation>.at($0).visit($1!)
      }
      guard let symbol = symbol(occurrence) else { return nil }
      return Occurrence(
        file: file, line: Int(line), column: Int(column), kind: text.kind(symbol),
        name: String(text.name(symbol)), symbol: String(text.symbol(symbol)),
        roles: Roles(rawValue: roles(occurrence)), relations: relations.found)
    }
    _ = each(reader, visitor.context) { Visitor<Pointer, Occurrence>.at($0).visit($1!) }
    return visitor.found
  }
}

/// Collects what a C function with a callback visits.
private final class Visitor<Item, Found> {
  private let find: (Item) -> Found?
  private(set) var found: [Found] = []

  init(_ find: @escaping (Item) -> Found?) { self.find = find }

  /// Good while the visitor lives.
  var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func at(_ context: UnsafeMutableRawPointer?) -> Visitor {
    Unmanaged.fromOpaque(context!).takeUnretainedValue()
  }

  /// true: go on.
  func visit(_ item: Item) -> Bool {
    if let new = find(item) { found.append(new) }
    return true
  }
}

extension String {
  fileprivate init(_ text: indexstore_string) {
    let bytes = UnsafeBufferPointer(
      start: UnsafeRawPointer(text.data)?.assumingMemoryBound(to: UInt8.self), count: text.length)
    self.init(decoding: bytes, as: UTF8.self)
  }
}
