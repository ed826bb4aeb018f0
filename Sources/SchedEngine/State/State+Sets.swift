import SchedBase
import SchedDigest

/// A root Schedfile with the settings of a command line: what one graph was evaluated from.
public struct ParameterSet: Equatable, Sendable {
  public var schedfile: [UInt8]
  /// `NAME=VALUE`, in the order given.
  public var settings: [Setting]

  public struct Setting: Equatable, Sendable {
    public var name: [UInt8]
    public var value: [UInt8]

    public init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  public init(schedfile: [UInt8], settings: [Setting]) {
    self.schedfile = schedfile
    self.settings = settings
  }
}

// What is known of other graphs, and what was said of leftovers, is kept as variables are, under names that none
// can have.
extension State {
  /// So many sets are known, those that were built last.
  private static let mostSets = 16
  private static let setName = Array("=set-".utf8)
  private static let countName = Array("=leftovers-".utf8)

  // MARK: Sets

  /// This build is of that set.
  ///
  /// Written with the next flush; seldom, so that builds of two sets in turn can find nothing to do.
  public func noteSet(_ set: ParameterSet) {
    var writer = ByteWriter()
    writer.write(bytes: set.schedfile)
    for setting in set.settings {
      writer.write(bytes: setting.name)
      writer.write(bytes: setting.value)
    }
    let path = paths.intern(
      Self.setName + Self.hexadecimal(writer.bytes), in: PathRoot.variables.id)
    let known = file(path)
    guard known.identity.tag != .variable || known.changedIn + UInt32(Self.mostSets) < build else {
      return
    }
    setFile(path, FileState(identity: Identity(.variable), changedIn: build, flags: .settled))
  }

  /// The sets of the last builds, the newest first.
  ///
  /// O(paths).
  public func recentSets() -> [ParameterSet] {
    var found: [(set: ParameterSet, build: UInt32)] = []
    for index in 0..<paths.count where paths.parent(of: PathID(index)) == PathRoot.variables.id {
      let path = PathID(index)
      let name = paths.name(of: path)
      guard name.starts(with: Self.setName), file(path).identity.tag == .variable,
        let set = Self.set(decoding: name.dropFirst(Self.setName.count))
      else { continue }
      found.append((set, file(path).changedIn))
    }
    return found.sorted { $0.build > $1.build }.prefix(Self.mostSets).map(\.set)
  }

  private static func set(decoding text: ArraySlice<UInt8>) -> ParameterSet? {
    guard let bytes = bytes(ofHexadecimal: text) else { return nil }
    var reader = ByteReader(bytes)
    // It lies in the root, whatever a state says: it is evaluated, and may run commands.
    guard let schedfile = try? reader.readBytes(), !schedfile.contains(UInt8(ascii: "/")) else {
      return nil
    }
    var set = ParameterSet(schedfile: Array(schedfile), settings: [])
    while !reader.isAtEnd {
      guard let name = try? reader.readBytes(), let value = try? reader.readBytes() else {
        return nil
      }
      set.settings.append(ParameterSet.Setting(name: Array(name), value: Array(value)))
    }
    return set
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  private static func bytes(ofHexadecimal text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    var position = text.startIndex
    while position < text.endIndex {
      let pair = String(decoding: text[position..<position + 2], as: UTF8.self)
      guard let byte = UInt8(pair, radix: 16) else { return nil }
      bytes.append(byte)
      position += 2
    }
    return bytes
  }

  // MARK: Leftovers

  /// Takes in how many leftovers of a graph there are; returns whether it is another number than last time.
  public func noteLeftoverCount(_ count: Int, of key: GraphKey) -> Bool {
    let name = Self.countName + Array(key.hexadecimal.utf8)
    let isKnown = name.withUnsafeBytes { paths.find($0, in: PathRoot.variables.id) } != nil
    if count == 0, !isKnown { return false }
    let path = paths.intern(name, in: PathRoot.variables.id)
    let identity = Identity(.variable, Digest(low: UInt64(count), high: 0))
    let known = file(path).identity
    if known == identity || (known.tag == .unknown && count == 0) { return false }
    setFile(path, FileState(identity: identity, changedIn: build, flags: .settled))
    return true
  }
}
