// What a placement consists of.
extension Placement {
  package struct Rank {
    package var host: Int
    package var hostRank: UInt32
    package var slots: Int
    /// Processors that one action can have here, as far as the host has them.
    var mostCPUs = Int.max
    /// Plain actions that it has, running or waiting.
    package var plain = 0
    package var large = 0
    /// Where in the host's `devices` its own are.
    var deviceSet: Int
    /// It gets nothing now.
    package var isClosed = false
    /// It never gets anything again.
    var isGone = false

    /// It has a free slot for a large action.
    var takesLarge = false

    /// Plain actions that wait for a slot.
    package var waiting: Int { max(0, plain - (slots - large)) }
    /// Processors that its plain actions use.
    var plainCPUs: Int { min(plain, slots - large) }
  }

  package struct Host {
    package var name: [UInt8]
    var cpus: Int
    var memory: UInt64
    var ranks: [Int] = []
    package var usedCPUs = 0
    var usedMemory: UInt64 = 0
    /// Ranks with a free slot for a large action.
    var takers = 0
    /// Free devices, in a set for each group of ranks that see the same ones.
    var devices: [DeviceSet] = []

    var freeCPUs: Int { cpus - usedCPUs }
  }

  struct DeviceSet: Equatable {
    var all: [[UInt8]]
    var free: [[UInt8]]
  }

  /// What an action was given.
  package struct Allocation: Equatable {
    package var rank: Int
    package var cpus: Int
    var memory: UInt64
    package var gpus: [[UInt8]]
    package var isLarge: Bool
  }
}
