import Glibc
import SchedBase
import SchedSystem
import Testing

@testable import SchedLoad

/// When directories are read before they are asked for.
struct DirectoriesAheadTests {
  @Test func `after the evaluation a directory is read when it is asked for`() throws {
    let root = Array("/tmp/sched-ahead-\(UInt64.random(in: .min ... .max))".utf8)
    defer { try? Files.removeTree(root) }
    let directories = (0..<40).map { root + Array("/d\($0 / 10)\($0 % 10)".utf8) }
    for directory in directories { try Files.makeDirectories(directory) }
    let paths = PathTable()
    let world = World(environment: Environment(entries: []), paths: paths)
    world.letGoOfListings()
    for directory in directories[..<12] {
      #expect(world.entries(of: paths.intern(path: directory)).isEmpty)
    }
    // Long enough for a thread that would read what follows.
    usleep(50_000)
    for directory in directories[12...] {
      try Files.write([], to: directory + Array("/new".utf8))
      #expect(world.entries(of: paths.intern(path: directory)).count == 1)
    }
  }
}
