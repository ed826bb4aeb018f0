import Foundation
import SchedDigest
import SchedSystem
import Testing

@testable import SchedEngine

/// What reading a file finds that was looked at a moment before, and became another since.
struct ReadingTests {
  private let directory = FileManager.default.temporaryDirectory.appending(
    path: "reading-\(UUID().uuidString)")
  private let reader = IdentityReader(clock: TrustClock())

  private var path: [UInt8] { Array(directory.appending(path: "file").path.utf8) }

  init() throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  /// Looks at the file with `before` in it, then does `change`, then reads.
  private func reading(after change: () throws -> Void) throws -> Reading {
    defer { try? FileManager.default.removeItem(at: directory) }
    try Files.write(Array("before".utf8), to: path)
    let seen = try FileStatus.of(path, followingLinks: true).signature
    try change()
    return reader.readInput(path, isLink: false, seen: seen)
  }

  private func content(_ text: String) -> Identity { Identity(.file, Digest(of: Array(text.utf8))) }

  @Test func `a file that is as it was seen is read once`() throws {
    let reading = try reading {}
    #expect(reading.identity == content("before") && !reading.isDisturbed)
    #expect(reading.signature.size == 6)
  }

  @Test(arguments: ["after", "after, and longer", ""])
  func `a file that has changed is read as it is now`(_ text: String) throws {
    let reading = try reading { try Files.write(Array(text.utf8), to: path) }
    #expect(reading.identity == content(text) && !reading.isDisturbed)
    #expect(reading.signature.size == UInt64(text.utf8.count))
  }

  /// What a recipe left, with `before` in it, as it is read when it was looked at before `change`.
  private func output(isFine: Bool = false, after change: () throws -> Void) throws -> Reading {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try Files.write(Array("before".utf8), to: path)
    let status = try FileStatus.of(path, followingLinks: false)
    try change()
    let clock = TrustClock(device: status.device, isFine: isFine)
    return IdentityReader(clock: clock).readOutput(path, status, isDirectory: false)
  }

  @Test(arguments: ["after", "after, and longer", ""])
  func `an output that was written to since its recipe ended is not what the recipe made`(
    _ text: String
  ) throws {
    #expect(try output { try Files.write(Array(text.utf8), to: path) }.wasOverwritten)
    let replaced = try output {
      try Files.write(Array("before".utf8), to: path + [UInt8(ascii: "~")])
      try Files.rename(path + [UInt8(ascii: "~")], to: path)
    }
    #expect(replaced.wasOverwritten)
    #expect(!(try output {}.wasOverwritten))
  }

  @Test func `times alone say that where they are fine`() throws {
    func touch() {
      usleep(10_000)
      #expect(utimensat(AT_FDCWD, directory.appending(path: "file").path, nil, 0) == 0)
    }
    #expect(try output(isFine: true, after: touch).wasOverwritten)
    #expect(!(try output(isFine: false, after: touch).wasOverwritten))
    let mode = try output(isFine: true) {
      #expect(chmod(directory.appending(path: "file").path, 0o640) == 0)
    }
    #expect(!mode.wasOverwritten)
  }

  @Test func `a file that is gone is missing`() throws {
    #expect(try reading { try Files.remove(path) }.identity == .missing)
  }

  @Test func `a directory in its place is no file`() throws {
    let directory = try reading {
      try Files.remove(path)
      try Files.makeDirectories(path)
    }
    #expect(directory.identity == Identity(.existing) && directory.problem == nil)
  }

  @Test func `a pipe in its place is no file`() throws {
    let pipe = try reading {
      try Files.remove(path)
      #expect(mkfifo(directory.appending(path: "file").path, 0o600) == 0)
    }
    #expect(pipe.identity == Identity(.special) && pipe.problem == nil)
  }
}
