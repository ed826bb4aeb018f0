import SchedBase
import SchedGraph

/// Who makes what is in shared lists, as groups: what has the same list waits for one thing, not for
/// each maker.
struct ListMakers {
  enum Ordering {
    /// Nothing in it is made.
    case nothing
    case group(MakerGroupID)
    /// Each path is looked at by itself.
    case each
  }

  private struct Known {
    var ordering: Ordering
    /// So many actions there were: more can make what nobody made.
    var actionCount: Int
  }

  private struct Group {
    /// In the order in which they are wanted.
    var makers: [ActionID]
    var set: Set<ActionID>
  }

  private var known = Column<SharedListTag, Known?>()
  private var groups = Column<MakerGroupTag, Group>()

  /// Its makers.
  subscript(group: MakerGroupID) -> [ActionID] { groups[group].makers }

  func has(_ action: ActionID, in group: MakerGroupID) -> Bool {
    groups[group].set.contains(action)
  }

  func ordering(of list: SharedListID, among actionCount: Int) -> Ordering? {
    guard list.index < known.count, let known = known[list], known.actionCount == actionCount
    else { return nil }
    return known.ordering
  }

  mutating func set(_ ordering: Ordering, of list: SharedListID, among actionCount: Int)
    -> Ordering
  {
    known.grow(to: list.index + 1, with: nil)
    known[list] = Known(ordering: ordering, actionCount: actionCount)
    return ordering
  }

  /// The makers of the paths of a list, repeats included.
  mutating func set(_ makers: [ActionID], of list: SharedListID, among actionCount: Int)
    -> Ordering
  {
    guard !makers.isEmpty else { return set(.nothing, of: list, among: actionCount) }
    var set: Set<ActionID> = []
    // Of a maker's paths the last one counts: it is wanted first.
    let once = Array(makers.reversed().filter { set.insert($0).inserted }.reversed())
    if list.index < known.count, case .group(let group) = known[list]?.ordering,
      groups[group].makers == once
    {
      return self.set(.group(group), of: list, among: actionCount)
    }
    let group = groups.append(Group(makers: once, set: set))
    return self.set(.group(group), of: list, among: actionCount)
  }
}
