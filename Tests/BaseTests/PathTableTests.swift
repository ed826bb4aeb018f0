import SchedBase
import TestSupport
import Testing

/// Paths as numbers: one for each name, however it is written.
struct PathTableTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(arguments: [
    ("a/b", "a/b"), ("./a//b/../c", "a/c"), ("a/", "a"), (".", "."), ("..", ".."), ("../x", "../x"),
    ("a/../..", ".."), ("../../x", "../../x"), ("/usr//bin/./cc", "/usr/bin/cc"), ("/..", "/"),
    ("/../x", "/x"), ("a/./b/.", "a/b"),
  ])
  func `a path is normalised lexically`(_ written: String, _ normal: String) {
    let table = PathTable()
    let id = table.intern(path: bytes(written))
    #expect(table.string(of: id) == normal)
    #expect(table.intern(path: bytes(normal)) == id)
  }

  @Test func `a relative path begins at its directory`() {
    let table = PathTable()
    let directory = table.intern(path: bytes("lib/sub"))
    #expect(table.string(of: table.intern(path: bytes("../x"), relativeTo: directory)) == "lib/x")
    #expect(table.string(of: table.intern(path: bytes("/x"), relativeTo: directory)) == "/x")
  }

  @Test func `an absolute path below the root is one of the tree`() {
    let table = PathTable(rootPath: bytes("/home/me/project"))
    #expect(table.string(of: table.intern(path: bytes("/home/me/project/a/b"))) == "a/b")
    #expect(table.string(of: table.intern(path: bytes("/home/me/project"))) == ".")
    #expect(
      table.string(of: table.intern(path: bytes("/home/me/projects/a"))) == "/home/me/projects/a")
  }

  @Test func `many directories in turn are found as often as they are asked for`() {
    let table = PathTable(rootPath: bytes("/home/me/project"))
    let directories = (0..<100).map { "d\($0 % 10)/e\($0 / 10)" }
    let first = directories.map { table.intern(path: bytes("\($0)/x")) }
    #expect(Set(first).count == first.count)
    for round in 0..<3 {
      for (directory, id) in zip(directories, first) {
        #expect(table.intern(path: bytes("\(directory)/x")) == id)
        #expect(table.intern(path: bytes("/home/me/project/\(directory)/x")) == id)
        let below = table.intern(path: bytes("\(directory)/in\(round)"))
        #expect(table.string(of: below) == "\(directory)/in\(round)")
      }
    }
    let inner = table.intern(path: bytes("d0/e0"))
    #expect(
      table.intern(path: bytes("e0/x"), relativeTo: table.intern(path: bytes("d0"))) == first[0])
    #expect(table.string(of: table.intern(path: bytes("e0/x"), relativeTo: inner)) == "d0/e0/e0/x")
  }

  @Test(arguments: [".", "/", "a", "a/b/c", "/usr/bin/cc", "../x"])
  func `a path is lent as its text with a NUL behind it`(_ path: String) {
    let table = PathTable()
    let id = table.intern(path: bytes(path))
    var lent: [[UInt8]] = []
    table.withText(of: id) { text in
      lent.append(Array(text))
      lent.append(Array(UnsafeRawBufferPointer(start: text.baseAddress, count: text.count + 1)))
    }
    #expect(lent == [bytes(path), bytes(path + "\0")])
  }

  @Test(arguments: [1, 2, 3])
  func `many names, asked for in any order, are those that were added`(_ seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let table = PathTable()
    var known: [String: PathID] = [:]
    var names: [String] = []
    for step in 0..<60_000 {
      let isNew = names.isEmpty || UInt64.random(in: 0..<3, using: &generator) == 0
      let position = Int.random(in: 0..<max(names.count, 1), using: &generator)
      // Mostly the next one, as names are asked for; sometimes any.
      let text =
        isNew ? "d\(step % 50)/n\(step)" : names[step % 7 == 0 ? position : step % names.count]
      let id = table.intern(path: bytes(text))
      if let old = known[text] {
        #expect(old == id)
      } else {
        known[text] = id
        names.append(text)
        #expect(table.string(of: id) == text)
      }
    }
    #expect(Set(known.values).count == known.count)
    let nowhere = bytes("nowhere")
    #expect(nowhere.withUnsafeBytes { table.find($0, in: PathRoot.tree.id) } == nil)
  }

  @Test func `names below other roots are others`() {
    let table = PathTable()
    let file = table.intern(path: bytes("x"))
    let task = table.intern(bytes("x"), in: PathRoot.tasks.id)
    #expect(file != task && table.root(of: task) == .tasks && table.string(of: task) == "x")
  }

  @Test func `ids stay when the table is written down and extended`() {
    let first = PathTable()
    var ids: [String: PathID] = [:]
    for index in 0..<3000 {
      let text = "d\(index % 7)/f\(index)"
      ids[text] = first.intern(path: bytes(text))
    }
    // The buffers live as long as the base's owner does.
    final class Owner {
      let entries: UnsafeMutableBufferPointer<PathTable.Entry>
      let names: UnsafeMutableRawBufferPointer
      let slots: UnsafeMutableBufferPointer<UInt32>
      let digests: UnsafeMutableBufferPointer<UInt64>
      init(_ table: PathTable) {
        var (written, text, steps): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        table.withDigests { steps.append(contentsOf: $0) }
        table.withEntries { written.append(contentsOf: $0) }
        table.withNames { text.append(contentsOf: $0) }
        entries = .allocate(capacity: written.count / MemoryLayout<PathTable.Entry>.stride)
        UnsafeMutableRawBufferPointer(entries).copyBytes(from: written)
        names = .allocate(byteCount: text.count, alignment: 1)
        names.copyBytes(from: text)
        let table = table.slots()
        slots = .allocate(capacity: table.count)
        _ = slots.initialize(from: table)
        digests = .allocate(capacity: steps.count / 8)
        UnsafeMutableRawBufferPointer(digests).copyBytes(from: steps)
      }
    }
    let owner = Owner(first)
    #expect(owner.entries.count == first.count)
    let second = PathTable(
      base: PathTable.Base(
        entries: UnsafeBufferPointer(owner.entries), names: UnsafeRawBufferPointer(owner.names),
        slots: UnsafeBufferPointer(owner.slots), digests: UnsafeBufferPointer(owner.digests),
        owner: owner))
    for (text, id) in ids {
      #expect(second.intern(path: bytes(text)) == id)
      #expect(second.string(of: id) == text)
    }
    let new = second.intern(path: bytes("d1/new"))
    #expect(new.index == first.count && second.string(of: new) == "d1/new")
    let again = Owner(second)
    let third = PathTable(
      base: PathTable.Base(
        entries: UnsafeBufferPointer(again.entries), names: UnsafeRawBufferPointer(again.names),
        slots: UnsafeBufferPointer(again.slots), digests: UnsafeBufferPointer(again.digests),
        owner: again))
    #expect(third.count == first.count + 1)
    #expect(third.intern(path: bytes("d1/new")) == new)
    for (text, id) in ids { #expect(third.intern(path: bytes(text)) == id) }
  }

  @Test func `the directories of a name are found from the inside out`() {
    let table = PathTable()
    let file = table.intern(path: bytes("a/b/c"))
    var found: [String] = []
    table.forEachAncestor(of: file) { found.append(table.string(of: $0)) }
    #expect(found == ["a/b", "a"])
    #expect(table.isWithin(file, table.intern(path: bytes("a"))))
    #expect(!table.isWithin(file, table.intern(path: bytes("b"))))
  }

  @Test func `a name that no system takes is cut, and found again`() {
    let table = PathTable()
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: PathTable.maximumNameLength + 2)
    let id = table.intern(path: long)
    #expect(table.name(of: id).count == PathTable.maximumNameLength)
    #expect(table.intern(path: long) == id)
    #expect(table.count == PathRoot.allCases.count + 1)
  }
}
