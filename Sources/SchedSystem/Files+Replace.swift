import Glibc

extension Files {
  /// Gives a file new content: the old one is there until the new one is whole.
  ///
  /// The file's mode stays, and of a link what it points to is changed.
  public static func replaceContent(of path: [UInt8], with bytes: [UInt8]) throws(SystemError) {
    let target = realPath(path) ?? path
    let new = target + Array(".new".utf8)
    try write(bytes, to: new)
    var status = stat()
    if withCString(target, { stat($0, &status) }) == 0 {
      _ = withCString(new) { chmod($0, status.st_mode & 0o7777) }
    }
    do throws(SystemError) {
      try rename(new, to: target)
    } catch {
      try? remove(new)
      throw error
    }
  }
}
