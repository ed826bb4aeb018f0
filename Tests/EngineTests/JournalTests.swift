@testable import SchedEngine
import SchedBase
import Testing

/// What is read of a journal that was cut or damaged at any place.
struct JournalTests {
  /// A journal of three records in memory, and where each ends.
  private func sample() -> (bytes: [UInt8], ends: [Int]) {
    var writer = ByteWriter()
    writer.bytes = Journal.emptyBytes(7)
    var ends: [Int] = []
    var chain = Journal.read(writer.bytes, generation: 7)!.chain
    for (kind, body) in [(Journal.Kind.build, [1, 2, 3]), (.started, []), (.outcome, [9, 9])]
      as [(Journal.Kind, [UInt8])]
    {
      chain = Journal.append(kind, to: &writer, after: chain) { $0.bytes += body }
      ends.append(writer.bytes.count)
    }
    return (writer.bytes, ends)
  }

  @Test func `a whole journal is read whole`() throws {
    let (bytes, ends) = sample()
    let content = try #require(Journal.read(bytes, generation: 7))
    #expect(content.records.map(\.kind) == [.build, .started, .outcome])
    #expect(Array(content.records[0].body) == [1, 2, 3] && content.records[1].body.isEmpty)
    #expect(content.goodLength == ends.last && !content.isDamaged)
  }

  @Test func `cut anywhere, the intact beginning is read and the tail costs itself`() throws {
    let (bytes, ends) = sample()
    for length in Journal.headerSize..<bytes.count {
      let content = try #require(Journal.read(Array(bytes[..<length]), generation: 7))
      #expect(content.records.count == ends.count { $0 <= length })
      #expect(!content.isDamaged, "a cut at \(length) is a torn end, no damage")
    }
    for length in 0..<Journal.headerSize {
      #expect(Journal.read(Array(bytes[..<length]), generation: 7) == nil)
    }
  }

  @Test func `a byte flipped anywhere is found, and nothing after it is believed`() throws {
    let (bytes, ends) = sample()
    for position in bytes.indices {
      var bytes = bytes
      bytes[position] ^= 0x41
      guard let content = Journal.read(bytes, generation: 7) else {
        #expect(position < Journal.headerSize)
        continue
      }
      #expect(content.records.count == ends.count { $0 <= position })
    }
  }

  @Test func `damage with more behind it is told from a torn end`() throws {
    let (bytes, ends) = sample()
    var damaged = bytes
    damaged[ends[0] + 5] ^= 1
    #expect(try #require(Journal.read(damaged, generation: 7)).isDamaged)
  }

  @Test func `another generation's journal is not read`() {
    #expect(Journal.read(sample().bytes, generation: 8) == nil)
  }
}
