import SchedSystem

/// How Open MPI is started where all ranks are on one host.
///
/// They talk through memory and need no network. Left to itself, Open MPI loads the libraries of
/// networks that the host may not have, two of which sleep for a tenth of a second each while they
/// are loaded; and it looks at each device of the host, to find the network that is near. What the
/// user has chosen stays.
enum OneHostStart {
  private static let layer = "OMPI_MCA_pml"
  private static let deviceSearch = "HWLOC_COMPONENTS"

  /// What is set for a start, by name; nothing where ranks may be elsewhere, or somebody has chosen
  /// how they talk.
  ///
  /// All ranks answer alike: they must start in the same way.
  static func choices(_ variable: (String) -> [UInt8]?) -> [String: String] {
    guard let size = variable("OMPI_COMM_WORLD_SIZE"),
      size == variable("OMPI_COMM_WORLD_LOCAL_SIZE"),
      variable(layer) == nil, variable("OMPI_MCA_mtl") == nil
    else { return [:] }
    let all = [layer: "ob1", deviceSearch: "-pci,-linuxio"]
    return all.filter { variable($0.key) == nil }
  }

  /// Calls `start` with the choices in this process's environment, and takes them out again: recipes
  /// must not find them.
  static func during<R>(_ start: () -> R) -> R {
    let environment = Environment.current()
    let choices = choices { environment[$0] }
    for (name, value) in choices { Environment.setOwn(name, value) }
    defer {
      if !choices.isEmpty {
        Environment.removeOwn { choices[String(decoding: $0, as: UTF8.self)] != nil }
      }
    }
    return start()
  }
}
