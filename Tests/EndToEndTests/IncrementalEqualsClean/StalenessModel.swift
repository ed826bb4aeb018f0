/// A small model of staleness, independent of sched's: what a build must run, by facts kept as
/// plain values.
struct StalenessModel {
  /// What decides about a target, as it was when it last ran well.
  struct Facts: Equatable {
    var recipe: String
    var inputs: [String]
    var variable: String?
    var discovered: [String]
  }

  struct Record {
    var facts: Facts
    /// Identities of the outputs; a stamp's is its facts.
    var outputs: [String: String]
    var headers: [String]
  }

  private(set) var records: [String: Record] = [:]
  /// What lies on disk, outputs and sources.
  var disk: [String: String] = [:]

  /// Plays one build of `requested` (output names; all that they need included).
  ///
  /// Returns the names of the targets whose recipes run, each once, and those that fail.
  mutating func build(_ project: RandomProject, requested: [String]) -> (
    ran: Set<String>, failed: Set<String>
  ) {
    for (name, content) in project.sources { disk[name] = content }
    for name in disk.keys where name.first == "h" && project.sources[name] == nil {
      disk[name] = nil
    }
    let needed = closure(project, requested)
    var ran: Set<String> = []
    var failed: Set<String> = []
    var unreached: Set<String> = []
    // A first pass finds what is stale; secondary outputs that are missing stand in by record.
    for target in project.targets where needed.contains(target.name) {
      let makers = dependencies(of: target, project)
      if !makers.isDisjoint(with: failed.union(unreached)) {
        unreached.insert(target.name)
        continue
      }
      guard isStale(target, project, requested: requested) else { continue }
      makeMissingSecondaries(of: target, project, &ran, &failed)
      if !makers.isDisjoint(with: failed) {
        unreached.insert(target.name)
        continue
      }
      execute(target, project, &ran, &failed)
    }
    return (ran, failed)
  }

  private mutating func execute(
    _ target: RandomProject.Target, _ project: RandomProject, _ ran: inout Set<String>,
    _ failed: inout Set<String>
  ) {
    guard ran.insert(target.name).inserted else { return }
    for output in target.outputs { disk[output] = nil }
    if project.failing.contains(target.name) {
      failed.insert(target.name)
      records[target.name] = nil
      return
    }
    let disk = disk
    let made = project.outputs(of: target) { disk[$0] }
    for (name, content) in made { self.disk[name] = content }
    let headers = target.kind == .includes ? project.headers(in: disk[target.inputs[0]] ?? "") : []
    let facts = facts(of: target, project, headers: headers)
    let stamp = "stamp \(facts)"
    records[target.name] = Record(
      facts: facts, outputs: made.mapValues { $0.isEmpty ? stamp : $0 }, headers: headers)
  }

  /// A secondary output that is not there is made again when something that runs needs it.
  private mutating func makeMissingSecondaries(
    of target: RandomProject.Target, _ project: RandomProject, _ ran: inout Set<String>,
    _ failed: inout Set<String>
  ) {
    for maker in project.targets where dependencies(of: target, project).contains(maker.name) {
      guard maker.isSecondary, !ran.contains(maker.name),
        maker.outputs.contains(where: {
          disk[$0] == nil && (target.inputs + target.after).contains($0)
        })
      else { continue }
      makeMissingSecondaries(of: maker, project, &ran, &failed)
      execute(maker, project, &ran, &failed)
    }
  }

  private func isStale(
    _ target: RandomProject.Target, _ project: RandomProject, requested: [String]
  ) -> Bool {
    guard let record = records[target.name],
      Set(record.outputs.keys) == Set(target.outputs),
      record.facts == facts(of: target, project, headers: record.headers)
    else { return true }
    return target.outputs.contains { output in
      guard let content = disk[output] else {
        return !target.isSecondary || requested.contains(output)
      }
      return identity(of: output, content) != record.outputs[output]
    }
  }

  private func facts(
    of target: RandomProject.Target, _ project: RandomProject, headers: [String]
  ) -> Facts {
    Facts(
      recipe: "\(target.kind) \(target.salt) \(target.name)",
      inputs: target.inputs.map { $0 + "=" + input($0, project) },
      variable: target.kind == .tracks ? project.variables["COLOUR"] : nil,
      discovered: headers.map { $0 + "=" + (disk[$0] ?? "absent") })
  }

  /// What an input is: its content, a stamp's facts, or by record where a secondary is missing.
  private func input(_ name: String, _ project: RandomProject) -> String {
    if let content = disk[name] {
      let bit = project.executables.contains(name) ? "x" : "-"
      return bit + identity(of: name, content)
    }
    return "-" + (records.values.lazy.compactMap { $0.outputs[name] }.first ?? "missing")
  }

  private func identity(of name: String, _ content: String) -> String {
    guard content.isEmpty, let record = records.values.first(where: { $0.outputs[name] != nil }),
      record.outputs[name]!.hasPrefix("stamp ")
    else { return content }
    return record.outputs[name]!
  }

  private func dependencies(of target: RandomProject.Target, _ project: RandomProject) -> Set<
    String
  > {
    let files = Set(target.inputs + target.after)
    return Set(project.targets.filter { !files.isDisjoint(with: $0.outputs) }.map(\.name))
  }

  private func closure(_ project: RandomProject, _ requested: [String]) -> Set<String> {
    var needed = Set(
      project.targets.filter { !Set(requested).isDisjoint(with: $0.outputs) }.map(\.name))
    for target in project.targets.reversed() where needed.contains(target.name) {
      needed.formUnion(dependencies(of: target, project))
    }
    return needed
  }
}
