import Glibc

/// The programs under test, built together with these tests.
enum Programs {
  /// The directory that holds them: that of the test program itself, or `SCHED_TEST_PROGRAMS`.
  static let directory: Bytes = {
    if let other = getenv("SCHED_TEST_PROGRAMS") { return Bytes(String(cString: other)) }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    precondition(length > 0, "cannot read /proc/self/exe")
    let path = buffer[..<length].map { UInt8(bitPattern: $0) }
    return Bytes(path[..<path.lastIndex(of: UInt8(ascii: "/"))!])
  }()

  static let sched = directory + "/sched"
  static let schedMPI = directory + "/sched-mpi"
}
