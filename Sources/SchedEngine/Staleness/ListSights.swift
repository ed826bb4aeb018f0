import SchedBase
import SchedDigest
import SchedGraph

/// What is known of each shared list in this build, found once for all actions that have it.
struct ListSights {
  /// What a look at all paths of a list says while none of them changes.
  struct Sight {
    /// By `FileView.listChanges`, the moment of which this was true.
    fileprivate var moment: UInt32 = 0
    /// Some path must be read before it can be used.
    fileprivate(set) var hasUnread = false
    /// When a path's identity last changed; the latest of all moments while one was not looked at.
    fileprivate(set) var changedIn: UInt32 = 0

    /// As `FileView.isUntouched` says it of each path.
    func isUntouched(since moment: UInt32) -> Bool { !hasUnread && changedIn <= moment }
  }

  private var sights = Column<SharedListTag, Sight>()

  /// O(1) while no path of any list has changed, otherwise O(paths).
  mutating func sight(_ list: SharedListID, _ lists: SharedLists, _ files: inout FileView) -> Sight
  {
    sights.grow(to: list.index + 1, with: Sight())
    if sights[list].moment != 0, sights[list].moment == files.listChanges { return sights[list] }
    var sight = Sight()
    for path in lists[list] {
      files.watch(path)
      if files.isUnread(path) { sight.hasUnread = true }
      sight.changedIn = max(sight.changedIn, files.changedIn(path) ?? .max)
    }
    sight.moment = files.listChanges
    sights[list] = sight
    return sight
  }
}

/// Shared lists that a walk has met: each is walked once.
struct ListSet {
  private var flags = Column<SharedListTag, Bool>()

  /// Returns whether it was not in the set.
  mutating func insert(_ list: SharedListID) -> Bool {
    flags.grow(to: list.index + 1, with: false)
    guard !flags[list] else { return false }
    flags[list] = true
    return true
  }
}
