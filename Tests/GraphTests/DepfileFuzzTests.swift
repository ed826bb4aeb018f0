import TestSupport
import SchedGraph
import Testing

/// Writes a name as GCC does (`munge` in its mkdeps.cc).
private func munged(_ name: [UInt8]) -> [UInt8] {
  var text: [UInt8] = []
  var backslashes = 0
  for byte in name {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"):
      text.append(contentsOf: repeatElement(UInt8(ascii: "\\"), count: backslashes + 1))
    case UInt8(ascii: "#"): text.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "$"): text.append(UInt8(ascii: "$"))
    default: break
    }
    backslashes = byte == UInt8(ascii: "\\") ? backslashes + 1 : 0
    text.append(byte)
  }
  return text
}

@Suite struct DepfileFuzzTests {
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `names that a compiler wrote are read back`(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let alphabet = Array("ab/. #$\\:".utf8) + [0xC3, 0xA9, 0xFF]
    let names = (0..<200).map { _ in
      // What cannot be written down: a name that ends in a backslash, or in a colon.
      let middle = (0..<Int.random(in: 0..<8, using: &random)).map { _ in
        alphabet.randomElement(using: &random)!
      }
      return Array("d/".utf8) + middle + Array(".h".utf8)
    }.filter {
      !$0.contains(sequence: Array(##"\#"##.utf8)) && !$0.contains(sequence: Array(#"\:"#.utf8))
    }
    var text = Array("out.o:".utf8)
    for name in names {
      text += Array(Bool.random(using: &random) ? " \\\n ".utf8 : " ".utf8) + munged(name)
    }
    #expect(try prerequisites(text) == names)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `no text makes the reader trap or invent bytes`(_ seed: UInt64) {
    var random = SplitMix(seed: seed)
    let alphabet = Array("ab: :\\\\\n\r\t#$".utf8) + [0, 0xFF]
    for _ in 0..<500 {
      let text = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
        alphabet.randomElement(using: &random)!
      }
      guard let names = try? prerequisites(text) else { continue }
      #expect(names.allSatisfy { !$0.isEmpty && !$0.contains(UInt8(ascii: "\n")) })
      #expect(names.reduce(0) { $0 + $1.count } <= text.count)
    }
  }

  @Test func `each prefix of a depfile is read or refused`() {
    let text = Array("a.o: a\\ b.c \\\n  $$x.h\\#\r\n\na.h:\n# end\n".utf8)
    for length in 0...text.count {
      _ = try? prerequisites(Array(text[..<length]))
    }
  }
}

extension [UInt8] {
  fileprivate func contains(sequence: [UInt8]) -> Bool {
    indices.contains { self[$0...].starts(with: sequence) }
  }
}
