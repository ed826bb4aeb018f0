/// What `sched list` prints: sections of names with a text for each.
struct Listing {
  private var sections: [(title: String, rows: [(name: String, text: String)])] = []

  /// Adds a section; one without rows is not shown.
  mutating func add(_ title: String, _ rows: [(name: String, text: String)]) {
    if !rows.isEmpty { sections.append((title, rows)) }
  }

  /// All texts begin in the same column, unless a name is very long.
  var text: String {
    let names = sections.flatMap { $0.rows.map(\.name.count) }.filter { $0 <= Self.widestName }
    let column = (names.max() ?? 0) + 2
    return sections.map { title, rows in
      "\(title):\n" + rows.map { row($0.name, $0.text, column) }.joined()
    }.joined(separator: "\n")
  }

  /// Longer names push their text out of the column.
  private static let widestName = 40

  private func row(_ name: String, _ text: String, _ column: Int) -> String {
    if text.isEmpty { return "  \(name)\n" }
    let gap = String(repeating: " ", count: max(2, column - name.count))
    return "  \(name)\(gap)\(text)\n"
  }
}
