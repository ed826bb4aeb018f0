/// Small projects that several tests begin with. Each recipe writes the name of what it makes to
/// `$RAN`.
extension Sandbox {
  /// `app` from `a.o` and `b.o`, which a rule makes from `a.c` and `b.c`.
  ///
  /// The rule turns letters into capitals and drops what follows `#`, so that a comment in a source
  /// changes nothing in its object.
  static func program() -> Sandbox {
    Sandbox(
      #"""
      app: a.o b.o
          cat {{in}} > {{out}}
          echo {{out}} >> "$RAN"

      %.o: %.c
          sed 's/#.*//' {{in}} | tr a-z A-Z > {{out}}
          echo {{out}} >> "$RAN"
      """#,
      files: ["a.c": "alpha\n", "b.c": "beta\n"])
  }

  /// One target, `out`, that copies `in`.
  static func copy(attributes: Bytes = "") -> Sandbox {
    Sandbox(
      """
      out: in
      \(attributes)    cat {{in}} > {{out}}
          echo out >> "$RAN"

      """, files: ["in": "one\n"])
  }
}
