import SchedBase

/// A list of words: every value there is.
///
/// All words lie in one buffer, however long the list is; copies share it until one of them is changed.
struct Words: RandomAccessCollection, Hashable {
  fileprivate final class Storage {
    /// The words one after the other, and then the pieces of one that is not ended yet.
    var bytes = Buffer<UInt8>()
    /// Where each word ends.
    var ends = Buffer<UInt32>()

    func copy() -> Storage {
      let copy = Storage()
      copy.bytes.append(contentsOf: bytes.elements)
      copy.ends.append(contentsOf: ends.elements)
      return copy
    }

    func endWord() {
      precondition(bytes.count <= UInt32.max, "a list of more than 4 GiB")
      ends.append(UInt32(bytes.count))
    }

    func start(of index: Int) -> Int { index == 0 ? 0 : Int(ends[index - 1]) }

    func word(_ index: Int) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: bytes.elements[start(of: index)..<Int(ends[index])])
    }
  }

  /// nil: no words.
  private var storage: Storage?

  init() {}

  /// A list of one word.
  init(_ word: some Collection<UInt8>) { append(word) }

  init<List: Sequence>(list: List) where List.Element: Collection<UInt8> {
    for word in list { append(word) }
  }

  // MARK: Reading

  /// One word; it keeps the list as it was.
  struct Item: RandomAccessCollection, Hashable {
    fileprivate let storage: Storage
    let startIndex: Int
    let endIndex: Int

    subscript(index: Int) -> UInt8 { storage.bytes[index] }

    subscript(range: Range<Int>) -> Item {
      precondition(
        range.lowerBound >= startIndex && range.upperBound <= endIndex, "a range outside the word")
      return Item(storage: storage, startIndex: range.lowerBound, endIndex: range.upperBound)
    }

    func withContiguousStorageIfAvailable<R>(
      _ body: (UnsafeBufferPointer<UInt8>) throws -> R
    ) rethrows -> R? {
      try body(UnsafeBufferPointer(rebasing: storage.bytes.elements[startIndex..<endIndex]))
    }

    static func == (left: Item, right: Item) -> Bool { left.elementsEqual(right) }

    func hash(into hasher: inout Hasher) {
      for byte in self { hasher.combine(byte) }
      hasher.combine(count)
    }
  }

  var startIndex: Int { 0 }
  var endIndex: Int { storage?.ends.count ?? 0 }

  subscript(index: Int) -> Item {
    guard let storage else { preconditionFailure("an index outside the list") }
    return Item(
      storage: storage, startIndex: storage.start(of: index), endIndex: Int(storage.ends[index]))
  }

  /// Lends a word's bytes.
  @inline(__always)
  func withBytes<R>(of index: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    guard let storage else { preconditionFailure("an index outside the list") }
    return withExtendedLifetime(storage) { body(UnsafeRawBufferPointer(storage.word(index))) }
  }

  /// Whether a word names a directory as such.
  func endsInSlash(_ index: Int) -> Bool {
    withBytes(of: index) { $0.last == UInt8(ascii: "/") }
  }

  /// Each word by itself.
  var arrays: [[UInt8]] { map { Array($0) } }

  /// The words with one byte between them.
  func joined(by separator: UInt8 = UInt8(ascii: " ")) -> [UInt8] {
    var text = Buffer<UInt8>()
    appendJoined(by: separator, to: &text)
    return Array(text.elements)
  }

  func appendJoined(by separator: UInt8 = UInt8(ascii: " "), to text: inout Buffer<UInt8>) {
    guard let storage else { return }
    if count == 1 { return text.append(contentsOf: storage.word(0)) }
    for index in indices {
      if index > 0 { text.append(separator) }
      text.append(contentsOf: storage.word(index))
    }
  }

  /// Whether there is a word that the shell would change if it stood there bare.
  var needQuotes: Bool {
    guard let storage else { return false }
    var start: UInt32 = 0
    for end in storage.ends.elements {
      if end == start { return true }
      start = end
    }
    let ended = UnsafeRawBufferPointer(
      UnsafeBufferPointer(rebasing: storage.bytes.elements[..<Int(start)]))
    return !WordText.isPlain(ended)
  }

  static func == (left: Words, right: Words) -> Bool {
    if left.storage === right.storage { return true }
    return left.elementsEqual(right)
  }

  func hash(into hasher: inout Hasher) {
    for word in self { hasher.combine(word) }
    hasher.combine(count)
  }

  // MARK: Writing

  /// Lends the storage, which is this list's own, without counting the loan: counting them was a
  /// twentieth of the instructions of an evaluation.
  @inline(__always)
  private mutating func change(_ body: (Storage) -> Void) {
    if !isKnownUniquelyReferenced(&storage) { storage = storage?.copy() ?? Storage() }
    Unmanaged.passUnretained(storage.unsafelyUnwrapped)._withUnsafeGuaranteedRef(body)
  }

  @inline(__always)
  mutating func append(_ word: some Collection<UInt8>) {
    extend(with: word)
    endWord()
  }

  mutating func append(contentsOf other: Words) {
    guard let source = other.storage else { return }
    if storage == nil {
      storage = source
      return
    }
    change { own in
      precondition(own.bytes.count + source.bytes.count <= UInt32.max, "a list of more than 4 GiB")
      let shift = UInt32(own.bytes.count)
      own.bytes.append(contentsOf: source.bytes.elements)
      for end in source.ends.elements { own.ends.append(end + shift) }
    }
  }

  /// Appends to the word that `endWord` will end.
  @inline(__always)
  mutating func extend(with piece: some Collection<UInt8>) {
    change { $0.bytes.append(piece) }
  }

  mutating func extend(with byte: UInt8) {
    change { $0.bytes.append(byte) }
  }

  mutating func extend(withWord index: Int, of other: Words) {
    guard let source = other.storage else { preconditionFailure("an index outside the list") }
    change { $0.bytes.append(contentsOf: source.word(index)) }
  }

  mutating func endWord() {
    change { $0.endWord() }
  }

  /// Appends one word: the pieces with a text between them.
  mutating func append(of pieces: Words, joinedBy text: UnsafeBufferPointer<UInt8>) {
    guard let source = pieces.storage else { preconditionFailure("a word of no pieces") }
    change { own in
      for index in 0..<source.ends.count {
        if index > 0 { own.bytes.append(contentsOf: text) }
        own.bytes.append(contentsOf: source.word(index))
      }
      own.endWord()
    }
  }

  /// Takes back the pieces of a word that is not ended, and gives them.
  mutating func takeUnended() -> [UInt8] {
    var pieces: [UInt8] = []
    change { own in
      let start = own.start(of: own.ends.count)
      pieces = Array(own.bytes.elements[start...])
      own.bytes.removeAll(from: start)
    }
    return pieces
  }

  /// Forgets all words and keeps the room, where nobody else has a copy.
  mutating func removeAll() {
    guard isKnownUniquelyReferenced(&storage) else {
      storage = nil
      return
    }
    change {
      $0.bytes.removeAll()
      $0.ends.removeAll()
    }
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

  subscript(index: Int) -> (word: Words.Item, place: SourceRange) {
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

  /// Appends one word: the pieces with a text between them.
  mutating func append(
    of pieces: Words, joinedBy text: UnsafeBufferPointer<UInt8>, at place: SourceRange
  ) {
    words.append(of: pieces, joinedBy: text)
    places.append(place)
  }

  /// Forgets all words and keeps the room.
  mutating func removeAll() {
    words.removeAll()
    if !places.isEmpty { places.removeAll(keepingCapacity: true) }
  }
}
