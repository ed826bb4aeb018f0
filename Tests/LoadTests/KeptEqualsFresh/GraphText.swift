import SchedBase
import SchedGraph

@testable import SchedLoad

/// Everything that a loading told, as lines that can be compared and read.
enum GraphText {
  static func of(_ outcome: LoadOutcome, _ paths: PathTable) -> String {
    switch outcome {
    case .failed(let diagnostics, let sources): return text(diagnostics, sources)
    case .needsFirst(let files, let loaded):
      return "first \(files.map(paths.string))\n" + text(loaded, paths)
    case .loaded(let loaded): return text(loaded, paths) + answers(loaded, paths)
    }
  }

  private static func text(_ diagnostics: [Diagnostic], _ sources: SourceMap) -> String {
    let renderer = DiagnosticRenderer(sources)
    return diagnostics.map { string(renderer.render($0)) }.joined()
  }

  private static func string(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes), as: UTF8.self)
  }

  private static func text(_ loaded: Loaded, _ paths: PathTable) -> String {
    let graph = loaded.graph
    var lines = [
      "read \(loaded.filesRead.map(paths.string))",
      "default \(graph.defaults.map(paths.string))",
      "directories \(graph.directories.sorted().map(paths.string))",
      "pools \(graph.pools.map { "\(string($0.name)) \($0.limit)" })",
    ]
    for param in loaded.params {
      lines.append(
        "param \(string(param.name)) \(param.value.map(string)) \(param.choices.map(string))")
    }
    lines += graph.actions.ids.map { action($0, graph, loaded.sources, paths) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What is told of names that a build could meet: the targets that rules make of them, or the
  /// errors; and the hints.
  private static func answers(_ loaded: Loaded, _ paths: PathTable) -> String {
    var text = ""
    let names = [
      "build/b.o", "build/new.o", "one.mid", "new.many", "build/missing", "src/a.c", "ap",
    ]
    for name in names {
      let path = paths.intern(path: Array(name.utf8))
      var (source, graph) = (loaded, loaded.graph)
      do throws(TargetSourceError) {
        text += "\(name): \(try source.makeTarget(for: path, in: &graph))\n"
        for id in graph.actions.ids.dropFirst(loaded.graph.actions.count) {
          text += action(id, graph, loaded.sources, paths) + "\n"
        }
      } catch {
        text += "\(name): " + self.text(error.diagnostics, loaded.sources)
      }
      text += loaded.hint(forMissing: path, in: loaded.graph).map { "hint \($0)\n" } ?? ""
    }
    return text
  }

  private static func action(
    _ id: ActionID, _ graph: Graph, _ sources: SourceMap, _ paths: PathTable
  ) -> String {
    let row = graph.actions[id]
    func place(_ range: SourceRange?) -> String {
      range.map { "\(sources.files[$0.file].name):\($0.lower)-\($0.upper)" } ?? "-"
    }
    func template(_ template: Template) -> String {
      let holes = graph.holes[template.holeRange].map { hole in
        var rest = hole
        rest.source = .args
        let value = if case .value(let path) = hole.source { paths.string(of: path) } else { "" }
        return "\(value) \(rest)"
      }
      return "\(string(graph.bytes(template.text)).debugDescription) \(holes)"
    }
    var words = ["\(row.kind)"]
    for list in EdgeList.allCases {
      let edges = row.range(of: list).flatMap { index in
        let edge = graph.edges[index]
        return (edge.sharedList.map { graph.sharedLists[$0] } ?? [edge]).map {
          "\(paths.root(of: $0)):\(paths.string(of: $0))@\(place(graph.edgePlaces[index]))"
        }
      }
      if !edges.isEmpty { words.append("\(list) \(edges)") }
    }
    for output in graph.outputs(of: id) where graph.producer(of: output) != id {
      words.append("does not produce \(paths.string(of: output))")
    }
    words.append("recipe \(row.hasRecipe) \(template(row.recipe))")
    words.append("in \(paths.string(of: row.directory)) at \(place(row.place))")
    words.append("desc \(string(graph.bytes(row.description)))")
    words.append("depfile \(row.depfile.map(paths.string) ?? "-") rule \(row.rule)")
    words.append("\(graph.attributes(of: id))")
    for entry in graph.environment(of: id) {
      words.append("env \(string(entry.name)) \(template(entry.value))")
    }
    return words.joined(separator: " ")
  }
}
