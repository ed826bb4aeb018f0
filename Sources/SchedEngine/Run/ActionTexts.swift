import SchedGraph

/// What there is to tell people of actions.
///
/// Asked for those that run, when they do.
public protocol ActionTexts {
  /// What is shown while it runs: its description, or its name.
  func title(of action: ActionID) -> [UInt8]
  /// The name of its target: the first of its outputs.
  func name(of action: ActionID) -> [UInt8]
  /// What it makes; directories end in a slash.
  func outputs(of action: ActionID) -> [[UInt8]]
  func depfile(of action: ActionID) -> [UInt8]
  /// The recipe, its holes named.
  func recipe(of action: ActionID) -> [UInt8]
  /// The words of `@shell`.
  func interpreter(of action: ActionID) -> [[UInt8]]
  /// Whether it is a value: asked in every build, and no work to speak of.
  func isValue(_ action: ActionID) -> Bool
  /// Whether it has the terminal to itself.
  func hasConsole(_ action: ActionID) -> Bool
}
