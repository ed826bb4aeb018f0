import SchedBase
import SchedGraph

extension FileJudge {
  /// Files that the action may read and that actions of this build have made.
  public func madeInputs(of action: ActionID) -> [MadeInput] {
    // Those that can make it stale are among them.
    var inputs = Array(graph.orderingInputs(of: action))
    inputs.append(contentsOf: listed[action] ?? [])
    if let record = state.record(of: graph.outputs(of: action)) {
      inputs.append(contentsOf: state.discovered(of: record))
    }
    var found: [MadeInput] = []
    var seen: Set<PathID> = []
    while let input = inputs.popLast() {
      let path = otherNames.output(called: input) ?? input
      guard seen.insert(path).inserted, let maker = graph.producer(of: path) else { continue }
      if paths.root(of: path).isFile {
        if let input = madeInput(path, by: maker) { found.append(input) }
      } else if !hasRecipe(maker) {
        // What a group names is what its dependents read.
        inputs.append(contentsOf: graph.stalingInputs(of: maker))
      }
    }
    return found
  }

  private func madeInput(_ path: PathID, by maker: ActionID) -> MadeInput? {
    // Only what ran in this build has an ending.
    guard ending(of: maker) != nil, let record = state.record(of: graph.outputs(of: maker)),
      let output = state.outputs(of: record).first(where: { $0.path == path })
    else { return nil }
    return MadeInput(
      maker: maker, path: paths.text(of: path), identity: output.identity,
      signature: output.signature)
  }
}
