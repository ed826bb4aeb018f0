import SchedBase
import SchedDigest
import SchedSystem

// The bytes of requests and reports, as they travel to whatever runs a recipe (docs/formats.md).
// Lists are a 32-bit count and their elements; numbers are little-endian; an optional is a flag
// byte and the value.

extension RecipeRequest {
  public func encoded() -> [UInt8] {
    var writer = ByteWriter(capacity: 96 + script.count)
    writer.write(bytes: directory)
    writer.write(bytes: script)
    writer.write(UInt32(shell.count))
    for word in shell { writer.write(bytes: word) }
    writer.write(UInt32(environment.count))
    for change in environment {
      writer.write(bytes: change.name)
      writer.write(change.value != nil)
      if let value = change.value { writer.write(bytes: value) }
    }
    writer.write(UInt32(outputs.count))
    for output in outputs { writer.write(output) }
    writer.write(depfile != nil)
    if let depfile { writer.write(depfile) }
    writer.write(depfileDirectory != nil)
    if let depfileDirectory {
      writer.write(bytes: depfileDirectory)
      writer.write(bytes: depfileAlias)
    }
    writer.write(flags.rawValue)
    writer.write(timeout)
    return writer.bytes
  }

  public init(decoding bytes: [UInt8]) throws(ByteReader.Malformed) {
    var reader = ByteReader(bytes)
    directory = Array(try reader.readBytes())
    script = Array(try reader.readBytes())
    shell = []
    for _ in 0..<(try reader.readCount(ofSize: 4)) { shell.append(Array(try reader.readBytes())) }
    environment = []
    for _ in 0..<(try reader.readCount(ofSize: 5)) {
      let name = Array(try reader.readBytes())
      let value = try reader.readFlag() ? Array(try reader.readBytes()) : nil
      environment.append(EnvironmentChange(name: name, value: value))
    }
    outputs = []
    for _ in 0..<(try reader.readCount(ofSize: 6)) { outputs.append(try reader.readOutput()) }
    depfile = try reader.readFlag() ? try reader.readOutput() : nil
    depfileDirectory = nil
    if try reader.readFlag() {
      depfileDirectory = Array(try reader.readBytes())
      depfileAlias = Array(try reader.readBytes())
    }
    flags = Flags(rawValue: try reader.read())
    timeout = try reader.read()
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
  }
}

extension RecipeReport {
  public func encoded() -> [UInt8] {
    var writer = ByteWriter(
      capacity: 160 + output.count + value.count + 96 * outputs.count + discovered.byteCount)
    writer.write(problem)
    writer.write(output)
    writer.write(spool)
    writer.write(wasShown)
    writer.write(bytes: value)
    writer.write(inOneStep: 5 + 58 * (outputs.count + (depfile == nil ? 0 : 1))) { cursor in
      cursor.write(UInt32(outputs.count))
      for output in outputs { cursor.write(output) }
      cursor.write(depfile != nil)
      if let depfile { cursor.write(depfile) }
    }
    writer.write(discovered)
    for list in [moved, notes] {
      writer.write(UInt32(list.count))
      for note in list { writer.write(bytes: note) }
    }
    writer.write(inOneStep: 32) { cursor in
      cursor.write(started)
      cursor.write(duration)
      cursor.write(processorTime)
      cursor.write(peakMemory)
    }
    return writer.bytes
  }

  public init(decoding bytes: [UInt8]) throws(ByteReader.Malformed) {
    self.init()
    var reader = ByteReader(bytes)
    problem = try reader.readProblem()
    output = try reader.readPrintedText()
    spool = try reader.readSpooledOutput()
    wasShown = try reader.readFlag()
    value = Array(try reader.readBytes())
    for _ in 0..<(try reader.readCount(ofSize: 58)) { outputs.append(try reader.readMade()) }
    depfile = try reader.readFlag() ? try reader.readMade() : nil
    discovered = try TextList(from: &reader)
    for _ in 0..<(try reader.readCount(ofSize: 4)) { moved.append(Array(try reader.readBytes())) }
    for _ in 0..<(try reader.readCount(ofSize: 4)) { notes.append(Array(try reader.readBytes())) }
    started = try reader.read()
    duration = try reader.read()
    processorTime = try reader.read()
    peakMemory = try reader.read()
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
  }
}

extension ByteWriter {
  /// Tag, then the digest's halves.
  public mutating func write(_ identity: Identity) {
    write(inOneStep: 17) { $0.write(identity) }
  }

  public mutating func write(_ signature: Signature) {
    write(inOneStep: 40) { $0.write(signature) }
  }

  fileprivate mutating func write(_ output: RecipeRequest.Output) {
    write(bytes: output.path)
    write(output.isDirectory)
    switch output.expected {
    case .foreign(isTold: false): write(0 as UInt8)
    case .foreign(isTold: true): write(3 as UInt8)
    case .leftByUs: write(1 as UInt8)
    case .recorded(let identity, let signature):
      write(2 as UInt8)
      write(identity)
      write(signature)
    }
  }

