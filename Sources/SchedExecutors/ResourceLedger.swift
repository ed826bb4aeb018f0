import SchedEngine
import SchedGraph

/// What one machine has for recipes, and what those that run have of it.
public struct ResourceLedger: Sendable {
  /// Slots, each worth one processor.
  public let slots: Int
  /// Processors; an action is never given more.
  public let cores: Int
  /// Bytes.
  public let memory: UInt64
  private var usedSlots = 0
  private var usedMemory: UInt64 = 0
  private var freeGPUs: [String]
  private let gpuCount: Int

  /// What one action holds.
  public struct Share: Sendable {
    var slots: Int
    var memory: UInt64
    public var gpus: [String]
  }

  public init(slots: Int, cores: Int, memory: UInt64, gpus: [String]) {
    self.slots = slots
    self.cores = cores
    self.memory = memory
    freeGPUs = gpus
    gpuCount = gpus.count
  }

  /// The processors that an action is given: what it asks for, cut to what there is.
  public func cpus(_ resources: Resources) -> Int {
    resources.cpus == Resources.allCPUs ? cores : min(Int(resources.cpus), max(cores, 1))
  }

  /// An action of more processors than slots takes them all; one of all processors runs alone, also
  /// where there are more slots than processors.
  private func slots(_ resources: Resources) -> Int {
    resources.cpus == Resources.allCPUs ? slots : min(cpus(resources), slots)
  }

  public func refusal(_ resources: Resources) -> ResourceRefusal? {
    if resources.memory > memory {
      return ResourceRefusal(kind: .memory, asked: resources.memory, available: memory)
    }
    if Int(resources.gpus) > gpuCount {
      return ResourceRefusal(
        kind: .gpus, asked: UInt64(resources.gpus), available: UInt64(gpuCount))
    }
    return nil
  }

  public func fits(_ resources: Resources) -> Bool {
    usedSlots + slots(resources) <= slots && resources.memory <= memory - usedMemory
      && Int(resources.gpus) <= freeGPUs.count
  }

  public mutating func take(_ resources: Resources) -> Share {
    let share = Share(
      slots: slots(resources), memory: resources.memory,
      gpus: Array(freeGPUs.prefix(Int(resources.gpus))))
    usedSlots += share.slots
    usedMemory += share.memory
    freeGPUs.removeFirst(share.gpus.count)
    return share
  }

  public mutating func give(_ share: Share) {
    usedSlots -= share.slots
    usedMemory -= share.memory
    freeGPUs.append(contentsOf: share.gpus)
  }
}
