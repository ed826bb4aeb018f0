import Testing

@testable import SchedCLI

@Suite struct ListingTests {
  @Test func `texts stand in one column, and empty sections are left out`() {
    var listing = Listing()
    listing.add("tasks", [("test", "run tests"), ("group", "")])
    listing.add("targets", [])
    listing.add("params", [("m", "debug")])
    #expect(
      listing.text == """
        tasks:
          test   run tests
          group

        params:
          m      debug

        """)
  }

  @Test func `a very long name does not push all texts away`() {
    var listing = Listing()
    let long = String(repeating: "x", count: 60)
    listing.add("tasks", [("a", "1"), (long, "2")])
    #expect(listing.text == "tasks:\n  a  1\n  \(long)  2\n")
  }

  @Test func `nothing is nothing`() {
    #expect(Listing().text == "")
  }
}
