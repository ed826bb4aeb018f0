/// The candidate that `name` most likely means, for `did you mean …?`; nil where none is close.
///
/// Counts slips: a letter too many, missing, wrong, or two swapped. The first of equally close ones
/// wins; a candidate equal to `name` is none. What nobody sees is no letter.
public func nearestName(to name: [UInt8], among candidates: some Sequence<[UInt8]>) -> [UInt8]? {
  // One slip per three letters; more gives absurd hints.
  let maximum = min(3, max(1, name.count / 3))
  var best: (candidate: [UInt8], slips: Int)?
  let seen = InvisibleCharacter.removed(from: name)
  for candidate in candidates where candidate != name {
    if InvisibleCharacter.removed(from: candidate) == seen { return candidate }
    let limit = best.map { $0.slips - 1 } ?? maximum
    guard abs(candidate.count - name.count) <= limit else { continue }
    let slips = slips(from: name, to: candidate)
    // A name of which every letter would be wrong is no slip.
    if slips <= limit, slips < max(name.count, candidate.count) { best = (candidate, slips) }
  }
  return best?.candidate
}

public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  nearestName(to: Array(name.utf8), among: candidates.map { Array($0.utf8) })
    .map { String(decoding: $0, as: UTF8.self) }
}

/// The distance of Damerau and Levenshtein, in which no letter is changed twice.
///
/// O(a * b).
private func slips(from a: [UInt8], to b: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in b.indices {
      var slips = min(last[j + 1], row[j]) + 1
      slips = min(slips, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        slips = min(slips, beforeLast[j - 1] + 1)
      }
      row.append(slips)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
