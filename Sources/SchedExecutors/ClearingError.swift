import SchedSystem

/// Why there is no room for what a recipe makes.
enum ClearingError: Error {
  case system(SystemError)
  /// What is not sched's cannot be moved aside, and nothing of it was changed.
  case cannotMove([UInt8], SystemError)
  /// Something else than a directory, or a file, stands where sched keeps what it moves aside.
  case noPlace([UInt8])
  case tooManyKept([UInt8], limit: Int)
  case tooMuchKept([UInt8], limit: UInt64)
  /// A directory, a link or a device in the place of the depfile.
  case depfileIsNoFile([UInt8], FileStatus.Kind)

  var message: String {
    switch self {
    case .system(let error): error.message
    case .cannotMove(let path, let error): "cannot move '\(text(path))' aside: \(error.reason)"
    case .noPlace(let place):
      "cannot move anything aside: '\(text(place))' is in the way, and is not sched's "
        + "(move it out of '.sched')"
    case .tooManyKept(let path, let limit):
      "cannot move '\(text(path))' aside: '.sched/replaced' holds \(limit) files "
        + "('sched clean --replaced' removes them)"
    case .tooMuchKept(let path, let limit):
      "cannot copy '\(text(path))' to '.sched/replaced', which would hold more than "
        + "\(limit >> 30) GiB of copies ('sched clean --replaced' removes them)"
    case .depfileIsNoFile(let path, let kind):
      "the depfile '\(text(path))' is \(Self.name(kind)), and sched removes only files"
    }
  }

  private static func name(_ kind: FileStatus.Kind) -> String {
    switch kind {
    case .directory: "a directory"
    case .link: "a symbolic link"
    case .regular, .missing, .other, .unreachable: "a pipe, a socket or a device"
    }
  }

  private func text(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }
}
