/// Finds programs along a search path.
///
/// Remembers what it found.
public final class ProgramSearch {
  private var found: [[UInt8]: [UInt8]?] = [:]
  private let directories: [[UInt8]]

  /// `searchPath` is a value of PATH: directories with colons between; an empty one is the working
  /// directory.
  public init(searchPath: [UInt8]) {
    directories = searchPath.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { $0.isEmpty ? Array(".".utf8) : Array($0) }
  }

  /// The program's path: of a name with a slash the name itself, else the first executable regular
  /// file on the search path; nil where there is none.
  public func path(of name: [UInt8]) -> [UInt8]? {
    if name.contains(UInt8(ascii: "/")) { return name }
    if let known = found[name] { return known }
    let path = directories.lazy.map { $0 + [UInt8(ascii: "/")] + name }.first {
      Files.isExecutable($0)
        && (try? FileStatus.of($0, followingLinks: true))?.kind == .regular
    }
    found.updateValue(path, forKey: name)
    return path
  }
}
