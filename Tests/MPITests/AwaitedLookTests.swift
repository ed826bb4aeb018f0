import Foundation
import SchedDigest
import SchedEngine
import SchedSystem
import Testing

@testable import SchedMPI

/// What a host finds at the path of a file that another host has made.
@Suite struct AwaitedLookTests {
  private let path: String
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(
      path: "sched-look-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    path = directory.appending(path: "file").path()
  }

  private func remove() { try? FileManager.default.removeItem(at: directory) }

  /// As the maker reports what is at the path now.
  private func reported() throws -> AwaitedFile {
    let reading = IdentityReader(clock: TrustClock()).readOutput(
      Array(path.utf8), try FileStatus.of(Array(path.utf8), followingLinks: false),
      isDirectory: false)
    return AwaitedFile(
      path: Array(path.utf8), identity: reading.identity, signature: reading.signature, host: [])
  }

  private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

  private func setTime(_ seconds: Int) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: TimeInterval(seconds))], ofItemAtPath: path)
  }

  private func miss(_ file: AwaitedFile) -> RecipeReport.LateInput.Found? {
    AwaitedLook.look(at: [file]).miss?.found
  }

  @Test func `the same size and time are enough`() throws {
    defer { remove() }
    try write("made")
    #expect(try miss(reported()) == nil)
  }

  @Test func `nothing there, or a dangling link, is nothing`() throws {
    defer { remove() }
    try write("made")
    let file = try reported()
    try FileManager.default.removeItem(atPath: path)
    #expect(miss(file) == .nothing)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
    #expect(miss(file) == .nothing)
  }

  @Test func `a file of another size is not it yet`() throws {
    defer { remove() }
    try write("made")
    let file = try reported()
    try write("ma")
    let answer = AwaitedLook.look(at: [file])
    #expect(answer.miss == AwaitedLook.Miss(found: .otherSize, size: 2))
  }

  @Test func `with another time the content decides`() throws {
    defer { remove() }
    try write("made")
    let file = try reported()
    try setTime(1_000_000)
    #expect(miss(file) == nil)
    try write("late")
    try setTime(2_000_000)
    #expect(miss(file) == .otherContent)
  }

  @Test func `a stamp is there when it is empty`() throws {
    defer { remove() }
    try write("")
    let file = try reported()
    #expect(file.identity.tag == .stamp)
    try setTime(1_000_000)
    #expect(miss(file) == nil)
  }

  @Test func `a directory where a file was made is something else`() throws {
    defer { remove() }
    try write("made")
    let file = try reported()
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(miss(file) == .otherKind)
  }

  @Test func `links are compared by their text`() throws {
    defer { remove() }
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "here")
    let file = try reported()
    #expect(miss(file) == nil)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "there")
    #expect(miss(file) == .otherContent)
  }

  @Test func `it ends at the first file that is missing, and gives what it has seen`() throws {
    defer { remove() }
    try write("made")
    let there = try reported()
    var missing = there
    missing.path += Array("2".utf8)
    let answer = AwaitedLook.look(at: [there, missing, there])
    #expect(answer == .init(seen: [there.signature], miss: .init(found: .nothing)))
    #expect(AwaitedLook.look(at: [there]) == .init(seen: [there.signature]))
  }
}
