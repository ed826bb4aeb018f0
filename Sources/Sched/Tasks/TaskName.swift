/// The name of a task, unique in its graph.
public struct TaskName: Hashable, Codable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// The name itself.
  public let text: String

  /// The name with this text.
  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.init(text) }

  public var description: String { text }
}

/// A task and the type of its result.
public struct TaskHandle<Result: Codable & Sendable>: Sendable {
  /// The task's name in its graph.
  public let name: TaskName
}

/// The result of a task that returns nothing.
public struct NoResult: Codable, Sendable {
  /// The only value there is.
  public init() {}
}
