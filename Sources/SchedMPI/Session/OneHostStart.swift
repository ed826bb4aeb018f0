import SchedSystem

/// How Open MPI is started where all ranks are on one host.
///
/// They talk through memory and need no network. Left to itself, Open MPI loads the libraries of
/// networks that the host may not have, two of which sleep for a tenth of a second each while they
/// are loaded. What the user has chosen stays.
enum OneHostStart {
  private static let layer = "OMPI_MCA_pml"

  /// Whether Open MPI says that all ranks are here, and nobody has chosen how they talk.
  ///
  /// All ranks answer alike: they must start in the same way.
  static func applies(_ variable: (String) -> [UInt8]?) -> Bool {
    guard let size = variable("OMPI_COMM_WORLD_SIZE") else { return false }
    return size == variable("OMPI_COMM_WORLD_LOCAL_SIZE")
      && variable(layer) == nil && variable("OMPI_MCA_mtl") == nil
  }

  /// Calls `start` with the choice in this process's environment, and takes it out again: recipes
  /// must not find it.
  static func during<R>(_ start: () -> R) -> R {
    let environment = Environment.current()
    guard applies({ environment[$0] }) else { return start() }
    Environment.setOwn(layer, "ob1")
    defer { Environment.removeOwn { $0.elementsEqual(layer.utf8) } }
    return start()
  }
}
