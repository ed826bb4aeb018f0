import Testing

@testable import SchedMPI

/// Ranks that are gone, until nothing of theirs can run.
struct RankRegisterTests {
  @Test func `a rank's last lease is told once, when it is over`() {
    var register = RankRegister(size: 4)
    register.holdUntil(100, 2)
    register.holdUntil(50, 3)
    #expect(register.takeOver(at: 49).isEmpty)
    #expect(register.takeOver(at: 50) == [3])
    #expect(register.takeOver(at: 99).isEmpty)
    #expect(register.takeOver(at: 200) == [2])
    #expect(register.takeOver(at: 300).isEmpty)
  }
}
