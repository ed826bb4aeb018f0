@testable import SchedSystem
import Glibc
import SchedBase
import Testing

/// Numbers from outside that are larger than what they are counted in.
struct FarNumberTests {
  @Test func `times are clamped to what nanoseconds hold`() {
    #expect(nanoseconds(timespec(tv_sec: 1, tv_nsec: 5)) == 1_000_000_005)
    #expect(nanoseconds(timespec(tv_sec: 9_223_372_036, tv_nsec: 854_775_807)) == .max)
    #expect(nanoseconds(timespec(tv_sec: 9_223_372_036, tv_nsec: 854_775_808)) == .max)
    #expect(nanoseconds(timespec(tv_sec: .max, tv_nsec: .max)) == .max)
    #expect(nanoseconds(timespec(tv_sec: -99_999_999_999, tv_nsec: 1)) < -9_000_000_000_000_000_000)
    #expect(nanoseconds(timespec(tv_sec: .min, tv_nsec: .min)) == .min)
  }

  @Test(
    arguments: [
      (.max, 1, .max), (.max, -1, .max - 1), (.min, -1, .min), (.min, 1, .min + 1), (2, 3, 5),
    ] as [(Int64, Int64, Int64)])
  func `a sum that does not fit is the nearest number`(_ a: Int64, _ b: Int64, _ sum: Int64) {
    #expect(a.addingClamped(b) == sum)
  }

  @Test(
    arguments: [
      (.max, 2, .max), (.max, -2, .min), (.min, 2, .min), (.min, -2, .max), (.min, -1, .max),
      (6, 7, 42),
    ] as [(Int64, Int64, Int64)])
  func `a product that does not fit is the nearest number`(
    _ a: Int64, _ b: Int64, _ product: Int64
  ) {
    #expect(a.multipliedClamped(by: b) == product)
  }

  @Test func `unsigned sums and products stay at the largest`() {
    #expect(UInt64.max.addingClamped(1) == .max && UInt64.max.multipliedClamped(by: 2) == .max)
  }
}
