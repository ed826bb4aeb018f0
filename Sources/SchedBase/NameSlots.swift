/// Numbers by the hashes of what they stand for: the hash table of names.
///
/// The layout of a Swiss table (Abseil's `flat_hash_map`): eight bits of the hash of each slot lie by
/// themselves, those of eight slots in a word that is looked at in one step. Of a large table a processor's caches
/// hold these, and to find that a name is new, as most names are when a graph is made, touches nothing
/// else. Nothing is ever taken out.
struct NameSlots: ~Copyable {
  /// For each slot a byte of its hash, 0 where nothing is.
  private var tags = Buffer<UInt64>()
  /// For each slot the number in it.
  private var numbers = Buffer<UInt32>()
  /// Of each number its hash, so that to grow hashes nothing again.
  private var hashes = Buffer<UInt32>()

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  private static func tag(_ hash: UInt32) -> UInt64 { UInt64(max(hash & 0xFF, 1)) }

  /// The high bit of each byte that is zero; perhaps of one above such a byte, too.
  @inline(__always)
  private static func zeros(in word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }

  init() { makeRoom(forGroups: 128) }

  private mutating func makeRoom(forGroups count: Int) {
    tags = Buffer(zeroed: count)
    numbers = Buffer(zeroed: count * 8)
  }

  /// How many there are; the numbers are 0, 1, 2 and so on.
  var count: Int { hashes.count }

  enum Place {
    case number(Int)
    /// Where a new number goes.
    case group(Int)
  }

  /// The number with that hash for which `isIt` holds, or the group that a new one goes into.
  ///
  /// O(1), as adding is on average.
  @inline(__always)
  func find(_ hash: UInt32, where isIt: (Int) -> Bool) -> Place {
    let mask = tags.count - 1
    let wanted = Self.tag(hash) &* Self.ones
    var group = Int(hash >> 8) & mask
    var step = 0
    while true {
      let tags = tags[group]
      var equal = Self.zeros(in: tags ^ wanted)
      while equal != 0 {
        let number = Int(numbers[group * 8 + equal.trailingZeroBitCount / 8])
        if isIt(number) { return .number(number) }
        equal &= equal - 1
      }
      if Self.zeros(in: tags) != 0 { return .group(group) }
      step += 1
      group = (group + step) & mask
    }
  }

  /// Adds the next number in the group that `find` gave for its hash.
  @inline(__always)
  mutating func append(_ hash: UInt32, in group: Int) {
    put(UInt32(count), hash, in: group)
    hashes.append(hash)
    // Seven of eight slots at most, so that every search ends.
    if count * 8 > numbers.count * 7 { grow() }
  }

  private mutating func grow() {
    makeRoom(forGroups: tags.count * 2)
    for number in 0..<count {
      let hash = hashes[number]
      guard case .group(let group) = find(hash, where: { _ in false }) else { continue }
      put(UInt32(number), hash, in: group)
    }
  }

  @inline(__always)
  private mutating func put(_ number: UInt32, _ hash: UInt32, in group: Int) {
    let byte = Self.zeros(in: tags[group]).trailingZeroBitCount / 8
    tags[group] |= Self.tag(hash) << UInt64(byte * 8)
    numbers[group * 8 + byte] = number
  }
}
