import SchedBase

/// Which names recipes used, and when names were assigned: an assignment after a recipe used the name is
/// worth a note, unless each turn of a loop assigns it before its recipe.
struct NameUses {
  private struct Use {
    /// Of the recipe's header.
    var place: SourceRange
    var time: UInt32
    /// In so many of the loops around it, from the outermost on, the name was assigned in the same turn.
    var freshLoops: Int
  }

  private struct Loop {
    /// When its first turn began, and the one that runs.
    var start: UInt32
    var turnStart: UInt32
  }

  /// By the name's number.
  private var uses: [Use?] = []
  private var assigned: [UInt32] = []
  /// Those that run, the outermost first.
  private var loops: [Loop] = []
  /// Goes on with each turn, use and assignment.
  private var time: UInt32 = 0
  /// Assignments that were told already, in an earlier turn.
  private var told: Set<SourceRange> = []

  mutating func beginLoop() {
    time &+= 1
    loops.append(Loop(start: time, turnStart: time))
  }

  mutating func beginTurn() {
    time &+= 1
    loops[loops.count - 1].turnStart = time
  }

  mutating func endLoop() { loops.removeLast() }

  mutating func use(_ name: Int, at place: SourceRange) {
    if loops.isEmpty, name < uses.count, uses[name] != nil { return }
    while uses.count <= name { uses.append(nil) }
    time &+= 1
    var fresh = 0
    if !loops.isEmpty, name < assigned.count {
      while fresh < loops.count, loops[fresh].turnStart <= assigned[name] { fresh += 1 }
    }
    uses[name] = Use(place: place, time: time, freshLoops: fresh)
  }

  /// Returns the place of a recipe that used the name before, where that is to be told.
  mutating func assign(_ name: Int, at place: SourceRange) -> SourceRange? {
    time &+= 1
    if !loops.isEmpty {
      while assigned.count <= name { assigned.append(0) }
      assigned[name] = time
    }
    guard name < uses.count, let use = uses[name] else { return nil }
    for (depth, loop) in loops.enumerated()
    where use.time >= loop.start && use.time < loop.turnStart && depth < use.freshLoops {
      return nil
    }
    uses[name] = nil
    return told.insert(place).inserted ? use.place : nil
  }
}
