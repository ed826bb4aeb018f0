/// The texts that ranges point into: each with the name shown to the user and its bytes.
public struct SourceMap: Sendable {
  public struct File: Sendable {
    public var name: String
    public var bytes: [UInt8]
  }

  public private(set) var files = Column<SourceFileTag, File>()

  public init() {}

  @discardableResult
  public mutating func add(name: String, bytes: [UInt8]) -> SourceFileID {
    files.append(File(name: name, bytes: bytes))
  }
}
