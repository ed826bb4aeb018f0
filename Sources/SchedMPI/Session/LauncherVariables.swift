/// The variables by which a launcher tells a process that it is a rank.
///
/// A recipe must not find them: an MPI program would take itself for a rank that there is already,
/// and a nested launcher fails without a word.
///
/// What users set for MPI stays, `OMPI_ALLOW_RUN_AS_ROOT` and most of `OMPI_MCA_*` among it: only
/// what a launcher sets itself is named here.
enum LauncherVariables {
  static func contains(_ name: [UInt8]) -> Bool {
    names.contains(name) || prefixes.contains { name.starts(with: $0) }
  }

  private static let names: Set<[UInt8]> = Set(
    [
      // Open MPI.
      "OMPI_ARGV", "OMPI_COMMAND", "OMPI_FILE_LOCATION", "OMPI_FIRST_RANKS", "OMPI_NUM_APP_CTX",
      "OMPI_UNIVERSE_SIZE", "OMPI_MCA_initial_wdir", "OMPI_MCA_mpi_oversubscribe",
      "OMPI_MCA_mpi_yield_when_idle", "OMPI_MCA_pmix", "OMPI_MCA_shmem_RUNTIME_QUERY_hint",
      "HFI_NO_BACKTRACE", "IPATH_NO_BACKTRACE",
      // A step of SLURM; the job's own variables stay.
      "SLURM_GTIDS", "SLURM_LOCALID", "SLURM_PROCID", "SLURM_TASK_PID",
    ].map { Array($0.utf8) })

  private static let prefixes = [
    "OMPI_APP_CTX", "OMPI_COMM_WORLD_", "OMPI_MCA_ess", "OMPI_MCA_orte_", "PMIX_", "PMI_",
    "SLURM_STEP", "SLURM_SRUN_COMM_",
    // Hydra, which starts the ranks of MPICH and its kin.
    "HYDI_", "HYDRA_", "MPI_LOCALNRANKS", "MPI_LOCALRANKID", "MV2_COMM_WORLD_",
  ].map { Array($0.utf8) }
}
