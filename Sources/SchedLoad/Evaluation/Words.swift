import SchedBase

/// A list of words: every value there is.
///
/// All words lie in one buffer, so that a list costs two allocations however long it is.
struct Words: RandomAccessCollection, Hashable {
  /// The words one after the other, and then the pieces of one that is not ended yet.
  private var bytes: [UInt8] = []
  /// Where each word ends.
  private var ends: [UInt32] = []

  init() {}

  /// A list of one word.
  init(_ word: some Collection<UInt8>) { append(word) }

  init<List: Sequence>(list: List) where List.Element: Collection<UInt8> {
    for word in list { append(word) }
  }

  // MARK: Reading

  var startIndex: Int { 0 }
  var endIndex: Int { ends.count }

  subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(of: index)] }

  private func range(of index: Int) -> Range<Int> {
    (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }

  /// Each word by itself.
  var arrays: [[UInt8]] { map { Array($0) } }

  /// The words with one byte between them.
  func joined(by separator: UInt8 = UInt8(ascii: " ")) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + count)
    appendJoined(by: separator, to: &text)
    return text
  }

  func appendJoined(by separator: UInt8 = UInt8(ascii: " "), to text: inout [UInt8]) {
    if count == 1 { return text.append(contentsOf: bytes) }
    for index in indices {
      if index > 0 { text.append(separator) }
      text.append(contentsOf: self[index])
    }
  }

  /// Whether there is a word that the shell would change if it stood there bare.
  var needQuotes: Bool {
    var start: UInt32 = 0
    for end in ends {
      if end == start { return true }
      start = end
    }
    return !bytes.isEmpty && WordText.needsQuoting(bytes)
  }

  // MARK: Writing

  mutating func append(_ word: some Collection<UInt8>) {
    bytes.append(contentsOf: word)
    endWord()
  }

  mutating func append(contentsOf other: Words) {
    let shift = UInt32(bytes.count)
    bytes.append(contentsOf: other.bytes)
    for end in other.ends { ends.append(end + shift) }
  }

  /// Appends to the word that `endWord` will end.
  mutating func extend(with piece: some Collection<UInt8>) { bytes.append(contentsOf: piece) }

  mutating func extend(with byte: UInt8) { bytes.append(byte) }

  mutating func endWord() {
    precondition(bytes.count <= UInt32.max, "a list of more than 4 GiB")
    ends.append(UInt32(bytes.count))
  }

  /// Takes back the pieces of a word that is not ended, and gives them.
  mutating func takeUnended() -> [UInt8] {
    let start = Int(ends.last ?? 0)
    let pieces = Array(bytes[start...])
    bytes.removeSubrange(start...)
    return pieces
  }

  /// Forgets all words and keeps the room.
  mutating func removeAll() {
    if !bytes.isEmpty { bytes.removeAll(keepingCapacity: true) }
    if !ends.isEmpty { ends.removeAll(keepingCapacity: true) }
  }

  /// Each of these words followed by each of the others; which of these it is varies slowest.
  func combined(with others: Words) -> Words {
    var result = Words()
    for head in self {
      for tail in others {
        result.extend(with: head)
        result.append(tail)
      }
    }
    return result
  }
}

/// Words with the places of what they were written as.
struct PlacedWords: RandomAccessCollection {
  var words = Words()
  private(set) var places: [SourceRange] = []

  var startIndex: Int { 0 }
  var endIndex: Int { places.count }

  subscript(index: Int) -> (word: ArraySlice<UInt8>, place: SourceRange) {
    (words[index], places[index])
  }

  /// What was appended to `words` since is of that place.
  mutating func place(at place: SourceRange) {
    while places.count < words.count { places.append(place) }
  }

  mutating func append(contentsOf other: PlacedWords) {
    words.append(contentsOf: other.words)
    places.append(contentsOf: other.places)
  }

  mutating func append(_ word: some Collection<UInt8>, at place: SourceRange) {
    words.append(word)
    places.append(place)
  }

  /// Forgets all words and keeps the room.
  mutating func removeAll() {
    words.removeAll()
    if !places.isEmpty { places.removeAll(keepingCapacity: true) }
  }
}
