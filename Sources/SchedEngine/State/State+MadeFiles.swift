import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

extension State: MadeFiles {
  /// Whether an earlier build recorded `path` as an output and the file still has that content.
  ///
  /// The signature is enough where it is the recorded one.
  public func isMadeAndUnedited(_ path: PathID) -> Bool {
    guard let record = owner(of: path), !row(record).isVoid, row(record).kind == .file,
      let output = outputs(of: record).first(where: { $0.path == path })
    else { return false }
    let text = paths.text(of: path)
    guard let status = try? FileStatus.of(text, followingLinks: false), status.kind != .missing
    else { return false }
    if status.kind == .regular, output.isSettled, status.signature == output.signature {
      return true
    }
    let isDirectory = output.identity.tag == .directory
    return unedited(
      IdentityReader(clock: TrustClock()).readOutput(text, status, isDirectory: isDirectory),
      output)
  }

  private func unedited(_ reading: Reading, _ output: OutputRecord) -> Bool {
    // A stamp is expected to be empty still.
    output.identity.tag == .stamp
      ? reading.identity.tag == .stamp : reading.identity == output.identity
  }
}
