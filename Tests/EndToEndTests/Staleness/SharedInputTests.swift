import Testing

@Suite struct SharedInputTests {
  @Test func `an edit that one build took in is seen by another target's next build`() throws {
    let sandbox = Sandbox(
      """
      a: x
          cat x > a; echo a >> $RAN
      b: x
          cat x > b; echo b >> $RAN

      """, files: ["x": "1"])
    try sandbox.expectBuild("a", "b", ran: ["a", "b"])
    sandbox.write("x", "2")
    try sandbox.expectBuild("b", ran: ["b"])
    try sandbox.expectBuild("a", ran: ["a"])
    try sandbox.expectBuild("a", "b")
  }

  @Test func `an edit that is undone between two builds is seen where it was taken in`() throws {
    let sandbox = Sandbox(
      """
      a: x
          cat x > a; echo a >> $RAN
      b: x
          cat x > b; echo b >> $RAN

      """, files: ["x": "1"])
    try sandbox.expectBuild("a", "b", ran: ["a", "b"])
    sandbox.write("x", "2")
    try sandbox.expectBuild("b", ran: ["b"])
    sandbox.write("x", "1")
    try sandbox.expectBuild("a")
    try sandbox.expectBuild("b", ran: ["b"])
  }
}
