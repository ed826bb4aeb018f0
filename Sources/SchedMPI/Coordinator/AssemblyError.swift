import SchedBase

/// Why the ranks cannot work together.
enum AssemblyError: Error, Equatable {
  /// No answer to the first message came from these.
  case silent(ranks: [Int], seconds: UInt64)
  case cannotEnterRoot(rank: Int, host: [UInt8], root: [UInt8], reason: [UInt8])
  /// What is at the root's path there is another directory.
  case notSharedTree(rank: Int, host: [UInt8], root: [UInt8])
  case otherVersion(rank: Int, host: [UInt8], version: [UInt8], own: [UInt8])
  case otherProtocol(rank: Int, version: UInt16)
  case nonsense(rank: Int, FrameError)
}

extension AssemblyError {
  var diagnostic: Diagnostic {
    switch self {
    case .silent(let ranks, let seconds):
      let list = ranks.prefix(8).map(String.init).joined(separator: ", ")
      let more = ranks.count > 8 ? " and \(ranks.count - 8) more" : ""
      return .error(
        "no answer from rank\(ranks.count == 1 ? "" : "s") \(list)\(more) to the first message "
          + "within \(seconds) s",
        hint: "MPI has started everywhere; \(StartWatch.variable)=SECONDS waits longer")
    case .cannotEnterRoot(let rank, let host, let root, let reason):
      return .error(
        "rank \(rank) on '\(text(host))' cannot enter '\(text(root))': \(text(reason))",
        hint: "all ranks must see the project under the same path")
    case .notSharedTree(let rank, let host, let root):
      return .error(
        "not a shared tree: on '\(text(host))' (rank \(rank)), '\(text(root))' is another directory",
        hint: "the project must lie on a file system that all hosts share")
    case .otherVersion(let rank, let host, let version, let own):
      return .error(
        "rank \(rank) on '\(text(host))' runs sched \(text(version)), rank 0 runs \(text(own))",
        hint: "install the same sched on all hosts")
    case .otherProtocol(let rank, let version):
      return .error(
        "rank \(rank) speaks version \(version) of the protocol, rank 0 version "
          + "\(FrameFormat.version)", hint: "install the same sched on all hosts")
    case .nonsense(let rank, let error):
      return .error("internal error: rank \(rank) sent what is not understood (\(error))")
    }
  }

  private func text(_ bytes: [UInt8]) -> String { printable(bytes) }
}
