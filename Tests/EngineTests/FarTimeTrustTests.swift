@testable import SchedEngine
import SchedSystem
import Testing

/// A time of change at the end of what can be told says nothing: later ones read the same.
struct FarTimeTrustTests {
  @Test(arguments: [Int64.min, .max], [true, false])
  func `a file with a clamped time of change is never trusted`(_ changed: Int64, _ isFine: Bool) {
    let clock = TrustClock(device: 1, isFine: isFine)
    let signature = Signature(
      size: 1, modified: 0, changed: changed, inode: 1, isExecutable: false)
    for began in [Int64.min, 0, .max] {
      #expect(!clock.isSettled(signature, device: 1, readingBegan: began))
      #expect(!clock.isSettled(signature, device: 2, readingBegan: began))
    }
  }
}
