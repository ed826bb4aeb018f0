import SchedBase
import SchedDigest
import SchedSystem

// The bodies of journal records that are more than numbers (docs/formats.md).

extension ByteWriter {
  mutating func write(_ path: PathID, _ file: FileState) {
    write(inOneStep: 66) { cursor in
      cursor.write(path.raw)
      cursor.write(file.signature)
      cursor.write(file.identity)
      cursor.write(file.changedIn)
      cursor.write(file.flags.rawValue)
    }
  }

  mutating func write(_ new: NewRecord, checkedIn: UInt32, graphs: UInt64) {
    write(inOneStep: 74 + 62 * new.outputs.count + 4 * new.discovered.count) { cursor in
      cursor.write(new.kind.rawValue)
      cursor.write(checkedIn)
      cursor.write(graphs)
      cursor.write(UInt32(new.outputs.count))
      for output in new.outputs {
        cursor.write(output.path.raw)
        cursor.write(output.identity)
        cursor.write(output.signature)
        cursor.write(output.isSettled)
      }
      cursor.write(new.fingerprint)
      cursor.write(new.staticDigest)
      cursor.write(UInt32(new.discovered.count))
      for path in new.discovered { cursor.write(path.raw) }
      cursor.write(new.duration)
      cursor.write(new.peakMemory)
      cursor.write(new.unsettledRuns)
      cursor.write(new.unsettledInput?.raw ?? 0)
    }
    write(bytes: new.facts)
    write(bytes: new.value)
  }
}

extension ByteReader {
  mutating func readFileState() throws(Malformed) -> FileState {
    let signature = try readSignature()
    let identity = try readIdentity()
    let changedIn = try read(UInt32.self)
    return FileState(
      signature: signature, identity: identity, changedIn: changedIn,
      flags: FileState.Flags(rawValue: try read()))
  }

  /// `path` turns a number into a path, or throws if there is none.
  mutating func readNewRecord(path: (UInt32) throws(Malformed) -> PathID) throws(Malformed)
    -> (NewRecord, checkedIn: UInt32, graphs: UInt64)
  {
    guard let kind = RecordKind(rawValue: try read()) else { throw Malformed() }
    let checkedIn = try read(UInt32.self)
    let graphs = try read(UInt64.self)
    var outputs: [OutputRecord] = []
    for _ in 0..<(try readCount(ofSize: 62)) {
      outputs.append(
        OutputRecord(
          path: try path(try read()), identity: try readIdentity(), signature: try readSignature(),
          isSettled: try readFlag()))
    }
    let fingerprint = Digest(low: try read(), high: try read())
    let staticDigest = Digest(low: try read(), high: try read())
    var new = NewRecord(
      kind: kind, outputs: outputs, fingerprint: fingerprint, staticDigest: staticDigest)
    for _ in 0..<(try readCount(ofSize: 4)) { new.discovered.append(try path(try read())) }
    new.duration = try read()
    new.peakMemory = try read()
    new.unsettledRuns = try read()
    let input = try read(UInt32.self)
    new.unsettledInput = input == 0 ? nil : try path(input)
    new.facts = Array(try readBytes())
    new.value = Array(try readBytes())
    return (new, checkedIn, graphs)
  }
}
