import SchedSystem
import Testing

@Suite struct AffinityTests {
  @Test func `a thread can be bound to one of its processors and let free again`() throws {
    let all = try #require(Affinity.mask(of: 0))
    let byte = try #require(all.firstIndex { $0 != 0 })
    let one = Array(repeating: 0, count: byte) + [all[byte] & (~all[byte] &+ 1)]
    #expect(Affinity.setOwn(one))
    #expect(Affinity.mask(of: 0) == one)
    #expect(Affinity.setOwn(all))
    #expect(Affinity.mask(of: 0) == all)
  }

  @Test func `a process that does not exist has no processors`() {
    #expect(Affinity.mask(of: Int32.max) == nil)
  }
}
