import Testing

@Suite struct KeepGoingTests {
  private let schedfile: Bytes = """
    default a b c d
    a:
        echo a >> $RAN; exit 1
    b:
        echo b >> $RAN; exit 1
    c:
        echo c >> $RAN; echo > c
    d: a
        echo d >> $RAN; echo > d

    """

  @Test func `after the first failure nothing new starts`() throws {
    try Sandbox(schedfile).expectBuild("-j1", ran: ["a"], status: 1)
  }

  @Test func `with a number, nothing new starts after so many failures`() throws {
    try Sandbox(schedfile).expectBuild("-j1", "-k2", ran: ["a", "b"], status: 1)
    try Sandbox(schedfile).expectBuild("-j1", "-k3", ran: ["a", "b", "c"], status: 1)
  }

  @Test func `with zero, everything that can be made is made`() throws {
    let sandbox = Sandbox(schedfile)
    try sandbox.expectBuild("-j1", "-k0", ran: ["a", "b", "c"], status: 1)
    try sandbox.expectBuild("-j1", "-k0", ran: ["a", "b"], status: 1)
  }

  @Test func `what runs when another one fails is finished`() throws {
    let sandbox = Sandbox(
      """
      default bad good
      bad:
          for i in $(seq 500); do [ -e begun ] && break; sleep 0.01; done; exit 1
      good:
          echo > begun; sleep 0.1; echo > good; echo good >> $RAN

      """)
    try sandbox.expectBuild("-j2", ran: ["good"], status: 1)
    #expect(sandbox.exists("good"))
    try sandbox.expectBuild("-j2", "good")
  }
}
