import CMPI

/// A call of MPI failed.
struct MPIError: Error, Equatable {
  var code: Int32

  static func check(_ code: Int32) throws(MPIError) {
    if code != 0 { throw MPIError(code: code) }
  }

  /// What MPI says of it.
  var reason: String {
    var text = [CChar](repeating: 0, count: Int(cmpi_text_capacity()) + 1)
    cmpi_error_text(code, &text)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
