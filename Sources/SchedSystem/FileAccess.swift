import Glibc

/// Who may write a file or directory, as far as owner and mode say it.
public struct FileAccess: Equatable, Sendable {
  public var owner: UInt32
  public var group: UInt32
  public var mode: UInt32

  public init(owner: UInt32, group: UInt32, mode: UInt32) {
    self.owner = owner
    self.group = group
    self.mode = mode
  }

  public static func of(_ path: [UInt8], followingLinks: Bool) throws(SystemError) -> FileAccess {
    var info = stat()
    guard withCString(path, { followingLinks ? stat($0, &info) : lstat($0, &info) }) == 0 else {
      throw SystemError.last("look at", path)
    }
    return FileAccess(owner: info.st_uid, group: info.st_gid, mode: info.st_mode)
  }

  private var isForGroup: Bool { mode & UInt32(S_IWGRP) != 0 }
  private var isForAll: Bool { mode & UInt32(S_IWOTH) != 0 }

  /// Somebody who may write this and none of `others`, in words; nil: there is nobody.
  ///
  /// Root and this process's user may write everything here. Users and groups that the system does not know
  /// are nobody: those of another machine, whose files were copied.
  public func writer(
    beyond others: [FileAccess], self user: UInt32 = geteuid(), names: AccountNames = .system
  ) -> String? {
    guard !others.contains(where: \.isForAll) else { return nil }
    if isForAll { return "everybody" }
    let owners = Set(others.map(\.owner)).union([0, user])
    let groups = Set(others.filter(\.isForGroup).map(\.group))
    // Who is in a group that may write is not asked: each of its members may.
    if !owners.contains(owner), groups.isEmpty, let name = names.user(owner) {
      return "the user '\(name)'"
    }
    guard isForGroup, !groups.contains(group), let found = names.group(group) else { return nil }
    // A group that has a user's name and no other member is that user.
    let known = owners.compactMap(names.user)
    let isOwn = known.contains(found.name) && Set(found.members).isSubset(of: known)
    return isOwn ? nil : "the group '\(found.name)'"
  }
}

/// The system's users and groups.
public struct AccountNames: Sendable {
  public var user: @Sendable (UInt32) -> String?
  public var group: @Sendable (UInt32) -> (name: String, members: [String])?

  public init(
    user: @escaping @Sendable (UInt32) -> String?,
    group: @escaping @Sendable (UInt32) -> (name: String, members: [String])?
  ) {
    self.user = user
    self.group = group
  }

  public static let system = AccountNames(
    user: { id in getpwuid(id).map { String(cString: $0.pointee.pw_name) } },
    group: { id in
      guard let entry = getgrgid(id) else { return nil }
      var members: [String] = []
      var next = entry.pointee.gr_mem
      while let current = next, let member = current.pointee {
        members.append(String(cString: member))
        next = current + 1
      }
      return (String(cString: entry.pointee.gr_name), members)
    })
}
