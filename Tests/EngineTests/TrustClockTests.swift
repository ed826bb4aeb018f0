import SchedSystem
import Testing

@testable import SchedEngine

/// When a digest may be trusted without reading, with a clock that the test sets.
struct TrustClockTests {
  private let second: Int64 = 1_000_000_000

  private func signature(changed: Int64) -> Signature {
    Signature(size: 1, modified: 0, changed: changed, inode: 1, isExecutable: false)
  }

  @Test func `with fine times every signature is settled at once`() {
    let clock = TrustClock(device: 7, isFine: true)
    let now = 100 * second + 1
    #expect(clock.isSettled(signature(changed: now), device: 7, readingBegan: now))
    #expect(clock.isSettled(signature(changed: now - 1), device: 7, readingBegan: now))
  }

  @Test func `fine times are those of one device`() {
    let clock = TrustClock(device: 7, isFine: true)
    let now = 100 * second + 1
    #expect(!clock.isSettled(signature(changed: now - second), device: 8, readingBegan: now))
    #expect(clock.isSettled(signature(changed: now - 3 * second), device: 8, readingBegan: now))
  }

  @Test func `without fine times a margin must have passed`() {
    let clock = TrustClock(device: 7, isFine: false)
    let now = 100 * second + 500
    #expect(!clock.isSettled(signature(changed: now - 10_000_001), device: 7, readingBegan: now))
    #expect(clock.isSettled(signature(changed: now - 20_000_001), device: 7, readingBegan: now))
  }

  @Test func `a time of whole seconds needs the long margin`() {
    let clock = TrustClock(device: 7, isFine: false)
    let whole = 98 * second
    #expect(
      !clock.isSettled(signature(changed: whole), device: 7, readingBegan: whole + 2 * second))
    #expect(clock.isSettled(signature(changed: whole), device: 7, readingBegan: whole + 3 * second))
  }

  @Test func `a time in the future is never settled`() {
    for isFine in [true, false] {
      let clock = TrustClock(device: 7, isFine: isFine)
      #expect(
        !clock.isSettled(signature(changed: 200 * second), device: 7, readingBegan: 100 * second))
    }
  }

  @Test func `where nothing is known of the file system, only old times are trusted`() {
    let clock = TrustClock()
    let now = 100 * second + 1
    #expect(!clock.isSettled(signature(changed: now - second), device: 7, readingBegan: now))
    #expect(clock.isSettled(signature(changed: now - 3 * second), device: 7, readingBegan: now))
  }
}
