import Testing

@testable import SchedMPI

@Suite struct AssemblyTests {
  /// A job of three ranks, of which rank 2 says something else.
  private func refusal(_ change: (inout Hello) -> Void) -> String? {
    var other = VirtualJob.hello
    other.machine.host = Array("b".utf8)
    change(&other)
    do throws(AssemblyError) {
      _ = try VirtualJob(ranks: 3) { rank in rank == 2 ? other : VirtualJob.hello }
      return nil
    } catch {
      return error.diagnostic.message
    }
  }

  @Test func `ranks that see the same tree with the same sched work together`() throws {
    #expect(refusal { _ in } == nil)
    let job = try VirtualJob(ranks: 3, slots: .auto) { _ in VirtualJob.hello }
    job.pass(1)
    #expect(job.logs[2].configured == Enrolment(slots: 1, hostRank: 2))
  }

  @Test func `a rank in another tree is named`() {
    #expect(
      refusal { $0.tree = .otherTree }
        == "not a shared tree: on 'b' (rank 2), '/tree' is another directory")
  }

  @Test func `a rank that cannot enter the tree is named, with the reason`() {
    #expect(
      refusal { $0.tree = .noRoot(reason: Array("no such file or directory".utf8)) }
        == "rank 2 on 'b' cannot enter '/tree': no such file or directory")
  }

  @Test func `a rank with another sched is named`() {
    #expect(
      refusal { $0.toolVersion = Array("1.1".utf8) }
        == "rank 2 on 'b' runs sched 1.1, rank 0 runs 1.2")
  }

  @Test func `ranks that do not answer are named after a minute`() {
    #expect(throws: AssemblyError.silent(ranks: [1, 3], seconds: 60)) {
      try VirtualJob(ranks: 4) { rank in rank == 2 ? VirtualJob.hello : nil }
    }
  }
}
