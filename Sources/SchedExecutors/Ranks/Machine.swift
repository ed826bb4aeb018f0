/// What a rank's machine has, as the rank sees it.
package struct Machine: Equatable, Sendable {
  package var host: [UInt8]
  /// Tells machines of the same name apart.
  package var bootID: [UInt8]
  /// Processors that recipes may use.
  package var cpus: UInt32
  /// Processors that the launcher bound this rank to, as a bit each.
  package var binding: [UInt8]
  /// Processors that a batch system counts as the rank's own; 0: it does not say.
  package var granted: UInt32
  /// Bytes that recipes may use.
  package var memory: UInt64
  /// Names of the devices, as `CUDA_VISIBLE_DEVICES` takes them.
  package var gpus: [[UInt8]]

  package init(
    host: [UInt8], bootID: [UInt8], cpus: UInt32, binding: [UInt8], granted: UInt32 = 0,
    memory: UInt64, gpus: [[UInt8]]
  ) {
    self.host = host
    self.bootID = bootID
    self.cpus = cpus
    self.binding = binding
    self.granted = granted
    self.memory = memory
    self.gpus = gpus
  }

  /// Processors that the launcher bound the rank to.
  package var bound: Int { binding.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// What tells hosts apart.
  struct HostKey: Hashable {
    var host: [UInt8]
    var bootID: [UInt8]
  }

  var hostKey: HostKey { HostKey(host: host, bootID: bootID) }
}
