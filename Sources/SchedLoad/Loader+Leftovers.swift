import SchedBase
import SchedGraph

// What an evaluation read, and an earlier build made: in a build from scratch it is not there.
extension Loader {
  /// When all is known that targets make.
  func checkReadings() {
    for (path, place) in listsRead where builder.graph.producer(of: path) != nil {
      // A target further below makes it.
      report(.readsMadeFile(paths.text(of: path), place))
    }
    for (path, place) in readings + listsRead where builder.graph.producer(of: path) == nil {
      let isLeftover = isLeftoverOfEarlierBuild(path)
      if isLeftover, canBeMade(path) { continue }
      // Once some build has made it, and nothing does so then, the answer is another one.
      world.noteShown(path)
      guard isLeftover else { continue }
      let error = LoadError.readsLeftover(paths.text(of: path), place)
      if request.allowsLeftovers {
        world.noteAllowedLeftover()
        warnings.append(error.asWarning)
      } else if request.refusesLeftovers {
        report(error)
      }
    }
  }

  private func canBeMade(_ path: PathID) -> Bool {
    // A rule that is wrong is told when it is used.
    do throws(LoadError) { return try rules.makeTarget(for: path, in: &builder) } catch {
      return true
    }
  }
}