  fileprivate mutating func write(_ problem: RecipeReport.Problem?) {
    switch problem {
    case nil: write(0 as UInt8)
    case .missingOutput(let index):
      write(1 as UInt8)
      write(index)
    case .wrongKind(let index):
      write(2 as UInt8)
      write(index)
    case .depfileNotWritten: write(3 as UInt8)
    case .depfileUnreadable(let reason):
      write(4 as UInt8)
      write(bytes: reason)
    case .cannotStart(let reason):
      write(5 as UInt8)
      write(bytes: reason)
    case .cannotPrepare(let reason):
      write(6 as UInt8)
      write(bytes: reason)
    case .scriptTooLong(let limit):
      write(7 as UInt8)
      write(limit)
    case .unreadableOutput(let index, let reason):
      write(8 as UInt8)
      write(index)
      write(bytes: reason)
    case .inputNotSeen(let input):
      write(9 as UInt8)
      write(input)
    case .depfileEmpty: write(10 as UInt8)
    case .depfileNamesNothing(let names):
      write(11 as UInt8)
      write(names.count)
      write(bytes: names.first)
      write(bytes: names.directory)
      write(names.foundIn != nil)
      if let foundIn = names.foundIn { write(bytes: foundIn) }
      write(bytes: names.alias)
    case .readLeftover(let path, let cause):
      write(12 as UInt8)
      write(bytes: path)
      write(bytes: cause)
    case .unreadableInput(let reason):
      write(13 as UInt8)
      write(bytes: reason)
    }
  }

  private mutating func write(_ input: RecipeReport.LateInput) {
    write(bytes: input.path)
    write(bytes: input.makersHost)
    write(bytes: input.readersHost)
    write(input.expectedSize)
    write(input.found.rawValue)
    write(input.foundSize)
    write(input.waited)
  }
}

extension ByteCursor {
  /// 17 bytes: tag, then the digest's halves.
  @inline(__always)
  mutating func write(_ identity: Identity) {
    write(identity.tag.rawValue)
    write(identity.digest)
  }

  /// 58 bytes.
  @inline(__always)
  fileprivate mutating func write(_ output: RecipeReport.Output) {
    write(output.identity)
    write(output.signature)
    write(output.isSettled)
  }

  @inline(__always)
  mutating func write(_ digest: Digest) {
    write(digest.low)
    write(digest.high)
  }

  /// 40 bytes.
  @inline(__always)
  mutating func write(_ signature: Signature) {
    write(signature.size)
    write(signature.modified)
    write(signature.changed)
    write(signature.inode)
    write(signature.executableAndPlace)
  }
}

extension ByteReader {
  public mutating func readIdentity() throws(Malformed) -> Identity {
    guard let tag = Identity.Tag(rawValue: try read()) else { throw Malformed() }
    return Identity(tag, Digest(low: try read(), high: try read()))
  }

  public mutating func readSignature() throws(Malformed) -> Signature {
    var signature = Signature.none
    signature.size = try read()
    signature.modified = try read()
    signature.changed = try read()
    signature.inode = try read()
    signature.executableAndPlace = try read()
    return signature
  }

  fileprivate mutating func readMade() throws(Malformed) -> RecipeReport.Output {
    RecipeReport.Output(
      identity: try readIdentity(), signature: try readSignature(), isSettled: try readFlag())
  }

  fileprivate mutating func readOutput() throws(Malformed) -> RecipeRequest.Output {
    let path = Array(try readBytes())
    let isDirectory = try readFlag()
    let expected: RecipeRequest.Expected
    switch try read(UInt8.self) {
    case 0: expected = .foreign(isTold: false)
    case 3: expected = .foreign(isTold: true)
    case 1: expected = .leftByUs
    case 2: expected = .recorded(try readIdentity(), try readSignature())
    default: throw Malformed()
    }
    return RecipeRequest.Output(path: path, isDirectory: isDirectory, expected: expected)
  }

  fileprivate mutating func readProblem() throws(Malformed) -> RecipeReport.Problem? {
    switch try read(UInt8.self) {
    case 0: nil
    case 1: .missingOutput(try read())
    case 2: .wrongKind(try read())
    case 3: .depfileNotWritten
    case 4: .depfileUnreadable(reason: Array(try readBytes()))
    case 5: .cannotStart(reason: Array(try readBytes()))
    case 6: .cannotPrepare(reason: Array(try readBytes()))
    case 7: .scriptTooLong(limit: try read())
    case 8: .unreadableOutput(try read(), reason: Array(try readBytes()))
    case 9: .inputNotSeen(try readLateInput())
    case 10: .depfileEmpty
    case 11: .depfileNamesNothing(try readUnseenNames())
    case 12: .readLeftover(Array(try readBytes()), cause: Array(try readBytes()))
    case 13: .unreadableInput(reason: Array(try readBytes()))
    default: throw Malformed()
    }
  }

  private mutating func readUnseenNames() throws(Malformed) -> RecipeReport.UnseenNames {
    var names = RecipeReport.UnseenNames(
      count: try read(), first: Array(try readBytes()), directory: Array(try readBytes()),
      foundIn: try readFlag() ? Array(try readBytes()) : nil)
    names.alias = Array(try readBytes())
    return names
  }

  private mutating func readLateInput() throws(Malformed) -> RecipeReport.LateInput {
    let path = Array(try readBytes())
    let (maker, reader) = (Array(try readBytes()), Array(try readBytes()))
    let expectedSize = try read(UInt64.self)
    guard let found = RecipeReport.LateInput.Found(rawValue: try read()) else {
      throw Malformed()
    }
    return RecipeReport.LateInput(
      path: path, makersHost: maker, readersHost: reader, expectedSize: expectedSize,
      found: found, foundSize: try read(), waited: try read())
  }
}
