import SchedBase
import SchedSystem

/// Reads files on helper threads while recipes run, so that their digests are there when an action
/// is recorded.
final class ReadAhead: @unchecked Sendable {
  private let lock = Mutex()
  private var readings: [(path: PathID, reading: Reading)] = []
  private let threads = HelperThreads(count: 1)

  /// Reads `text`, which is `path`, soon.
  func submit(_ path: PathID, _ text: [UInt8], _ reader: IdentityReader) {
    threads.submit { [self] in
      let reading = reader.readInput(text)
      lock.locked { readings.append((path, reading)) }
    }
  }

  /// What was read since the last call.
  func take() -> [(path: PathID, reading: Reading)] {
    lock.locked {
      defer { readings = [] }
      return readings
    }
  }

  func stop() { threads.stop() }
}
