import Testing

@testable import SchedMPI

@Suite struct LauncherVariablesTests {
  @Test func `marks of launchers are taken off, and what users set stays`() {
    func isMark(_ name: String) -> Bool { LauncherVariables.contains(Array(name.utf8)) }
    for name in [
      "OMPI_COMM_WORLD_RANK", "OMPI_MCA_ess_base_jobid", "OMPI_MCA_orte_hnp_uri", "PMIX_RANK",
      "PMI_SIZE", "SLURM_STEP_ID", "SLURM_PROCID", "OMPI_UNIVERSE_SIZE",
    ] {
      #expect(isMark(name), "\(name)")
    }
    for name in [
      "OMPI_ALLOW_RUN_AS_ROOT", "OMPI_MCA_btl", "SLURM_JOB_ID", "SLURM_NTASKS", "PATH", "OMPI_CC",
    ] {
      #expect(!isMark(name), "\(name)")
    }
  }
}
