import Foundation
import Testing

@Suite struct LinkTests {
  /// The dynamic libraries that a built program needs, as `ldd` lists them.
  private func libraries(of program: String) throws -> String {
    let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent()
    let ldd = Process()
    let output = Pipe()
    ldd.executableURL = URL(filePath: "/usr/bin/env")
    ldd.arguments = ["ldd", products.appending(path: program).path()]
    ldd.standardOutput = output
    try ldd.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    ldd.waitUntilExit()
    #expect(ldd.terminationStatus == 0)
    return text
  }

  @Test func `sched does not link libmpi`() throws {
    #expect(try !libraries(of: "sched").contains("libmpi"))
  }

  @Test func `sched-mpi links libmpi`() throws {
    #expect(try libraries(of: "sched-mpi").contains("libmpi"))
  }

  @Test func `sched needs no Foundation`() throws {
    #expect(try !libraries(of: "sched").contains("Foundation"))
  }
}
