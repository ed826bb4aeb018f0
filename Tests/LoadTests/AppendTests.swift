import SchedBase
import Testing

@testable import SchedLoad

/// What `+=` costs: a list grows in place, and is copied only when there is no more room.
struct AppendTests {
  private func address(_ scope: Scope) -> UnsafePointer<UInt8>? {
    scope[0]?[0].withContiguousStorageIfAvailable { $0.baseAddress } ?? nil
  }

  /// How often the list lies somewhere else after one more word.
  private func moves(appending count: Int, to scope: inout Scope) -> Int {
    var moves = 0
    var last = address(scope)
    for number in 0..<count {
      scope.append(Words(Array("word\(number)".utf8)), to: 0)
      let now = address(scope)
      if now != last { moves += 1 }
      last = now
    }
    return moves
  }

  @Test func `a list that grows word by word moves as often as its room doubles`() {
    var scope = Scope(directory: PathRoot.tree.id)
    scope[0] = Words(Array("first".utf8))
    // Some 90,000 bytes.
    #expect(moves(appending: 10_000, to: &scope) < 16)
    #expect(scope[0]?.count == 10_001)
    #expect(scope[0].map { Array($0[10_000]) } == Array("word9999".utf8))
  }

  @Test func `a list that an inner scope shares is copied once, and the outer one keeps its own`() {
    var outer = Scope(directory: PathRoot.tree.id)
    outer[0] = Words(list: (0..<10_000).map { Array("word\($0)".utf8) })
    var inner = outer
    #expect(moves(appending: 1000, to: &inner) < 4)
    #expect(inner[0]?.count == 11_000)
    #expect(outer[0]?.count == 10_000)
  }
}
