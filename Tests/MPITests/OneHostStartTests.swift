import Testing

@testable import SchedMPI

@Suite struct OneHostStartTests {
  private func applies(_ variables: [String: String]) -> Bool {
    OneHostStart.applies { name in variables[name].map { Array($0.utf8) } }
  }

  @Test func `only a job of one host starts without a network`() {
    let here = ["OMPI_COMM_WORLD_SIZE": "3", "OMPI_COMM_WORLD_LOCAL_SIZE": "3"]
    #expect(applies(here))
    #expect(!applies(["OMPI_COMM_WORLD_SIZE": "3", "OMPI_COMM_WORLD_LOCAL_SIZE": "2"]))
    #expect(!applies(["OMPI_COMM_WORLD_SIZE": "3"]))
    #expect(!applies([:]))
  }

  @Test(arguments: ["OMPI_MCA_pml", "OMPI_MCA_mtl"])
  func `what the user has chosen stays`(_ chosen: String) {
    #expect(
      !applies([
        "OMPI_COMM_WORLD_SIZE": "3", "OMPI_COMM_WORLD_LOCAL_SIZE": "3", chosen: "cm",
      ]))
  }
}
