import SchedEngine
import SchedGraph

/// What a console must know of actions; asked for those that run, when they do.
protocol ActionTexts {
  /// What is shown while it runs: its description, or what it makes.
  func title(of action: ActionID) -> String
  /// Its target's name, as a message puts it in quotes.
  func name(of action: ActionID) -> String
  func outputs(of action: ActionID) -> [String]
  func depfile(of action: ActionID) -> String
  /// The recipe's lines.
  func recipe(of action: ActionID) -> [String]
  /// The words of `@shell`.
  func interpreter(of action: ActionID) -> String
  /// Whether it has the terminal to itself.
  func hasConsole(_ action: ActionID) -> Bool
  /// The sentences that say why it is stale.
  func lines(of reason: StaleReason) -> [String]
}
