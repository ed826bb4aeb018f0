import Testing

@testable import SchedMPI

@Suite struct OneHostStartTests {
  private let here = ["OMPI_COMM_WORLD_SIZE": "3", "OMPI_COMM_WORLD_LOCAL_SIZE": "3"]

  private func choices(_ variables: [String: String]) -> [String: String] {
    OneHostStart.choices { name in variables[name].map { Array($0.utf8) } }
  }

  @Test func `only a job of one host starts without a network`() {
    #expect(choices(here) == ["OMPI_MCA_pml": "ob1", "HWLOC_COMPONENTS": "-pci,-linuxio"])
    #expect(choices(["OMPI_COMM_WORLD_SIZE": "3", "OMPI_COMM_WORLD_LOCAL_SIZE": "2"]).isEmpty)
    #expect(choices(["OMPI_COMM_WORLD_SIZE": "3"]).isEmpty)
    #expect(choices([:]).isEmpty)
  }

  @Test(arguments: ["OMPI_MCA_pml", "OMPI_MCA_mtl"])
  func `what the user has chosen stays`(_ chosen: String) {
    #expect(choices(here.merging([chosen: "cm"]) { $1 }).isEmpty)
  }

  @Test func `a choice of what is searched for stays alone`() {
    #expect(choices(here.merging(["HWLOC_COMPONENTS": "x86"]) { $1 }) == ["OMPI_MCA_pml": "ob1"])
  }
}
