/// What `stat` said of a file of sched's own when it was written, in a file beside it: whether it is the very one that
/// this machine wrote at this place, or one that was copied, restored or changed.
///
/// Nobody can choose the time of change that a file gets.
public enum FileSeal {
  /// `DIRECTORY/seal-NAME`.
  public static func path(of file: [UInt8]) -> [UInt8] {
    let name = file.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return file[..<name] + Array("seal-".utf8) + file[name...]
  }

  /// Seals a file as it lies there now.
  public static func write(for file: [UInt8]) throws(SystemError) {
    let signature = try FileStatus.ofOwn(file).signature
    try Files.writeWhole(text(of: signature), to: path(of: file))
  }

  /// Whether a file with this signature is the one that was sealed.
  public static func holds(_ file: [UInt8], _ signature: Signature) -> Bool {
    guard let text = try? Files.readOwn(path(of: file), limit: 256) else { return false }
    return text == self.text(of: signature)
  }

  private static func text(of signature: Signature) -> [UInt8] {
    Array(
      "\(signature.size) \(signature.modified) \(signature.changed) \(signature.inode)\n".utf8)
  }
}
