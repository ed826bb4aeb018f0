import SchedBase
import SchedGraph

/// The texts of a graph's actions.
public struct GraphTexts: ActionTexts {
  public let graph: Graph
  public let paths: PathTable

  public init(graph: Graph, paths: PathTable) {
    self.graph = graph
    self.paths = paths
  }

  public func title(of action: ActionID) -> [UInt8] {
    let description = graph.bytes(graph.actions[action].description)
    return description.isEmpty ? name(of: action) : Array(description)
  }

  public func name(of action: ActionID) -> [UInt8] {
    graph.outputs(of: action).first.map(text) ?? []
  }

  public func outputs(of action: ActionID) -> [[UInt8]] { graph.outputs(of: action).map(text) }

  public func depfile(of action: ActionID) -> [UInt8] {
    graph.actions[action].depfile.map(text) ?? []
  }

  public func recipe(of action: ActionID) -> [UInt8] {
    FactWalk.description(of: graph.actions[action].recipe, graph, paths)
  }

  public func interpreter(of action: ActionID) -> [[UInt8]] {
    graph.attributes(of: action).shell
  }

  public func isValue(_ action: ActionID) -> Bool { graph.actions[action].kind == .value }

  public func hasConsole(_ action: ActionID) -> Bool {
    graph.attributes(of: action).flags.contains(.console)
  }

  private func text(_ path: PathID) -> [UInt8] {
    var text = paths.text(of: path)
    if graph.isDirectory(path) { text.append(UInt8(ascii: "/")) }
    return text
  }
}
