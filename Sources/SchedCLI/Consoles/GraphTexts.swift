import SchedBase
import SchedEngine
import SchedGraph

/// The texts of the actions of a graph.
struct GraphTexts: ActionTexts {
  let graph: Graph
  let paths: PathTable

  func title(of action: ActionID) -> String {
    let description = graph.bytes(graph.actions[action].description)
    return description.isEmpty ? name(of: action) : printable(description)
  }

  func name(of action: ActionID) -> String {
    guard let first = graph.outputs(of: action).first else { return "" }
    return text(first)
  }

  func outputs(of action: ActionID) -> [String] { graph.outputs(of: action).map(text) }

  func depfile(of action: ActionID) -> String {
    graph.actions[action].depfile.map(text) ?? ""
  }

  func recipe(of action: ActionID) -> [String] {
    graph.recipeText(of: action, paths).split(separator: UInt8(ascii: "\n"))
      .map(printable)
  }

  func interpreter(of action: ActionID) -> String {
    let words = graph.attributes(of: action).shell
    return words.isEmpty ? "/bin/sh" : words.map(printable).joined(separator: " ")
  }

  func hasConsole(_ action: ActionID) -> Bool {
    graph.attributes(of: action).flags.contains(.console)
  }

  func lines(of reason: StaleReason) -> [String] { reason.lines(paths) }

  private func text(_ path: PathID) -> String {
    printable(paths.text(of: path)) + (graph.isDirectory(path) ? "/" : "")
  }
}
