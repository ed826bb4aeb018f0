import Foundation
import Testing

extension RealMPI {
  /// A shared file system on which each of two hosts sees late what the other makes in `late`: there
  /// it has a directory of its own, which the test brings up to date.
  @Suite(.enabled(if: SecondHost.canBePlayed)) struct RealLatencyTests {
    /// Only the second host has a GPU, so `reader` and `other` run there; `made` is rank 0's.
    private static let schedfile = """
      default reader other
      late/made:
          @local
          echo content > {{out}}
      reader: late/made
          @gpus 1
          cat {{in}} > {{out}}
      gate: late/made
          @local
          echo > {{out}}
      other: gate
          @gpus 1
          echo > {{out}}
      """

    private func job(_ schedfile: String = Self.schedfile) throws -> (MPIJob, hosts: [String]) {
      let job = try MPIJob(schedfile)
      let files = FileManager.default
      for directory in [job.directory.appending(path: "late"), Self.copy(of: job)] {
        try files.createDirectory(at: directory, withIntermediateDirectories: true)
      }
      let late = "mount --bind \(Self.copy(of: job).path()) \(job.path("late"))"
      let hosts = try SecondHost.arguments(
        for: job, preparation: "\(late) && export CUDA_VISIBLE_DEVICES=0,1")
      job.environment["CUDA_VISIBLE_DEVICES"] = ""
      return (job, hosts)
    }

    private func expectNothingToDo(_ job: MPIJob) throws {
      job.environment["CUDA_VISIBLE_DEVICES"] = "0"
      #expect(try job.runAlone().error == "sched: nothing to do\n")
    }

    /// What the second host sees as `late`.
    private static func copy(of job: MPIJob) -> URL { job.outside.appending(path: "second") }

    @Test func `a reader waits for what another host has made, and others go on meanwhile`()
      throws
    {
      let (job, hosts) = try job()
      let run = try job.start(ranks: 2, hosts, ["--slots", "2"])
      // The other action could not run if the one that waits held the rank up.
      try job.waitFor("other")
      #expect(!job.exists("reader"))
      try FileManager.default.copyItem(
        at: job.directory.appending(path: "late/made"),
        to: Self.copy(of: job).appending(path: "made"))
      let result = try run.wait()
      #expect(result.status == 0)
      #expect(try job.read("reader") == "content\n")
      try expectNothingToDo(job)
    }

    @Test func `rank 0 goes on when it sees what another host has made`() throws {
      let (job, hosts) = try job(
        """
        default all
        late/list:
            @gpus 1
            echo input > {{out}}
        all:
            @local
            @inputs-from late/list
            cat {{in}} late/list > {{out}}
        """)
      try job.write("content\n", to: "input")
      let run = try job.start(ranks: 2, hosts)
      let made = Self.copy(of: job).appending(path: "list")
      try job.waitFor("../second/list")
      try FileManager.default.copyItem(at: made, to: job.directory.appending(path: "late/list"))
      #expect(try run.wait().status == 0)
      #expect(try job.read("all").hasSuffix("input\n"))
      try expectNothingToDo(job)
    }

    @Test func `what is not seen in time is an error that names both hosts`() throws {
      let (job, hosts) = try job()
      let result = try job.run(ranks: 2, hosts, ["--slots", "2", "--latency-wait", "1"])
      #expect(result.status == 1)
      #expect(
        result.error.contains(
          "error: target 'reader' failed: 'late/made', made on '\(SecondHost.first)', was not seen "
            + "on 'second' within 1 s: expected 8 bytes, found nothing ('--latency-wait' waits longer)"
        ))
      #expect(!job.exists("reader"))
    }
  }
}
