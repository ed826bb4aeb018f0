import Glibc

/// An environment as exec wants it, made once.
///
/// A child with changes has a list of pointers of its own, and no other string is copied.
public final class EnvironmentBlock: @unchecked Sendable {
  private let base: UnsafeMutablePointer<CChar>
  private let pointers: [UnsafeMutablePointer<CChar>?]
  private let names: [[UInt8]: Int]
  /// Where programs are looked for: the value of PATH.
  public let searchPath: [UInt8]

  public init(_ environment: Environment) {
    let size = environment.entries.reduce(0) { $0 + $1.count + 1 }
    base = .allocate(capacity: max(size, 1))
    var pointers: [UnsafeMutablePointer<CChar>?] = []
    var names: [[UInt8]: Int] = [:]
    var position = 0
    for entry in environment.entries {
      names[Array(entry.prefix { $0 != UInt8(ascii: "=") })] = pointers.count
      pointers.append(base + position)
      for byte in entry {
        base[position] = CChar(bitPattern: byte)
        position += 1
      }
      base[position] = 0
      position += 1
    }
    self.names = names
    self.pointers = pointers
    searchPath = environment["PATH"] ?? Array("/usr/local/bin:/usr/bin:/bin".utf8)
  }

  deinit { base.deallocate() }

  /// How many variables there are.
  var count: Int { pointers.count }

  /// Writes the null-terminated list of a child to `list`, which has room for `count`, the changes and
  /// one more.
  ///
  /// A change to nil takes a variable away; of several of one name the last counts. `text` makes the
  /// string of one.
  func write(
    changing changes: [(name: [UInt8], value: [UInt8]?)],
    to list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ text: (_ name: [UInt8], _ value: [UInt8]) -> UnsafeMutablePointer<CChar>
  ) {
    list.initialize(repeating: nil, count: pointers.count + changes.count + 1)
    for (position, pointer) in pointers.enumerated() { list[position] = pointer }
    var end = pointers.count
    for (index, (name, value)) in changes.enumerated() {
      guard !changes[(index + 1)...].contains(where: { $0.name == name }) else { continue }
      let text = value.map { text(name, $0) }
      if let position = names[name] {
        list[position] = text
      } else if let text {
        list[end] = text
        end += 1
      }
    }
    // What was taken away leaves no hole: a null ends the list.
    var kept = 0
    for position in 0..<end {
      guard let pointer = list[position] else { continue }
      list[kept] = pointer
      kept += 1
    }
    list[kept] = nil
  }
}
