import Foundation
import Testing

/// What nobody calls, and what is written and never read, is either a guard that was lost or dead code.
///
/// Asks the compiler's own index, which every debug build leaves. Uses by tests do not count.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: SourceIndex.directory)))
struct UnusedCodeTests {
  /// What is meant to stay though the sources do not use it, and why.
  private static let kept: [String: String] = [
    "Dependents.edgeCount": "asked by the tests",
    "TrustClock.init(device:isFine:)": "asked by the tests",
    "JournalWindow.init(_:)": "asked by the tests",
    "DirectoryIdentity.device": "compared as a whole",
    "DirectoryIdentity.inode": "compared as a whole",
    "LentColumn.owner": "keeps memory alive",
    "Base.owner": "keeps memory alive",
    "LaunchMemory.environment": "keeps memory alive",
    "FileState.reserved": "fills the record up",
    "OutputRow.reserved": "fills the record up",
    // A line of JSON is coded from all of its properties.
    "Line.event": "coded", "Line.task": "coded", "Line.worker": "coded", "Line.outcome": "coded",
    "Line.seconds": "coded", "Line.message": "coded", "Line.signal": "coded",
    "Line.total": "coded", "Line.running": "coded", "Line.ended": "coded",
    "Line.succeeded": "coded", "Line.failed": "coded", "Line.notRun": "coded",
    "Reserved.rawValue": "compared as a whole",
  ]

  /// `indexstore_symbol_kind_t`: functions, methods of all kinds and initializers.
  private static let functions: Set<Int32> = [12, 16, 17, 18, 22]
  /// Variables and properties of all kinds.
  private static let properties: Set<Int32> = [13, 19, 20, 21]

  private struct Declaration {
    var occurrence: SourceIndex.Occurrence
    var uses: [SourceIndex.Occurrence] = []

    /// With the type that it belongs to.
    var name: String {
      let parent = occurrence.relations.first { $0.roles.contains(.childOf) }
      return (parent.map { $0.name + "." } ?? "") + occurrence.name
    }

    var place: String { "\(occurrence.file):\(occurrence.line)" }
  }

  /// Functions and properties of the sources that somebody wrote and that no protocol asks for.
  private static func declarations() throws -> [Declaration] {
    let all = try SourceIndex().occurrences(below: ["Sources", "Benchmarks", "Examples"])
    var declarations: [String: Declaration] = [:]
    var asked: Set<String> = []
    var properties: [String: String] = [:]
    for one in all {
      for relation in one.relations {
        if relation.roles.contains(.overrideOf) { asked.insert(one.symbol) }
        if relation.roles.contains(.accessorOf) { properties[one.symbol] = relation.symbol }
      }
      let isOurs = one.file.hasPrefix("Sources/") && one.file.hasSuffix(".swift")
      guard isOurs, one.roles.contains(.definition), !one.roles.contains(.implicit),
        // Accessors have none.
        !one.name.isEmpty,
        Self.functions.contains(one.kind) || Self.properties.contains(one.kind)
      else { continue }
      declarations[one.symbol] = Declaration(occurrence: one)
    }
    for one in all where one.roles.contains(.reference) {
      let users = one.relations.filter { !$0.roles.isDisjoint(with: [.calledBy, .containedBy]) }
      // What only calls itself is not used.
      let isOwn =
        !users.isEmpty
        && users.allSatisfy { $0.symbol == one.symbol || properties[$0.symbol] == one.symbol }
      if !isOwn { declarations[one.symbol]?.uses.append(one) }
    }
    return declarations.filter { !asked.contains($0.key) && properties[$0.key] == nil }.values
      .sorted {
        ($0.occurrence.file, $0.occurrence.line) < ($1.occurrence.file, $1.occurrence.line)
      }
  }

  private static func lines(of file: String) throws -> [Substring] {
    try String(contentsOf: root.appending(path: file), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// What users of the library may call.
  private static func isPublic(_ declaration: Declaration) throws -> Bool {
    let file = declaration.occurrence.file
    guard file.hasPrefix("Sources/Sched/") || file.hasPrefix("Sources/SchedMPI/") else {
      return false
    }
    return try lines(of: file)[declaration.occurrence.line - 1].contains("public ")
  }

  /// Whether nothing but the new value matters there: `x = 1`, `x += 1`, or a line that begins with
  /// `x.append(…)` and the like.
  private static func onlyWrites(_ use: SourceIndex.Occurrence) throws -> Bool {
    if use.roles.contains(.write), !use.roles.contains(.read) { return true }
    guard use.roles.contains(.write) else { return false }
    let line = Array(try lines(of: use.file)[use.line - 1].utf8)
    let before = String(decoding: line[..<(use.column - 1)], as: UTF8.self)
    let after = String(decoding: line[(use.column - 1 + use.name.utf8.count)...], as: UTF8.self)
    let isStatement = before.wholeMatch(of: #/\s*(?:[\w\[\].?!]+\.)?/#) != nil
    let change =
      #/(?:\[[^\]]*\])?(?:\s*[-+*&|^]*=(?!=)|\.(?:append|insert|remove\w*|formUnion|subtract|merge|reserveCapacity)\()/#
    return isStatement && after.prefixMatch(of: change) != nil && !after.contains(").")
  }

  private static func report(_ declaration: Declaration, _ problem: String) {
    guard kept[declaration.name] == nil else { return }
    Issue.record("\(declaration.place): '\(declaration.name)' is \(problem)")
  }

  @Test func `every function and property of the sources is used`() throws {
    let declarations = try Self.declarations()
    #expect(declarations.count > 3000)
    for declaration in declarations where declaration.uses.isEmpty {
      if try !Self.isPublic(declaration) { Self.report(declaration, "not used") }
    }
    let names = Set(declarations.map(\.name))
    for name in Self.kept.keys where !names.contains(name) {
      Issue.record("'\(name)' is not there any more")
    }
  }

  @Test func `every property of the sources that is written is read`() throws {
    for declaration in try Self.declarations()
    where Self.properties.contains(declaration.occurrence.kind) && !declaration.uses.isEmpty {
      guard try declaration.uses.allSatisfy(Self.onlyWrites), try !Self.isPublic(declaration)
      else { continue }
      Self.report(declaration, "written and never read")
    }
  }
}
