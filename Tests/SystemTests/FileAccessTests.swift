import SchedSystem
import Testing

/// Who may write a file and none of those beside it.
struct FileAccessTests {
  private let names = AccountNames(
    user: { [0: "root", 1: "ann", 2: "bob"][$0] },
    group: {
      switch $0 {
      case 1: ("ann", [])
      case 2: ("bob", ["ann", "eve"])
      case 7: ("team", ["ann", "bob"])
      default: nil
      }
    })

  private func writer(_ file: FileAccess, beyond project: FileAccess..., self user: UInt32 = 1)
    -> String?
  {
    file.writer(beyond: project, self: user, names: names)
  }

  private func access(_ owner: UInt32, _ group: UInt32, _ mode: UInt32) -> FileAccess {
    FileAccess(owner: owner, group: group, mode: mode)
  }

  @Test func `the owner of the project, this user and root are no strangers`() {
    #expect(writer(access(1, 1, 0o755), beyond: access(1, 1, 0o755)) == nil)
    #expect(writer(access(0, 0, 0o755), beyond: access(1, 1, 0o755)) == nil)
    #expect(writer(access(2, 2, 0o755), beyond: access(2, 2, 0o755)) == nil)
    #expect(writer(access(1, 1, 0o755), beyond: access(2, 2, 0o755)) == nil)
  }

  @Test func `another user is one, unless nobody has that number`() {
    #expect(writer(access(2, 2, 0o755), beyond: access(1, 1, 0o755)) == "the user 'bob'")
    #expect(writer(access(4711, 4711, 0o755), beyond: access(1, 1, 0o755)) == nil)
  }

  @Test func `a group is one that cannot write the project`() {
    #expect(writer(access(1, 7, 0o775), beyond: access(1, 1, 0o755)) == "the group 'team'")
    #expect(writer(access(1, 7, 0o775), beyond: access(1, 7, 0o775)) == nil)
    #expect(writer(access(2, 7, 0o775), beyond: access(1, 7, 0o775)) == nil)
    #expect(writer(access(1, 4711, 0o775), beyond: access(1, 1, 0o755)) == nil)
  }

  @Test func `a user's own group is the user, if nobody else is in it`() {
    #expect(writer(access(1, 1, 0o775), beyond: access(1, 1, 0o755)) == nil)
    #expect(writer(access(2, 2, 0o775), beyond: access(2, 2, 0o755)) == "the group 'bob'")
  }

  @Test func `what everybody may write is for strangers, unless the project is so, too`() {
    #expect(writer(access(1, 1, 0o777), beyond: access(1, 1, 0o755)) == "everybody")
    #expect(writer(access(1, 1, 0o777), beyond: access(1, 1, 0o755), access(1, 1, 0o666)) == nil)
    #expect(writer(access(2, 7, 0o777), beyond: access(1, 1, 0o777)) == nil)
  }
}
