import SchedBase
import SchedGraph
import Testing

@testable import SchedCLI

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct TargetNamesTests {
  private let paths: PathTable
  private let graph: Graph

  init() {
    let paths = PathTable()
    var builder = GraphBuilder()
    let place = SourceRange(file: SourceFileID(0), lower: 0, upper: 0)
    func add(_ kind: ActionRow.Kind, _ root: PathRoot, _ path: String) {
      builder.beginAction(kind, directory: PathRoot.tree.id, place: place)
      let id = paths.intern(path: bytes(path), relativeTo: root.id)
      builder.add(id, to: .outputs, at: place)
      builder.endAction()
    }
    add(.task, .tasks, "test")
    add(.task, .tasks, "lib/test")
    add(.task, .tasks, "all")
    add(.file, .tree, "lib/all")
    add(.file, .tree, "app")
    self.paths = paths
    graph = builder.graph
  }

  private func find(_ word: String, from here: String) -> (PathRoot, String) {
    let place = Place(root: bytes("/p"), workingDirectory: bytes(here))
    let path = TargetNames(paths: paths, place: place).path(of: bytes(word), in: graph)
    return (paths.root(of: path), paths.string(of: path))
  }

  @Test(arguments: [
    ("test", "/p", PathRoot.tasks, "test"),
    ("test", "/p/lib", .tasks, "lib/test"),
    ("test", "/p/lib/deep/er", .tasks, "lib/test"),
    ("test", "/p/other", .tasks, "test"),
    ("test", "/elsewhere", .tasks, "test"),
    ("lib/test", "/p", .tasks, "lib/test"),
    ("app", "/p", .tree, "app"),
    ("../app", "/p/lib", .tree, "app"),
    ("/p/app", "/elsewhere", .tree, "app"),
    ("app", "/p/lib", .tree, "lib/app"),
  ])
  func `files are named from here, tasks from here upwards`(
    _ word: String, _ here: String, _ root: PathRoot, _ path: String
  ) {
    #expect(find(word, from: here) == (root, path))
  }

  @Test func `a target here comes before a task above`() {
    #expect(find("all", from: "/p/lib") == (.tree, "lib/all"))
    #expect(find("all", from: "/p/lib/deep") == (.tasks, "all"))
  }
}
