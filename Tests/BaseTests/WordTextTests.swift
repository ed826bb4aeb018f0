import SchedBase
import Testing

/// How words are written into scripts.
struct WordTextTests {
  @Test func `the bytes that need no quotes are these`() {
    let plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-".utf8
    for byte in UInt8.min...UInt8.max {
      #expect(WordText.isPlain(byte) == plain.contains(byte))
      #expect(WordText.needsQuoting([byte]) == !plain.contains(byte))
    }
    #expect(WordText.needsQuoting([]))
  }

  @Test func `one byte anywhere in a word makes it need quotes`() {
    let word = Array("build/obj-1.2/a_long+name.o".utf8)
    #expect(!WordText.needsQuoting(word))
    for place in word.indices {
      var changed = word
      for byte in UInt8.min...UInt8.max {
        changed[place] = byte
        #expect(WordText.needsQuoting(changed) == !WordText.isPlain(byte))
      }
    }
  }
}
