import SchedBase
import Testing

@Suite struct NearestNameTests {
  @Test(
    arguments: [
      ("jbos", ["jobs", "job"], "jobs"),
      ("dependfile", ["desc", "depfile"], "depfile"),
      ("build/mian.o", ["build/min.c", "build/main.o"], "build/main.o"),
      ("glop", ["glob", "global"], "glob"),
      ("n", ["no"], "no"),
      ("", ["a"], nil),
      ("x", ["y", "abc"], nil),
      ("frobnicate", ["glob", "map"], nil),
      ("same", ["same"], nil),
      ("abcd", ["abce", "abcf"], "abce"),
    ] as [(String, [String], String?)])
  func `a slip of the fingers finds what was meant`(
    _ name: String, _ candidates: [String], _ nearest: String?
  ) {
    #expect(nearestName(to: name, among: candidates) == nearest)
  }

  @Test func `names need not be UTF-8`() {
    #expect(
      nearestName(to: [0xFF, 0x61, 0x62], among: [[0xFF, 0x61, 0x63]]) == [0xFF, 0x61, 0x63])
  }
}
