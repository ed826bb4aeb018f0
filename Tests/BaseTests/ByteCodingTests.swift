import SchedBase
import Testing

/// Numbers and bytes one after the other, and back.
struct ByteCodingTests {
  @Test func `what is written in one step is what is written one by one`() throws {
    var single = ByteWriter()
    single.write(7 as UInt8)
    single.write(0x1234_5678 as UInt32)
    single.write(true)
    single.write(-2 as Int64)
    var atOnce = ByteWriter()
    atOnce.write(inOneStep: 14) { cursor in
      cursor.write(7 as UInt8)
      cursor.write(0x1234_5678 as UInt32)
      cursor.write(true)
      cursor.write(-2 as Int64)
    }
    #expect(atOnce.bytes == single.bytes)
    var reader = ByteReader(atOnce.bytes)
    #expect(try reader.read(UInt8.self) == 7)
    #expect(try reader.read(UInt32.self) == 0x1234_5678)
    #expect(try reader.readFlag())
    #expect(try reader.read(Int64.self) == -2)
    #expect(reader.isAtEnd)
    #expect(throws: ByteReader.Malformed.self) { try reader.read(UInt8.self) }
  }
}
