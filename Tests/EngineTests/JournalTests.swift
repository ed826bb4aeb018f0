@testable import SchedEngine
import SchedBase
import Testing

/// What is read of a journal that was cut or damaged at any place.
struct JournalTests {
  private let origin = JournalOrigin(generation: 7, snapshot: 5)

  /// The intact records, and what else reading found.
  private func read(_ bytes: [UInt8]) -> (records: [Journal.Record], content: Journal.Content)? {
    var records: [Journal.Record] = []
    let content = Journal.read(JournalWindow(bytes), origin) {
      records.append($0)
      return true
    }
    return content.map { (records, $0) }
  }

  /// A journal of three records in memory, and where each ends.
  private func sample() -> (bytes: [UInt8], ends: [Int]) {
    var writer = ByteWriter()
    writer.bytes = Journal.emptyBytes(origin)
    var ends: [Int] = []
    var chain = Journal.read(JournalWindow(writer.bytes), origin)!.chain
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
    let (records, content) = try #require(read(bytes))
    #expect(records.map(\.kind) == [.build, .started, .outcome])
    #expect(Array(records[0].body) == [1, 2, 3] && records[1].body.isEmpty)
    #expect(records.map { Int($0.end) + 8 } == ends)
    #expect(content.goodLength == bytes.count && !content.isDamaged)
  }

  @Test func `cut anywhere, the intact beginning is read and the tail costs itself`() throws {
    let (bytes, ends) = sample()
    for length in Journal.headerSize..<bytes.count {
      let (records, content) = try #require(read(Array(bytes[..<length])))
      #expect(records.count == ends.count { $0 <= length })
      #expect(!content.isDamaged, "a cut at \(length) is a torn end, no damage")
    }
    for length in 0..<Journal.headerSize {
      #expect(read(Array(bytes[..<length])) == nil)
    }
  }

  @Test func `a byte flipped anywhere is found, and nothing after it is believed`() throws {
    let (bytes, ends) = sample()
    for position in bytes.indices {
      var bytes = bytes
      bytes[position] ^= 0x41
      guard let (records, _) = read(bytes) else {
        #expect(position < Journal.headerSize)
        continue
      }
      #expect(records.count == ends.count { $0 <= position })
    }
  }

  @Test func `damage with more behind it is told from a torn end`() throws {
    let (bytes, ends) = sample()
    var damaged = bytes
    damaged[ends[0] + 5] ^= 1
    #expect(try #require(read(damaged)).content.isDamaged)
  }

  @Test func `a record that means nothing is damage, and nothing after it is read`() throws {
    let (bytes, ends) = sample()
    var taken: [Journal.Kind] = []
    let content = try #require(
      Journal.read(JournalWindow(bytes), origin) {
        taken.append($0.kind)
        return $0.kind != .started
      })
    #expect(taken == [.build, .started])
    #expect(content.isDamaged && content.goodLength == ends[0])
  }

  @Test func `records are read across the parts that are in memory`() throws {
    var writer = ByteWriter()
    writer.bytes = Journal.emptyBytes(origin)
    var chain = Journal.read(JournalWindow(writer.bytes), origin)!.chain
    let bodies = (0..<9).map { [UInt8](repeating: $0, count: 300_000 * Int($0 % 5)) }
    for body in bodies {
      chain = Journal.append(.files, to: &writer, after: chain) { $0.bytes += body }
    }
    let (records, content) = try #require(read(writer.bytes))
    #expect(records.map { Array($0.body) } == bodies)
    #expect(content.chain == chain && !content.isDamaged)
  }

  @Test func `the journal of another generation or another snapshot is not read`() {
    let journal = JournalWindow(sample().bytes)
    #expect(Journal.read(journal, JournalOrigin(generation: 8, snapshot: 5)) == nil)
    #expect(Journal.read(journal, JournalOrigin(generation: 7, snapshot: 6)) == nil)
    #expect(Journal.read(journal, origin) != nil)
  }
}
