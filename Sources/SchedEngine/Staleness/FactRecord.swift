import SchedBase
import SchedDigest

/// Keeps facts as bytes, for the state: a digest cannot tell what differs.
///
/// Paths are kept as ids of the state's path table. The layout is in docs/formats.md.
struct FactRecorder: FactSink {
  private(set) var writer: ByteWriter

  /// With room for so many bytes.
  init(capacity: Int = 0) { writer = ByteWriter(capacity: capacity) }

  mutating func bytes(_ label: FactLabel, _ value: UnsafeRawBufferPointer) {
    begin(.bytes, label)
    writer.write(bytes: value)
  }

  mutating func path(_ label: FactLabel, _ path: PathID, _ identity: Identity) {
    writer.write(inOneStep: 23) { cursor in
      cursor.write(FactRecord.Shape.path.rawValue)
      cursor.write(label.rawValue)
      cursor.write(path.raw)
      cursor.write(identity)
    }
  }

  mutating func text(_ label: FactLabel, _ name: UnsafeRawBufferPointer, _ value: [UInt8]?) {
    begin(.text, label)
    writer.write(bytes: name)
    writer.write(value != nil)
    if let value { writer.write(bytes: value) }
  }

  private mutating func begin(_ shape: FactRecord.Shape, _ label: FactLabel) {
    writer.write(shape.rawValue)
    writer.write(label.rawValue)
  }
}

/// The facts of one action, as they were recorded or as they are now.
struct FactRecord {
  enum Shape: UInt8 { case bytes = 0, path = 1, text = 2 }

  /// Facts of which an action has one each.
  private(set) var single: [FactLabel: [UInt8]] = [:]
  private(set) var outputs: [PathID] = []
  private(set) var depfile: PathID?
  /// In the order of the walk.
  private(set) var inputs: [(path: PathID, identity: Identity)] = []
  /// Those of the inputs that `@inputs-from` named.
  private(set) var listed: [PathID] = []
  private(set) var environment: [[UInt8]: [UInt8]?] = [:]
  private(set) var variables: [[UInt8]: [UInt8]?] = [:]
  private(set) var values: [[UInt8]: [UInt8]?] = [:]

  init(decoding bytes: [UInt8]) throws(ByteReader.Malformed) {
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      guard let shape = Shape(rawValue: try reader.read()),
        let label = FactLabel(rawValue: try reader.read())
      else { throw ByteReader.Malformed() }
      switch shape {
      case .bytes: single[label] = Array(try reader.readBytes())
      case .path: try readPath(label, &reader)
      case .text: try readText(label, &reader)
      }
    }
  }

  private mutating func readPath(_ label: FactLabel, _ reader: inout ByteReader)
    throws(ByteReader.Malformed)
  {
    let path = PathID(raw: try reader.read())
    let identity = try reader.readIdentity()
    switch label {
    case .output: outputs.append(path)
    case .depfile: depfile = path
    case .listed:
      listed.append(path)
      inputs.append((path, identity))
    default: inputs.append((path, identity))
    }
  }

  private mutating func readText(_ label: FactLabel, _ reader: inout ByteReader)
    throws(ByteReader.Malformed)
  {
    let name = Array(try reader.readBytes())
    let value = try reader.readFlag() ? Array(try reader.readBytes()) : nil
    switch label {
    case .environment: environment.updateValue(value, forKey: name)
    case .variable: variables.updateValue(value, forKey: name)
    case .value: values.updateValue(value, forKey: name)
    default: throw ByteReader.Malformed()
    }
  }

  /// Every fact in which `self`, the recorded one, and `now` differ, the most telling first.
  func differences(to now: FactRecord) -> [StaleReason] {
    if single[.format] != now.single[.format] { return [.formatChanged] }
    var reasons: [StaleReason] = []
    func compare(_ label: FactLabel, _ reason: (_ was: [UInt8], _ now: [UInt8]) -> StaleReason) {
      let (was, new) = (single[label] ?? [], now.single[label] ?? [])
      if was != new { reasons.append(reason(was, new)) }
    }
    compare(.recipe) { .recipeChanged(was: $0, now: $1) }
    compare(.interpreter) { .interpreterChanged(was: $0, now: $1) }
    compare(.directory) { .directoryChanged(was: $0, now: $1) }
    if outputs != now.outputs || depfile != now.depfile { reasons.append(.outputsChanged) }
    for (name, was, new) in Self.changes(environment, now.environment) {
      reasons.append(.environmentChanged(name: name, was: was, now: new))
    }
    for (name, was, new) in Self.changes(variables, now.variables) {
      reasons.append(.variableChanged(name: name, was: was, now: new))
    }
    for (name, was, new) in Self.changes(values, now.values) {
      reasons.append(.valueChanged(name: name, was: was, now: new))
    }
    compare(.depfileDirectory) { .depfileDirectoryChanged(was: $0, now: $1) }
    compare(.arguments) { .argumentsChanged(was: $0, now: $1) }
    reasons.append(contentsOf: inputDifferences(to: now))
    return reasons
  }

  private func inputDifferences(to now: FactRecord) -> [StaleReason] {
    let was = Dictionary(inputs.map { ($0.path, $0.identity) }) { first, _ in first }
    let new = Dictionary(now.inputs.map { ($0.path, $0.identity) }) { first, _ in first }
    var reasons: [StaleReason] = []
    var seen = Set<PathID>()
    for (path, identity) in now.inputs where seen.insert(path).inserted {
      guard let old = was[path] else {
        reasons.append(.inputAdded(path))
        continue
      }
      if old != identity { reasons.append(.inputChanged(path, was: old, now: identity)) }
    }
    for (path, _) in inputs where new[path] == nil && seen.insert(path).inserted {
      reasons.append(.inputRemoved(path))
    }
    if reasons.isEmpty, !inputs.map(\.path).elementsEqual(now.inputs.map(\.path)) {
      reasons.append(.inputsReordered)
    }
    return reasons
  }

  private static func changes(_ was: [[UInt8]: [UInt8]?], _ now: [[UInt8]: [UInt8]?])
    -> [(name: [UInt8], was: [UInt8]?, now: [UInt8]?)]
  {
    Set(was.keys).union(now.keys).sorted { $0.precedes($1) }
      .map { ($0, was[$0] ?? nil, now[$0] ?? nil) }
      .filter { $0.was != $0.now }
  }
}
