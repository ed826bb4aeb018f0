import Foundation
import Testing

extension RealMPI {
  /// Programs of the library under a real mpirun.
  @Suite struct RealLibraryTests {
    private static let nine = "21 6 14 4 5 6 7 17 9"

    private func program(_ name: String) -> String {
      URL(filePath: MPIJob.sched).deletingLastPathComponent().appending(path: name).path()
    }

    /// What the fixture's ranks say when they do `what`, in the order of the ranks.
    private func fixture(_ ranks: Int, _ what: String, _ mpirun: [String] = []) throws -> (
      status: Int32, lines: [String]
    ) {
      let job = try MPIJob("")
      job.environment["SWIFT_BACKTRACE"] = "enable=no"
      let result = try job.launch(
        "mpirun",
        ["-q", "--oversubscribe", "-np", "\(ranks)"] + mpirun + [program("MPIFixture"), what]
      ).wait()
      let lines = result.output.split(separator: "\n").map(String.init)
      return (result.status, lines.filter { $0.hasPrefix("rank ") }.sorted())
    }

    @Test(arguments: 1...4)
    func `tasks run on any number of ranks, and rank 0 has all results`(_ ranks: Int) throws {
      let (status, lines) = try fixture(ranks, "nine")
      #expect(status == 0)
      #expect(lines.count == ranks)
      #expect(lines.first == "rank 0: \(Self.nine)")
      #expect(lines.dropFirst().allSatisfy { $0.hasSuffix("- - - - - - - - -") })
    }

    @Test func `all ranks have all results where they are shared`() throws {
      let (status, lines) = try fixture(3, "shared")
      #expect(status == 0)
      #expect(lines == (0..<3).map { "rank \($0): \(Self.nine)" })
    }

    @Test func `a program may make several runs, and use the results of one in the next`() throws {
      let (status, lines) = try fixture(3, "twice")
      #expect(status == 0)
      #expect(lines == ["rank 0: 2100", "rank 1: -", "rank 2: -"])
    }

    @Test func `every rank knows how each task ended`() throws {
      let (status, lines) = try fixture(3, "failing")
      let all = #"failed(message: "a problem") notRun(because: Optional(bad)) 1"#
      #expect(status == 0)
      #expect(lines == (0..<3).map { "rank \($0): \(all)" })
    }

    @Test func `results of any size travel`() throws {
      let (status, lines) = try fixture(2, "large")
      #expect(status == 0)
      #expect(lines == ["rank 0: 21000000", "rank 1: 21000000"])
    }

    @Test func `ranks with other tasks are an error that names the first difference`() throws {
      let (status, lines) = try fixture(2, "different")
      #expect(status == 0)
      #expect(
        lines == [
          "rank 0: rank 1 has other tasks: 'task of rank 0 <- : Int' here is "
            + "'task of rank 1 <- : Int' there; all ranks must build the same graph",
          "rank 1: rank 0 has ended the run without results",
        ])
    }

    @Test func `a scheduler inside a task is serial`() throws {
      let (status, lines) = try fixture(2, "inner")
      #expect(status == 0)
      #expect(lines == ["rank 0: 21"])
    }

    @Test func `a rank whose task takes long is not taken for dead`() throws {
      let (status, lines) = try fixture(2, "long")
      #expect(status == 0)
      #expect(lines == ["rank 0: 1"])
    }

    @Test func `a task that crashes ends the job`() throws {
      let (status, lines) = try fixture(3, "crash")
      #expect(status != 0)
      #expect(lines.isEmpty)
    }

    @Test func `with recovery a task that crashed its rank runs again on another`() throws {
      let (status, lines) = try fixture(3, "crash", ["--enable-recovery"])
      #expect(status == 0)
      #expect(lines.first == "rank 0: 2")
    }

    @Test func `with recovery a rank that was killed is missed within a second`() throws {
      let (status, lines) = try fixture(3, "killed", ["--enable-recovery"])
      #expect(status == 0)
      #expect(lines.count == 2)
      #expect(lines.first == "rank 0: 2 soon")
    }

    @Test func `with recovery a rank that was stopped is ended, and the job ends`() throws {
      let (status, lines) = try fixture(3, "stopped", ["--enable-recovery"])
      #expect(status == 0)
      #expect(lines.count == 2)
      #expect(lines.first == "rank 0: 2 late")
    }

    @Test func `with recovery the others learn within seconds that rank 0 was killed`() throws {
      let (_, lines) = try fixture(3, "headless", ["--enable-recovery"])
      #expect(
        lines == (1...2).map { "rank \($0): rank 0 does not answer any more soon" })
    }

    @Test func `with recovery a task that ends every rank has failed`() throws {
      let (status, lines) = try fixture(2, "crashes", ["--enable-recovery"])
      #expect(status == 0)
      #expect(
        lines == [
          #"rank 0: failed(message: "all ranks that could run it are gone") "#
            + "notRun(because: Optional(crashes))"
        ])
    }

    @Test func `a program may initialise and finalise MPI itself`() throws {
      let (status, lines) = try fixture(2, "initialised")
      #expect(status == 0)
      #expect(lines.first == "rank 0: \(Self.nine)")
    }

    @Test(arguments: 1...4)
    func `the example of a parameter sweep runs on any number of ranks`(_ ranks: Int) throws {
      let job = try MPIJob("")
      let result = try job.launch(
        "mpirun", ["--oversubscribe", "-np", "\(ranks)", program("ParameterSweep")]
      ).wait()
      #expect(result.status == 0)
      #expect(
        result.output
          == "of 40 dampings on \(ranks) ranks, 1.9 is at rest first: 7.619 s\n")
    }
  }
}
