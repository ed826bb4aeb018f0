import SchedBase
import SchedSystem
import Testing

@Suite struct TreePlacesTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// A root with a directory `src`, a link to it beside it, and one to `src`.
  private func withTree(_ body: (_ outer: String) throws -> Void) throws {
    let outer = "/tmp/sched-places-\(UInt64.random(in: 0...UInt64.max))"
    try Files.makeDirectories(bytes(outer + "/root/src"))
    try Files.makeLink(bytes(outer + "/link"), to: bytes("root"))
    try Files.makeLink(bytes(outer + "/src"), to: bytes("root/src"))
    try Files.makeLink(bytes(outer + "/root/self"), to: bytes("."))
    defer { try? Files.removeTree(bytes(outer)) }
    try body(outer)
  }

  @Test(
    arguments: [
      ("/link", "."), ("/link/src", "src"), ("/link/not/there", "not/there"), ("/src", "src"),
      ("/src/deep", "src/deep"), ("/link/self/src", "self/src"), ("/root/src", "src"), ("/", nil),
      ("/elsewhere/link", nil),
    ] as [(String, String?)])
  func `a directory is found in the tree under any name`(_ name: String, _ place: String?) throws {
    try withTree { outer in
      let places = TreePlaces(root: bytes(outer + "/root"))
      #expect(places.place(of: bytes(outer + name)) == place.map(bytes))
    }
  }

  @Test func `the paths of a tree are those of its root, however they are spelled`() throws {
    try withTree { outer in
      let paths = PathTable(ofTree: bytes(outer + "/root"))
      let path = paths.intern(path: bytes("src/a.c"))
      for other in ["/root/src/a.c", "/link/src/a.c", "/link/./src/../src/a.c", "/src/a.c"] {
        #expect(paths.intern(path: bytes(outer + other)) == path)
      }
      #expect(paths.root(of: paths.intern(path: bytes(outer + "/a.c"))) == .fileSystem)
    }
  }
}
