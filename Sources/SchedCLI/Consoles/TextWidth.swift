/// The text cut so that it takes at most `width` columns of a terminal, `…` in place of the rest.
func fitting(_ text: String, _ width: Int) -> String {
  guard width > 0 else { return "" }
  var columns = 0
  /// Where the text ends if it must be cut, so that `…` still fits.
  var cut = text.startIndex
  for index in text.unicodeScalars.indices {
    if columns <= width - 1 { cut = index }
    columns += columnCount(text.unicodeScalars[index])
    if columns > width { return String(text.unicodeScalars[..<cut]) + "…" }
  }
  return text
}

/// How many columns a terminal gives a character: 2 for wide ones, 0 for combining ones.
private func columnCount(_ scalar: Unicode.Scalar) -> Int {
  guard scalar.value >= 0x300 else { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  // The blocks that terminals draw wide: Hangul Jamo, CJK, Hangul, full-width forms, pictures.
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}
