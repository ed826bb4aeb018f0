/// What each line of a Schedfile is, as the parser met it.
struct Layout {
  enum Role: Equatable {
    /// A statement, header, `else` or `end`.
    case statement
    /// More words of the statement above.
    case moreWords
    case attribute
    /// A line of a script, with the number of bytes that are the script's common indentation.
    case script(Int)
  }

  struct Line {
    var role: Role
    /// How many steps it is indented.
    var level: Int
  }

  /// By the offset at which a line begins.
  private(set) var lines: [Int: Line] = [:]

  mutating func note(_ start: Int, _ role: Role, _ level: Int) {
    lines[start] = Line(role: role, level: level)
  }
}
