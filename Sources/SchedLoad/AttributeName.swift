import SchedBase

/// The attributes that there are.
enum AttributeName: String, CaseIterable {
  case desc = "@desc"
  case uses = "@uses"
  case after = "@after"
  case depfile = "@depfile"
  case depfileDirectory = "@depfile-dir"
  case inputsFrom = "@inputs-from"
  case ignore = "@ignore"
  case env = "@env"
  case shell = "@shell"
  case when = "@when"
  case pool = "@pool"
  case cpus = "@cpus"
  case mem = "@mem"
  case gpus = "@gpus"
  case timeout = "@timeout"
  case retries = "@retries"
  case console = "@console"
  case local = "@local"
  case cache = "@cache"
  case keep = "@keep"
  case secondary = "@secondary"
  case temporary = "@temporary"

  private static let texts = allCases.map { (name: $0, text: Array($0.rawValue.utf8)) }

  init?(_ text: ArraySlice<UInt8>) {
    for (name, own) in Self.texts where own.count == text.count && own.elementsEqual(text) {
      self = name
      return
    }
    return nil
  }

  var isRepeatable: Bool {
    switch self {
    case .env, .uses, .after, .inputsFrom: true
    default: false
    }
  }

  /// The attribute that a slip most likely means; `@echo` is no slip, but Make's way to be silent.
  static func nearest(to name: String) -> String? {
    name == "@echo" ? nil : nearestName(to: name, among: allCases.map(\.rawValue))
  }
}
