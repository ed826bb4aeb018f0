import SchedSystem

/// What recipes find in their environment on a rank.
enum RecipeEnvironment {
  /// Variables that mean something else on each machine: a rank's own hold, or none.
  private static let ownNames: [[UInt8]] = [
    "TMPDIR", "HOSTNAME", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK",
  ].map { Array($0.utf8) }

  /// The coordinator's environment as it holds on this rank.
  static func onWorker(_ coordinators: [[UInt8]], own: Environment) -> Environment {
    var environment = Environment(entries: coordinators)
    for name in ownNames { environment.set(name, to: own[name]) }
    return environment
  }
}
