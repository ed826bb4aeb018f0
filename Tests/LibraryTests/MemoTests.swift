import Foundation
import Testing

/// Memoised runs: what is as it was is not run again.
struct MemoTests {
  private func run(_ workers: Int, _ directory: URL, _ argument: Int, _ version: String) throws
    -> [String]
  {
    try Program.fixture(workers, "memo", directory.path(), "\(argument)", version).lines
  }

  @Test(arguments: [0, 2])
  func `a task runs again when its version, its arguments or a result before it is another`(
    _ workers: Int
  ) throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "memo-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    #expect(try run(workers, directory, 1, "a") == ["one runs", "two runs", "10"])
    #expect(try run(workers, directory, 1, "a") == ["10"])
    // Another argument, the same result: what depends on it is not run.
    #expect(try run(workers, directory, 3, "a") == ["one runs", "10"])
    #expect(try run(workers, directory, 2, "a") == ["one runs", "two runs", "0"])
    #expect(try run(workers, directory, 2, "b") == ["one runs", "0"])
    // Kept by either scheduler, used by the other.
    #expect(try run(2 - workers, directory, 2, "b") == ["0"])
  }

  @Test func `a damaged file is as if it were not there`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "memo-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    #expect(try run(0, directory, 1, "a") == ["one runs", "two runs", "10"])
    let files = try FileManager.default.contentsOfDirectory(
      at: directory, includingPropertiesForKeys: nil)
    #expect(files.count == 2)
    for file in files {
      var bytes = try Data(contentsOf: file)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: file)
    }
    #expect(try run(0, directory, 1, "a") == ["one runs", "two runs", "10"])
  }
}
