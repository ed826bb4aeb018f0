import SchedBase

/// Where each edge of a graph is written: those of a graph that was kept, as they lie in its file, and
/// those that were added since.
///
/// Only messages ask.
public struct EdgePlaces: Sendable {
  private var kept = LentColumn<SourceRange>()
  private var added: [SourceRange] = []

  init() {}

  public subscript(index: Int) -> SourceRange {
    index < kept.count ? kept[index] : added[index - kept.count]
  }

  mutating func reserveCapacity(_ count: Int) { added.reserveCapacity(count) }

  mutating func append(_ place: SourceRange) { added.append(place) }

  func encode(to writer: inout ColumnWriter) { writer.write(kept, then: added) }

  init(from reader: inout ColumnReader) throws(ByteReader.Malformed) {
    kept = try reader.lendColumn()
  }
}
