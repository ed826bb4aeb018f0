import SchedBase

extension Diagnostic {
  /// A note of the executor.
  init(movedAside note: [UInt8]) {
    self.init(.note, String(decoding: note, as: UTF8.self))
    topic = .movedAside
  }
}

// Notes that may be many: after the first few, one line for all.
extension RunLoop {
  /// So many files have a note each.
  private var fewMoved: Int { 3 }

  mutating func tell(_ note: Diagnostic) {
    guard note.topic == .movedAside else { return observer.note(note) }
    movedCount += 1
    if movedCount <= fewMoved { return observer.note(note) }
    guard movedCount == fewMoved + 1 else { return }
    // Now, and not only at the end: sched may be killed before.
    observer.note(
      Diagnostic(
        .note, "more files that were not as sched had made them are moved to '.sched/replaced'"))
  }

  /// How many they were in the end.
  mutating func tellOfMoved() {
    guard movedCount > fewMoved else { return }
    observer.note(
      Diagnostic(
        .note,
        "\(movedCount) files were not as sched had made them: they are kept in '.sched/replaced'"))
  }
}
