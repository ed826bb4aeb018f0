import SchedBase
import SchedEngine
import SchedGraph

extension Project {
  /// `sched list`: what there is to ask for.
  func runList() -> ExitCode {
    let texts = GraphTexts(graph: graph, paths: paths)
    var tasks: [(name: String, text: String)] = []
    var targets: [(name: String, text: String)] = []
    for action in graph.actions.ids {
      let row = graph.actions[action]
      let description = printable(graph.bytes(row.description))
      switch row.kind {
      case .task: tasks.append((name(of: action, texts), description))
      case .file where row.rule == 0 && !description.isEmpty:
        targets.append((name(of: action, texts), description))
      case .file, .value: break
      }
    }
    var listing = Listing()
    listing.add("tasks", tasks)
    listing.add("targets", targets)
    listing.add("params", parameters.map { (printable($0.name), $0.description) })
    streams.output.write(TerminalText(lines: listing.text))
    return .success
  }
}

extension Parameter {
  /// Its value, and what else it may be: `debug (debug, release)`.
  fileprivate var description: String {
    let value = value.map { printable($0) }.joined(separator: " ")
    if choices.isEmpty { return value }
    return "\(value) (\(choices.map { printable($0) }.joined(separator: ", ")))"
  }
}
