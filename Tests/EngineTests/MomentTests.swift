import Testing

@testable import SchedEngine

struct MomentTests {
  @Test func `what changes after a confirmation is later than it`() {
    var moments = Moments()
    moments.meet(7)
    moments.begin()
    let first = moments.change()
    let confirmed = moments.confirmation()
    let second = moments.change()
    #expect(first == 8 && confirmed == 8 && second == 9)
  }

  @Test func `changes without a confirmation between them share a moment`() {
    var moments = Moments()
    #expect(moments.change() == moments.change())
  }

  @Test func `the last moment of all is later than every confirmation`() {
    var moments = Moments()
    moments.meet(.max)
    moments.begin()
    #expect(moments.change() > moments.confirmation())
    #expect(moments.change() > moments.confirmation())
  }
}
