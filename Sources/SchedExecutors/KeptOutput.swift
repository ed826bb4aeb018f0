import SchedBase
import SchedEngine
import SchedSystem

/// What one recipe has printed so far: whole, in memory while it is little and in a file beyond that;
/// or an excerpt, where all of it is shown as it comes.
struct KeptOutput {
  /// Beyond this it goes to a file, bytes: so much for each recipe that runs is little, and few print
  /// more.
  static let memoryLimit = 1 << 20

  private let isShown: Bool
  private var text = PrintedText()
  /// For the log, once `text` is not the whole.
  private var excerpt: CapturedOutput?
  private var file: SpoolFile?
  /// Why the rest stays in memory: the disk is full, or cannot be written to.
  private var failure: SystemError?
  /// Bytes that had no place there either.
  private var leftOut = 0

  /// For one recipe, bytes; a message between ranks takes no more than twice as much.
  private static let mostInMemory = 512 << 20

  init(isShown: Bool) {
    self.isShown = isShown
    if isShown { excerpt = CapturedOutput() }
  }

  /// `name` is what a file would be called.
  mutating func append(
    _ bytes: UnsafeRawBufferPointer, _ stream: PrintedText.Stream, _ name: () -> [UInt8]
  ) {
    excerpt?.append(bytes)
    guard !isShown else { return }
    guard failure == nil || text.count < Self.mostInMemory else {
      return leftOut += bytes.count
    }
    text.append(bytes, stream)
    guard text.count > Self.memoryLimit, failure == nil else { return }
    if excerpt == nil {
      excerpt = CapturedOutput()
      text.bytes.withUnsafeBytes { excerpt?.append($0) }
    }
    spill(name)
  }

  private mutating func spill(_ name: () -> [UInt8]) {
    do throws(SystemError) {
      if file == nil { file = try SpoolFile(name: name()) }
      try file?.append(text)
      text = PrintedText()
    } catch {
      failure = error
    }
  }

  /// The recipe has ended.
  mutating func finish(_ report: inout RecipeReport) {
    guard let excerpt else { return report.output = text }
    report.output = PrintedText(excerpt.bytes)
    guard !isShown else { return }
    if file != nil, !text.isEmpty, failure == nil { spill { [] } }
    if let failure, leftOut > 0 {
      let line = "\n[sched left out \(leftOut) bytes here: \(failure.message)]\n"
      Array(line.utf8).withUnsafeBytes { text.append($0, .error) }
    }
    report.spool = SpooledOutput(name: file?.name ?? [], size: file?.size ?? 0, rest: text)
    file = nil
  }
}
