import SchedSystem

/// The start of ranks that `srun` started on several nodes.
enum StepStart {
  /// Lets the other ranks come as far as this one, which MPI's start has just let go.
  ///
  /// With Open MPI 4.1 and SLURM 22.05, `MPI_Init` returns on some ranks while others cannot take
  /// messages yet: one that comes so early ends them with SIGSEGV in `mca_btl_tcp`, and the rest
  /// waits for ever. A C program that calls `MPI_Comm_dup` at once hung in 2 of 60 starts on four
  /// nodes, and in none with this pause before it.
  static func settle(_ world: MPIWorld?) {
    guard case .slurm = world?.launcher else { return }
    guard let nodes = Environment.current()["SLURM_STEP_NUM_NODES"], nodes != [UInt8(ascii: "1")]
    else { return }
    Clock.sleep(nanoseconds: 100_000_000)
  }
}
