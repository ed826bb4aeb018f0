import Testing

/// Which rule makes a file.
struct RuleTests {
  @Test func `a rule makes any file that is asked for and that it fits`() throws {
    let sandbox = Sandbox(
      "%.up: %.txt\n    tr a-z A-Z < {{in}} > {{out}}\n    echo {{stem}} >> \"$RAN\"\n",
      files: ["sub/a.txt": "a\n"])
    try sandbox.expectBuild("sub/a.up", ran: ["sub/a"])
    #expect(sandbox.read("sub/a.up") == "A\n")
  }

  @Test func `rules are chained, each used once in a chain`() throws {
    let sandbox = Sandbox(
      """
      default a.3
      %.3: %.2
          cp {{in}} {{out}}
          echo 3 >> "$RAN"
      %.2: %.1
          cp {{in}} {{out}}
          echo 2 >> "$RAN"

      """, files: ["a.1": "x\n"])
    try sandbox.expectBuild(ran: ["2", "3"])
  }

  @Test func `the most specific rule wins`() throws {
    let sandbox = Sandbox(
      """
      default x.o
      %.o: %.c
          echo general > {{out}}
      build/%.o: %.c
          echo build > {{out}}
      build/deep/%: x.c
          echo deep > {{out}}

      """, files: ["x.c": ""])
    try sandbox.expectBuild()
    #expect(sandbox.read("x.o") == "general\n")
    try sandbox.expectBuild("build/x.o")
    #expect(sandbox.read("build/x.o") == "build\n")
    try sandbox.expectBuild("build/deep/x.o")
    #expect(sandbox.read("build/deep/x.o") == "deep\n")
  }

  @Test func `a rule whose input cannot be made does not apply`() throws {
    let sandbox = Sandbox(
      """
      default a.out
      long.%.out: %.none
          echo wrong > {{out}}
      %.out: %.in
          cp {{in}} {{out}}

      """, files: ["a.in": "right\n"])
    try sandbox.expectBuild()
    #expect(sandbox.read("a.out") == "right\n")
  }

  @Test func `a target that is written out wins over a rule`() throws {
    let sandbox = Sandbox(
      """
      default a.o b.o
      a.o: b.c
          echo own > {{out}}
      %.o: %.c
          echo rule > {{out}}

      """, files: ["a.c": "", "b.c": ""])
    try sandbox.expectBuild()
    #expect(sandbox.read("a.o") == "own\n" && sandbox.read("b.o") == "rule\n")
  }

  @Test func `a rule makes all its outputs in one run`() throws {
    let sandbox = Sandbox(
      """
      default a.h a.c
      %.h %.c: %.y
          for f in {{out}}; do echo {{stem}} > $f; done
          echo {{out}} >> "$RAN"

      """, files: ["a.y": ""])
    try sandbox.expectBuild(ran: ["a.h a.c"])
  }

  @Test func `a percent that is inserted or in single quotes is no pattern`() throws {
    let sandbox = Sandbox(
      "odd = '100%'\n{{odd}}: '50%'\n    cat '50%' > {{out}}\n", files: ["50%": "half\n"])
    try sandbox.expectBuild()
    #expect(sandbox.read("100%") == "half\n")
  }

  @Test func `another header adds inputs that are not in the recipe's`() throws {
    let sandbox = Sandbox(
      """
      a.o: a.h
      %.o: %.c
          echo {{in}} > {{out}}
          echo {{out}} >> "$RAN"

      default a.o

      """, files: ["a.c": "", "a.h": "1\n"])
    try sandbox.expectBuild(ran: ["a.o"])
    #expect(sandbox.read("a.o") == "a.c\n")
    sandbox.write("a.h", "2\n")
    try sandbox.expectBuild(ran: ["a.o"])
  }

  @Test func `recipes use variables as they were at their line`() throws {
    let sandbox = Sandbox(
      """
      word = before
      default a.x b
      %.x: %.in
          echo {{word}} > {{out}}
      word = after
      b:
          echo {{word}} > {{out}}

      """, files: ["a.in": ""])
    try sandbox.expectBuild()
    #expect(sandbox.read("a.x") == "before\n" && sandbox.read("b") == "after\n")
  }
}
