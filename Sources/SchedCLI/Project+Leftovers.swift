import SchedBase
import SchedDigest
import SchedEngine
import SchedGraph
import SchedLoad
import SchedSystem

extension ParameterSet {
  /// Tells the root Schedfile with these settings, in any order, from others.
  var key: GraphKey {
    var hasher = FactHasher()
    schedfile.withUnsafeBytes { hasher.add(1, $0) }
    let words = settings.map { $0.name + [UInt8(ascii: "=")] + $0.value }
    for word in words.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      word.withUnsafeBytes { hasher.add(2, $0) }
    }
    return hasher.digest
  }
}

extension Project {
  /// What builds of this graph and of the sets that were built last made, and none of them makes now.
  ///
  /// The other sets are evaluated anew. One whose choice is gone makes nothing; what one made that cannot be
  /// evaluated stays.
  func leftovers(_ build: inout Build<Source>) -> [RecordID] {
    let others = state.recentSets().map { (set: $0, key: $0.key) }.filter { $0.key != key }
    var records = build.leftovers(of: Set(others.map(\.key) + [key]))
    for (set, key) in others where !records.isEmpty {
      var request = LoadRequest(
        schedfile: set.schedfile, overrides: set.settings.map { ($0.name, $0.value) },
        environment: environment, builds: false)
      request.allowsLeftovers = false
      switch evaluate(request, paths: paths, made: state) {
      case .isGone: break
      case .failed: records.removeAll { state.graphs(of: $0).contains(key) }
      case .makes(let loaded):
        var other = Build(
          graph: loaded.graph, source: loaded, state: state, sources: loaded.sources,
          environment: environment, options: BuildOptions())
        records = other.notMade(records)
      }
    }
    return records
  }

  /// Says how many files are no longer targets, if that is another number than last time.
  func tellLeftovers(_ build: inout Build<Source>) {
    let count = build.leftoverCount(of: key)
    guard state.noteLeftoverCount(count, of: key) else { return }
    if count > 0, !invocation.has(.quiet) {
      let files =
        count == 1 ? "1 file is no longer a target" : "\(count) files are no longer targets"
      streams.diagnostics.write(
        "sched: \(files) ('sched clean --orphans' removes what is left over)\n")
    }
    // Said once more where it cannot be written.
    try? state.finish(ranSomething: false)
  }
}
