import SchedBase
import SchedSyntax
import SchedSystem

/// Parses a long text on a thread of its own, while the pieces before are evaluated.
///
/// A tree belongs to the thread that parses until it is given, and then to the one that took it.
final class PiecesAhead: @unchecked Sendable {
  /// So many trees wait at most.
  private static let most = 2

  private let lock = Mutex()
  // Under the lock:
  private var ready: [SyntaxTree] = []
  private var isEnded = false
  private var errors: [SyntaxError] = []

  /// Calls `body` for each piece; as `parse` does, on the caller's thread.
  static func parse(
    _ bytes: [UInt8], file: SourceFileID, inPiecesOf length: Int, _ body: (SyntaxTree) -> Void
  ) -> [SyntaxError] {
    let pieces = PiecesAhead()
    let thread = Thread.start {
      let errors = SchedSyntax.parse(bytes, file: file, inPiecesOf: length) { pieces.put($0) }
      pieces.end(errors)
    }
    guard let thread else {
      return SchedSyntax.parse(bytes, file: file, inPiecesOf: length, body)
    }
    while let tree = pieces.take() { body(tree) }
    thread.join()
    return pieces.errors
  }

  private func put(_ tree: SyntaxTree) {
    lock.waiting(until: { ready.count < Self.most }) { ready.append(tree) }
    lock.wakeAll()
  }

  private func end(_ errors: [SyntaxError]) {
    lock.locked {
      self.errors = errors
      isEnded = true
    }
    lock.wakeAll()
  }

  private func take() -> SyntaxTree? {
    let tree = lock.waiting(until: { !ready.isEmpty || isEnded }) {
      ready.isEmpty ? nil : ready.removeFirst()
    }
    lock.wakeAll()
    return tree
  }
}
