import Foundation
import Sched
import Testing

/// Results of every shape come back as they were, and equal values are equal bytes.
@Suite struct ResultCodingTests {
  @Test func `numbers and texts come back as they were`() throws {
    try comesBack(Int.min)
    try comesBack(UInt64.max)
    try comesBack(UInt8(255))
    try comesBack(-0.1 as Float)
    try comesBack(Double.greatestFiniteMagnitude)
    try comesBack(-Double.infinity)
    try comesBack(true)
    try comesBack("")
    try comesBack("naïve \u{0}\n🙂")
    let nan = try #require(ResultCoding.decode(ResultCoding.encode(Double.nan), as: Double.self))
    #expect(nan.isNaN)
  }

  @Test func `collections come back as they were`() throws {
    try comesBack([UInt8](0...255))
    try comesBack(Data([1, 2, 3]))
    try comesBack([1.5, -2.5])
    try comesBack([[1, 2], [], [3]])
    try comesBack(["a", "", "b"])
    try comesBack([Int?.some(1), nil])
    try comesBack(Int?.none)
    try comesBack([String: [Double]]())
    try comesBack(["one": 1, "two": 2, "": 0])
    try comesBack([1: "one", -2: "two"])
    try comesBack([Pair(left: 1, right: "r"): Set(["x", "y"])])
  }

  @Test func `structures, cases and classes come back as they were`() throws {
    try comesBack(Pair(left: 3, right: nil))
    try comesBack([Shape.circle(radius: 2.5), .none, .polygon([Pair(left: 1, right: "a")])])
    try comesBack(Date(timeIntervalSince1970: 1_234_567.875))
    try comesBack(try #require(URL(string: "https://example.org/a?b=c")))
    try comesBack(Handed(numbers: [1, 2], words: ["w"], deep: "d", list: [0.5]))
    let cat = Cat(name: "Tom", lives: 9)
    let found = try #require(ResultCoding.decode(ResultCoding.encode(cat), as: Cat.self))
    #expect(found.name == "Tom" && found.lives == 9)
  }

  @Test func `a type may write an array and read its items`() throws {
    try comesBack(Sum(parts: [1, 2, 300]))
  }

  /// A set's order differs between processes, and between two sets of one process that grew apart.
  @Test func `equal sets and dictionaries are equal bytes`() throws {
    var grown = Set<Int>(minimumCapacity: 4096)
    for number in (0..<100).reversed() { grown.insert(number) }
    #expect(try ResultCoding.encode(grown) == ResultCoding.encode(Set(0..<100)))

    var pairs = [Pair: Int](minimumCapacity: 4096)
    for number in (0..<100).reversed() { pairs[Pair(left: number, right: "r")] = number }
    let other = Dictionary(uniqueKeysWithValues: (0..<100).map { (Pair(left: $0, right: "r"), $0) })
    #expect(try ResultCoding.encode(pairs) == ResultCoding.encode(other))

    var named = [String: Int](minimumCapacity: 4096)
    for number in (0..<100).reversed() { named["n\(number)"] = number }
    let again = Dictionary(uniqueKeysWithValues: (0..<100).map { ("n\($0)", $0) })
    #expect(try ResultCoding.encode(named) == ResultCoding.encode(again))
  }

  @Test func `numbers take the room that they take in memory`() throws {
    let samples = Samples(name: "s", values: Array(repeating: 0.1, count: 100_000))
    #expect(try ResultCoding.encode(samples).count < 800_100)
    #expect(try ResultCoding.encode([UInt8](repeating: 7, count: 1000)).count < 1020)
  }

  @Test func `bytes that are cut or changed are no value, or another one, and never a crash`()
    throws
  {
    let value = [Shape.polygon([Pair(left: 1, right: "a"), Pair(left: 2, right: nil)]), .none]
    let bytes = try ResultCoding.encode(value)
    for count in 0..<bytes.count {
      #expect(ResultCoding.decode(Array(bytes[..<count]), as: [Shape].self) == nil)
    }
    #expect(ResultCoding.decode(bytes + [0], as: [Shape].self) == nil)
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        // An optional field of another name, say, is one that is not there.
        if let found = ResultCoding.decode(changed, as: [Shape].self) {
          #expect(found.count <= bytes.count)
        }
      }
    }
  }

  private func comesBack<Value: Codable & Equatable>(
    _ value: Value, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let bytes = try ResultCoding.encode(value)
    #expect(ResultCoding.decode(bytes, as: Value.self) == value, sourceLocation: location)
  }
}

private struct Pair: Codable, Hashable {
  var left: Int
  var right: String?
}

private enum Shape: Codable, Equatable {
  case none
  case circle(radius: Double)
  case polygon([Pair])
}

private struct Samples: Codable {
  var name: String
  var values: [Double]
}

private class Animal: Codable {
  let name: String
  init(name: String) { self.name = name }
}

private final class Cat: Animal {
  let lives: Int

  init(name: String, lives: Int) {
    self.lives = lives
    super.init(name: name)
  }

  enum CodingKeys: CodingKey { case lives }

  required init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    lives = try fields.decode(Int.self, forKey: .lives)
    try super.init(from: try fields.superDecoder())
  }

  override func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try super.encode(to: fields.superEncoder())
    try fields.encode(lives, forKey: .lives)
  }
}

/// Writes into containers that it was handed, in turns.
private struct Handed: Codable, Equatable {
  var numbers: [Int]
  var words: [String]
  var deep: String
  var list: [Double]

  enum CodingKeys: CodingKey { case numbers, words, inner, list, deep }

  init(numbers: [Int], words: [String], deep: String, list: [Double]) {
    self.numbers = numbers
    self.words = words
    self.deep = deep
    self.list = list
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    var items = try fields.nestedUnkeyedContainer(forKey: .numbers)
    numbers = []
    while !items.isAtEnd { numbers.append(try items.decode(Int.self)) }
    words = try fields.decode([String].self, forKey: .words)
    deep = try fields.nestedContainer(keyedBy: CodingKeys.self, forKey: .inner)
      .decode(String.self, forKey: .deep)
    var outer = try fields.nestedUnkeyedContainer(forKey: .list)
    var inner = try outer.nestedUnkeyedContainer()
    list = []
    while !inner.isAtEnd { list.append(try inner.decode(Double.self)) }
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    var items = fields.nestedUnkeyedContainer(forKey: .numbers)
    var inner = fields.nestedContainer(keyedBy: CodingKeys.self, forKey: .inner)
    for number in numbers { try items.encode(number) }
    try fields.encode(words, forKey: .words)
    var outer = fields.nestedUnkeyedContainer(forKey: .list)
    var deepest = outer.nestedUnkeyedContainer()
    for number in list { try deepest.encode(number) }
    try inner.encode(deep, forKey: .deep)
  }
}

private struct Sum: Codable, Equatable {
  var parts: [Int]

  init(parts: [Int]) { self.parts = parts }

  init(from decoder: any Decoder) throws {
    var items = try decoder.unkeyedContainer()
    parts = []
    while !items.isAtEnd { parts.append(try items.decode(Int.self)) }
  }

  func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    try single.encode(parts)
  }
}
