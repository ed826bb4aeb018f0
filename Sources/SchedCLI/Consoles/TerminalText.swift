import SchedBase

/// Text that may reach a terminal: what sched itself writes stands in it as it is, and all that is put
/// into it is made printable.
///
/// The one way to the streams beside what recipes print, so that a name can command no terminal, and
/// begin no line of its own.
struct TerminalText: ExpressibleByStringInterpolation, Equatable {
  private(set) var text: String

  init(stringLiteral text: String) { self.text = text }

  init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

  /// Lines that were put together elsewhere; only their ends control something.
  init(lines: String) {
    text = lines.split(separator: "\n", omittingEmptySubsequences: false).map { printable($0.utf8) }
      .joined(separator: "\n")
  }

  /// Drawn by the renderer of diagnostics, which makes everything printable.
  init(drawing diagnostic: Diagnostic, by renderer: DiagnosticRenderer) {
    text = String(decoding: renderer.render(diagnostic), as: UTF8.self)
  }

  /// In a colour, if there are colours.
  init(_ inner: TerminalText, in color: Color, if isOn: Bool) {
    text = isOn ? "\u{1B}[\(color.rawValue)m\(inner.text)\u{1B}[0m" : inner.text
  }

  var isEmpty: Bool { text.isEmpty }

  static func + (left: TerminalText, right: TerminalText) -> TerminalText {
    var sum = left
    sum.text += right.text
    return sum
  }

  static func += (left: inout TerminalText, right: TerminalText) { left.text += right.text }

  /// Literals stand as they are; what is put between them does not.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ inner: TerminalText) { text += inner.text }
    mutating func appendInterpolation(_ inner: String) { text += printable(inner) }
    mutating func appendInterpolation(_ bytes: [UInt8]) { text += printable(bytes) }
    mutating func appendInterpolation(_ number: some BinaryInteger) { text += "\(number)" }
  }
}
