import SchedSystem
import Testing

@testable import SchedCLI

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct RootSearchTests {
  private func search(from directory: String, _ existing: Set<String>) -> (
    candidates: [String], searched: [String]
  ) {
    let search = RootSearch(from: bytes(directory)) { existing.contains(text($0)) }
    return (search.candidates.map { text($0) }, search.searched.map { text($0) })
  }

  @Test func `the outermost Schedfile upwards comes first`() {
    let found = search(from: "/a/b/c", ["/a/Schedfile", "/a/b/c/Schedfile"])
    #expect(found.candidates == ["/a", "/a/b/c"])
    #expect(found.searched == ["/a/b/c", "/a/b", "/a", "/"])
  }

  @Test(arguments: [".git", ".sched"])
  func `nothing above the first directory with state or a repository counts`(_ mark: String) {
    let found = search(
      from: "/a/b/c", ["/Schedfile", "/a/Schedfile", "/a/b/Schedfile", "/a/b/\(mark)"])
    #expect(found.candidates == ["/a/b"])
    #expect(found.searched == ["/a/b/c", "/a/b"])
  }

  @Test func `a Schedfile in the root directory counts`() {
    #expect(search(from: "/", ["/Schedfile"]).candidates == ["/"])
    #expect(search(from: "/a", ["/Schedfile"]).candidates == ["/"])
  }

  @Test func `where there is none, it is known where it was looked for`() {
    let found = search(from: "/a", [])
    #expect(found.candidates == [])
    #expect(found.searched == ["/a", "/"])
  }
}

@Suite struct PlaceTests {
  private func place(_ root: String, _ here: String) -> Place {
    Place(root: bytes(root), workingDirectory: bytes(here))
  }

  @Test(arguments: [
    ("/p", "/p", "app", "app"),
    ("/p", "/p/src", "a.o", "src/a.o"),
    ("/p", "/p/src", "../build/./a.o", "build/a.o"),
    ("/p", "/p/src", ".", "src"),
    ("/p", "/p", ".", "."),
    ("/p", "/p/src", "/p/x/y", "x/y"),
    ("/p", "/p", "/usr/bin/cc", "/usr/bin/cc"),
    ("/p", "/p", "../q/x", "../q/x"),
    ("/p", "/q", "x", "../q/x"),
    ("/p", "/q", "../p/x", "x"),
    ("/", "/q", "x", "q/x"),
  ])
  func `what is typed is relative to where the user stands`(
    _ root: String, _ here: String, _ typed: String, _ path: String
  ) {
    #expect(text(place(root, here).fromRoot(bytes(typed))) == path)
  }

  @Test(arguments: [
    ("/p", "/p", "app", "app"), ("/p", "/p/src", "src/a.o", "a.o"),
    ("/p", "/p/src", "build/a.o", "../build/a.o"),
    ("/p", "/p/src", "build/", "../build/"), ("/p", "/p/src", "src", "."),
    ("/p", "/p/src", "/usr/bin/cc", "/usr/bin/cc"), ("/p", "/q", "x", "../p/x"),
  ])
  func `a path of the graph is shown as the user would type it`(
    _ root: String, _ here: String, _ path: String, _ typed: String
  ) {
    #expect(text(place(root, here).asTyped(bytes(path))) == typed)
  }

  @Test func `tasks are looked for from here up to the root`() {
    #expect(place("/p", "/p/a/b").directoriesUpwards.map { text($0) } == ["a/b", "a", ""])
    #expect(place("/p", "/p").directoriesUpwards.map { text($0) } == [""])
    #expect(place("/p", "/q/r").directoriesUpwards.map { text($0) } == [""])
  }
}

@Suite struct MPIWorldTests {
  @Test(
    arguments: [
      ([:], nil),
      (
        ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "2"],
        MPIWorld(size: 4, rank: 2, .openMPI)
      ),
      (["OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "3"], MPIWorld(size: 4, rank: 3, .openMPI)),
      (["PMI_SIZE": "8", "PMI_RANK": "7"], MPIWorld(size: 8, rank: 7, .hydra)),
      (
        ["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "1", "PMIX_RANK": "1"],
        MPIWorld(size: 2, rank: 1, .slurm(hasManager: true))
      ),
      (
        ["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "0"],
        MPIWorld(size: 2, rank: 0, .slurm(hasManager: false))
      ),
      (
        [
          "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "1",
          "PMI_SIZE": "2", "PMI_RANK": "1",
        ], MPIWorld(size: 2, rank: 1, .slurm(hasManager: true))
      ),
      // The daemons of a launcher are a step of their own.
      (
        [
          "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "0",
          "OMPI_COMM_WORLD_SIZE": "6", "OMPI_COMM_WORLD_RANK": "5",
        ], MPIWorld(size: 6, rank: 5, .openMPI)
      ),
      // A batch script.
      (["SLURM_NTASKS": "2", "SLURM_PROCID": "0"], nil),
      (["PMIX_RANK": "1"], MPIWorld(size: 2, rank: 1, .pmix)),
      (["PMI_SIZE": "-3"], nil), (["PMI_SIZE": "99999999999999999999"], nil),
    ] as [([String: String], MPIWorld?)])
  func `a rank is known by its launcher's variables`(
    _ variables: [String: String], _ world: MPIWorld?
  ) {
    #expect(MPIWorld { variables[$0] } == world)
  }
}
