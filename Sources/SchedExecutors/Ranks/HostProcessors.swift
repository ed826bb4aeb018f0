/// The processors of one host, as its ranks see them.
///
/// `mpirun` binds ranks, and sched takes that off again: each rank then sees those of the host. What
/// `srun` gave to a rank stays: then each sees its own, and the host has what all of them have together,
/// also where SLURM only counts processors and binds nothing.
struct HostProcessors: Equatable {
  var count: Int
  /// How many each rank can use at most, where that is less than the host's.
  var ofEachRank: [Int]?

  /// Precondition: the machines are one, and there is one.
  init(_ machines: [Machine]) {
    count = machines.map { Int($0.cpus) }.max() ?? 1
    if machines.allSatisfy({ $0.granted > 0 && $0.granted == $0.cpus }) {
      count = machines.reduce(0) { $0 + Int($1.granted) }
      if machines.count > 1 { ofEachRank = machines.map { Int($0.granted) } }
      return
    }
    let areHeld = machines.allSatisfy { $0.bound == Int($0.cpus) }
    guard areHeld else { return }
    let width = machines.map(\.binding.count).max() ?? 0
    let union = (0..<width).map { byte in
      machines.reduce(0) { $0 | ($1.binding.indices.contains(byte) ? $1.binding[byte] : 0) }
    }
    let all = union.reduce(0) { $0 + $1.nonzeroBitCount }
    guard all > count else { return }
    count = all
    ofEachRank = machines.map { Int($0.cpus) }
  }
}
