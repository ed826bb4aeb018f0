import SchedBase
import SchedGraph
import SchedLoad
import SchedSystem

/// Whether the project has a task of a name, asked before it is known what the command line means.
///
/// Says nothing, runs no command of the Schedfile unless it must, and leaves the working directory as it is.
struct TaskSearch {
  let invocation: Invocation
  let environment: Environment

  /// A task of the command's own name.
  func finds() -> Bool { finds(Array(invocation.command.rawValue.utf8)) }

  func finds(_ name: [UInt8]) -> Bool {
    guard let start = try? Files.currentDirectory() else { return false }
    defer { try? Files.changeDirectory(start) }
    let finder = RootFinder(invocation: invocation, environment: environment, streams: .silent)
    guard let (place, schedfile) = try? finder.find(),
      (try? Files.changeDirectory(place.root)) != nil
    else { return false }
    // `fmt` runs nothing, whatever it does not know then.
    for runsCommands in invocation.command == .fmt ? [false] : [false, true] {
      let paths = PathTable(rootPath: place.root)
      var request = LoadRequest(
        schedfile: schedfile, overrides: invocation.settings.map { ($0.name, $0.value) },
        environment: environment, builds: false)
      request.runsCommands = runsCommands
      switch load(request, paths: paths, made: NoMadeFiles()) {
      case .loaded(let loaded), .needsFirst(_, let loaded):
        let names = TargetNames(paths: paths, place: place)
        return names.task(named: name, in: loaded.graph) != nil
      case .failed: continue
      }
    }
    return false
  }
}
