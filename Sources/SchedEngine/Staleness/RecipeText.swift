import SchedBase
import SchedGraph

extension Graph {
  /// The recipe of an action for people: with its holes named, as `{{revision}}`.
  public func recipeText(of action: ActionID, _ paths: PathTable) -> [UInt8] {
    FactWalk.description(of: actions[action].recipe, self, paths)
  }
}
