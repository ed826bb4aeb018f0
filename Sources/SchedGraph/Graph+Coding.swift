import SchedBase

// A graph as bytes, so that it need not be evaluated again: columns as they lie in memory, the few
// lists of lists written out. Only for the program that wrote it: whoever keeps it must keep a stamp
// of the program and a checksum beside it.
extension Graph {
  public func encode(to writer: inout ColumnWriter) {
    writer.write(column: actions.values)
    writer.write(column: edges)
    edgePlaces.encode(to: &writer)
    writer.write(column: sharedLists.paths)
    writer.write(column: sharedLists.ends)
    writer.write(column: sharedLists.uses)
    writer.write(column: text)
    writer.write(column: holes)
    writer.write(column: producers.values)
    writer.write(column: directories.sorted())
    writer.write(column: defaults)
    writer.write(column: index.defaultPlaces)
    writer.short.write(UInt32(attributeSets.count))
    for set in attributeSets { set.encode(to: &writer.short) }
    writer.short.write(UInt32(environments.count))
    for environment in environments {
      writer.short.write(UInt32(environment.count))
      for entry in environment {
        writer.short.write(bytes: entry.name)
        writer.short.write(column: [entry.value])
      }
    }
    writer.short.write(UInt32(index.ignored.count))
    for (directory, patterns) in index.ignored {
      writer.short.write(column: [directory])
      writer.short.write(list: patterns)
    }
    writer.short.write(UInt32(pools.count))
    for pool in pools {
      writer.short.write(bytes: pool.name)
      writer.short.write(pool.limit)
    }
  }

  public init(from reader: inout ColumnReader) throws(ByteReader.Malformed) {
    self.init()
    actions.values = try reader.readColumn()
    edges = try reader.readColumn()
    edgePlaces = try EdgePlaces(from: &reader)
    sharedLists.paths = try reader.readColumn()
    sharedLists.ends = try reader.readColumn()
    sharedLists.uses = try reader.readColumn()
    text = try reader.readColumn()
    holes = try reader.readColumn()
    producers.values = try reader.readColumn()
    directories = Set(try reader.readColumn(of: PathID.self))
    defaults = try reader.readColumn()
    index.defaultPlaces = try reader.readColumn()
    guard index.defaultPlaces.count == defaults.count else { throw ByteReader.Malformed() }
    attributeSets = []
    for _ in 0..<(try reader.readCount(ofSize: 1)) {
      attributeSets.append(try ActionAttributes(from: &reader))
    }
    environments = []
    for _ in 0..<(try reader.readCount(ofSize: 4)) {
      var environment: [EnvironmentEntry] = []
      for _ in 0..<(try reader.readCount(ofSize: 4)) {
        let name = try reader.readBytes()
        guard let value = try reader.readColumn(of: Template.self).first else {
          throw ByteReader.Malformed()
        }
        environment.append(EnvironmentEntry(name: name, value: value))
      }
      environments.append(environment)
    }
    for _ in 0..<(try reader.readCount(ofSize: 8)) {
      guard let directory = try reader.readColumn(of: PathID.self).first else {
        throw ByteReader.Malformed()
      }
      index.ignored[directory] = try reader.readList()
    }
    for _ in 0..<(try reader.readCount(ofSize: 8)) {
      pools.append(Pool(name: try reader.readBytes(), limit: try reader.read()))
    }
    for (number, set) in attributeSets.enumerated() { index.attributes[set] = UInt32(number) }
    for (number, entry) in environments.enumerated() {
      index.environments[entry] = UInt32(number)
    }
  }
}

extension ActionAttributes {
  fileprivate func encode(to writer: inout ByteWriter) {
    writer.write(flags.rawValue)
    writer.write(list: shell)
    writer.write(resources.cpus)
    writer.write(resources.memory)
    writer.write(resources.gpus)
    writer.write(pool ?? UInt32.max)
    writer.write(timeout)
    writer.write(retries)
    writer.write(depfileDirectory?.raw ?? UInt32.max)
    writer.write(bytes: depfileAlias)
    writer.write(ignored != nil)
    if let ignored { writer.write(list: ignored) }
  }

  fileprivate init(from reader: inout ColumnReader) throws(ByteReader.Malformed) {
    self.init()
    flags = Flags(rawValue: try reader.read())
    shell = try reader.readList()
    resources.cpus = try reader.read()
    resources.memory = try reader.read()
    resources.gpus = try reader.read()
    let pool = try reader.read(UInt32.self)
    self.pool = pool == UInt32.max ? nil : pool
    timeout = try reader.read()
    retries = try reader.read()
    let directory = try reader.read(UInt32.self)
    depfileDirectory = directory == UInt32.max ? nil : PathID(raw: directory)
    depfileAlias = Array(try reader.readBytes())
    if try reader.read(UInt8.self) != 0 { ignored = try reader.readList() }
  }
}

extension ByteWriter {
  fileprivate mutating func write(list: [[UInt8]]) {
    write(UInt32(list.count))
    for word in list { write(bytes: word) }
  }
}

extension ColumnReader {
  fileprivate mutating func readList() throws(ByteReader.Malformed) -> [[UInt8]] {
    var list: [[UInt8]] = []
    for _ in 0..<(try readCount(ofSize: 4)) { list.append(try readBytes()) }
    return list
  }
}
