import SchedBase
import SchedSystem
import Testing

struct DirectoryListingTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `names are sorted by their bytes and found again`() throws {
    let directory = bytes("/tmp/sched-listing-\(UInt64.random(in: .min ... .max))")
    try Files.makeDirectories(directory)
    defer { try? Files.removeTree(directory) }
    // Shorter and longer than the eight bytes that are compared first, and equal in these.
    let names = [
      "a", "a-b", "aa", "abcdefgh", "abcdefgh1", "abcdefgh2", "abcdefghi", "b", "zz", "é", ".dot",
    ]
    for name in names.shuffled() {
      try Files.write([], to: directory + bytes("/" + name))
    }
    let listing = try DirectoryListing(of: directory)
    let sorted = names.map(bytes).sorted { $0.lexicographicallyPrecedes($1) }
    #expect(listing.indices.map { Array(listing.name(at: $0)) } == sorted)
    #expect(listing.allSatisfy { $0 == .regular })
    for name in names { #expect(listing.contains(bytes(name)[...])) }
    for other in ["", "abcdefg", "abcdefgh3", "c", "zzz"] {
      #expect(!listing.contains(bytes(other)[...]))
    }
  }

  @Test func `a directory that is not there cannot be listed`() {
    #expect(throws: SystemError.self) { try DirectoryListing(of: bytes("/nowhere/at/all")) }
  }
}
