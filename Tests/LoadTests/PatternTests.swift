import SchedBase
import Testing

@testable import SchedLoad

/// Patterns of rules and of globs.
struct PatternTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(arguments: [
    ("%.o", "a/b.o", "a/b"), ("build/%.o", "build/x/y.o", "x/y"), ("%", "anything", "anything"),
    ("lib%", "libz", "z"),
  ])
  func `a percent stands for one or more characters`(
    _ pattern: String, _ text: String, _ stem: String
  ) throws {
    let pattern = try #require(PercentPattern(bytes(pattern)))
    #expect(pattern.stem(of: bytes(text)[...]).map { Array($0) } == bytes(stem))
  }

  @Test func `a percent does not stand for nothing, and stands there once`() throws {
    #expect(try #require(PercentPattern(bytes("a%b"))).stem(of: bytes("ab")[...]) == nil)
    #expect(PercentPattern(bytes("ab")) == nil && PercentPattern(bytes("%a%")) == nil)
  }

  @Test(arguments: [
    ("*.c", "a.c", true), ("*.c", "a/b.c", false), ("a?c", "abc", true), ("a?c", "ac", false),
    ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("{a,bc}.h", "bc.h", true),
    ("{a,bc}.h", "b.h", false), ("a{b,{c,d}}", "ad", true), ("*a*b*", "xxaxxbxx", true),
    ("*a*b*", "xxbxxaxx", false), ("[", "[", true), ("a{b", "a{b", true),
  ])
  func `a glob pattern matches whole texts`(_ pattern: String, _ text: String, _ matches: Bool) {
    #expect(GlobPattern(bytes(pattern)).matches(bytes(text)[...]) == matches)
  }

  @Test func `a name that begins with a dot is matched only where that is written`() {
    #expect(!GlobPattern(bytes("*")).matches(name: bytes(".git")[...]))
    #expect(GlobPattern(bytes(".*")).matches(name: bytes(".git")[...]))
  }

  @Test func `a pattern of many stars is quick`() {
    let text = bytes(String(repeating: "a", count: 5000) + "b")
    #expect(!GlobPattern(bytes("*a*a*a*a*a*c")).matches(text[...]))
  }

  @Test func `sizes are powers of 1024`() {
    #expect(AttributeReader.size(bytes("2G")) == 2 << 30)
    #expect(AttributeReader.size(bytes("1.5K")) == 1536)
    #expect(AttributeReader.size(bytes("100")) == 100)
    for wrong in ["", "G", "2GB", "-1", "1.2345K", "0"] {
      #expect(AttributeReader.size(bytes(wrong)) == nil)
    }
  }

  @Test func `durations have one number and a unit`() {
    #expect(AttributeReader.milliseconds(bytes("90s")) == 90_000)
    #expect(AttributeReader.milliseconds(bytes("200ms")) == 200)
    #expect(AttributeReader.milliseconds(bytes("1.5h")) == 5_400_000)
    #expect(AttributeReader.milliseconds(bytes("2d")) == 172_800_000)
    for wrong in ["", "5", "s", "1m30s", "-1s", "5x"] {
      #expect(AttributeReader.milliseconds(bytes(wrong)) == nil)
    }
  }
}
