// For numbers that come from outside: sizes, times and durations as a file system, a file or a user says. One that
// is too large for a sum is as good as the largest that there is, and nothing stops because of it.
extension FixedWidthInteger {
  /// The sum; where it does not fit, the largest or smallest number.
  @inlinable
  @inline(__always)
  public func addingClamped(_ other: Self) -> Self {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The product; where it does not fit, the largest or smallest number.
  @inlinable
  @inline(__always)
  public func multipliedClamped(by other: Self) -> Self {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}
