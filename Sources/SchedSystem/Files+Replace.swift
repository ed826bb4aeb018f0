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

  /// Writes a file of our own that is there whole or not at all; not synced.
  ///
  /// `name` tells apart those who write it at the same time.
  public static func writeWhole(_ bytes: [UInt8], to path: [UInt8], name: String = "")
    throws(SystemError)
  {
    try writeWhole(to: path, name: name) { file in bytes.withUnsafeBytes { file.write($0).error } }
  }

  /// The same, by pieces: `body` writes them, and gives the error of a write that failed.
  public static func writeWhole(
    to path: [UInt8], name: String = "", _ body: (consuming Descriptor) -> SystemError?
  ) throws(SystemError) {
    let new = path + Array("\(name).new".utf8)
    do throws(SystemError) {
      if let error = body(try Descriptor.openOwn(new, .create)) {
        throw SystemError("write", new, code: error.code)
      }
      try rename(new, to: path)
    } catch {
      try? remove(new)
      throw error
    }
  }
}
