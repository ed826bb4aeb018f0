import Foundation
import SchedBase
import SchedGraph
import SchedSystem
import Testing

@testable import SchedLoad

/// Random projects and random edits of what they ask about: after each, loading with the graph that
/// was kept tells the same as an evaluation that has none.
///
/// `SCHED_RANDOM_SEED` and `SCHED_RANDOM_STEPS` choose another walk; scripts/random-builds walks
/// thousands of steps.
struct KeptEqualsFreshTests {
  private static func number(_ name: String, _ standard: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? standard
  }

  @Test(arguments: 0..<4)
  func `a kept graph and a fresh evaluation agree after each edit`(_ walk: Int) throws {
    let seed = Self.number("SCHED_RANDOM_SEED", 20_260_101) + UInt64(walk)
    let steps = Int(Self.number("SCHED_RANDOM_STEPS", 280)) / 4
    print("kept graphs: seed \(seed), \(steps) steps")
    let disagreement = try OwnDirectory.run { tree -> String? in
      var walk = LoadWalk(seed: seed, tree: tree)
      for step in 0..<steps {
        if let disagreement = walk.step(step) {
          return "seed \(seed), step \(step)\n\(walk.story)\n\(disagreement)"
        }
      }
      // A walk in which the kept graph was hardly used would show nothing.
      return walk.timesKept * 8 >= steps ? nil : "kept only \(walk.timesKept) times in \(steps)"
    }
    #expect(disagreement == nil, "\(disagreement ?? "")")
  }
}

/// One project on its way through random edits.
struct LoadWalk {
  private var outside: RandomOutside
  private let paths: PathTable
  /// What a graph told when it was kept, by its file.
  private var told: [[UInt8]: String] = [:]
  /// The last loading told errors.
  private var isWrong = false
  /// The last edits, for the message.
  private(set) var story = ""
  /// How often the kept graph was used.
  private(set) var timesKept = 0

  /// `tree` is the working directory.
  init(seed: UInt64, tree: String) {
    outside = RandomOutside(seed: seed, tree: tree)
    paths = PathTable(rootPath: Array(tree.utf8))
  }

  /// Edits, loads in both ways, and keeps the graph as a build does.
  ///
  /// Returns how the two differ.
  mutating func step(_ number: Int) -> String? {
    if number % 120 == 30 {
      // Only a time of change that is long past is trusted, and nobody can set it.
      usleep(UInt32(Questions.margin / 1000 + 100_000))
      story += "waited\n"
    }
    if isWrong, outside.random.below(2) == 0 { story += outside.mend() + "\n" }
    for _ in 0..<outside.random.below(3) { story += outside.edit() + "\n" }
    story = String(story.suffix(2000))
    let kept = KeptGraph(file: Array(outside.keptFile.utf8), stamp: Array("test".utf8))
    let made = outside.made(paths)
    let isCertain = kept.identityIfCertain(outside.request, paths, made: made) != nil
    if kept.load(outside.request, paths, isLeftover: made.isMadeAndUnedited) != nil {
      timesKept += 1
    }
    let usual = load(outside.request, paths: paths, made: made, kept: kept)
    let fresh = load(outside.request, paths: paths, made: made)
    let (text, expected) = (GraphText.of(usual, paths), GraphText.of(fresh, paths))
    if text != expected { return difference("kept", text, expected) }
    let lasting = withoutHints(expected)
    if isCertain, let old = told[kept.file], old != lasting {
      return difference("certain", old, lasting)
    }
    guard case .loaded(let loaded) = usual else {
      isWrong = true
      return nil
    }
    isWrong = false
    if outside.random.below(3) == 0 { story += outside.build(loaded.graph, paths) }
    kept.save(loaded, paths, count: paths.count)
    told[kept.file] = lasting
    return nil
  }

  /// Hints name what lies on the disk by now.
  ///
  /// A build of which something is certain misses nothing, and gives none.
  private func withoutHints(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("hint ") }.joined(separator: "\n")
  }

  private func difference(_ name: String, _ text: String, _ expected: String) -> String {
    let (old, new) = (text.split(separator: "\n"), expected.split(separator: "\n"))
    let change = new.difference(from: old).map { change in
      switch change {
      case .remove(_, let line, _): "\(name): \(line)"
      case .insert(_, let line, _): "fresh: \(line)"
      }
    }
    return change.joined(separator: "\n") + "\n\n" + outside.description
  }
}
