import SchedBase
import Testing

@testable import SchedMPI

@Suite struct GuardOrderTests {
  @Test func `orders to a guard arrive as they were given, several at once`() throws {
    let orders: [GuardOrder] = [
      .watch(session: Array("0123".utf8), rank: 7), .extend(1 << 50), .extend(0), .release,
    ]
    var reader = ByteReader(orders.flatMap { $0.encoded() })
    for order in orders { #expect(try GuardOrder(from: &reader) == order) }
    #expect(reader.isAtEnd)
  }
}
