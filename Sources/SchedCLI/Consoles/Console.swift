import SchedBase
import SchedEngine
import SchedGraph
import SchedSystem

/// How a console shows a build.
struct ConsoleStyle: Equatable {
  /// Keeps one live line below what is printed.
  var isTerminal = false
  var hasColor = false
  /// `--quiet`: failures and what recipes print, and nothing else.
  var isQuiet = false
  /// `-v`: the text of each recipe.
  var showsRecipes = false
  /// `--why`: the reason for each recipe.
  var showsReasons = false
  /// Output of recipes comes as it is printed (serial): each is announced when it starts.
  var isSerial = false
}

/// Prints the events of a build: progress, failures and notes to standard error, what recipes print
/// to the stream that they print it to.
///
/// On a terminal recipes that succeed in silence leave no trace but the live line. Elsewhere each
/// recipe leaves one line, `[12/340] CC build/a.o`: when it ended, so that its output stands under
/// it, or when it starts where output comes as it is printed. Values, which are asked in every
/// build, leave none unless they print something or fail.
struct Console: BuildObserver {
  let paths: PathTable
  let style: ConsoleStyle
  let output: any TextOutput
  let diagnostics: any TextOutput
  /// Draws notes and warnings.
  let render: (Diagnostic) -> TerminalText
  /// Nanoseconds.
  let now: () -> UInt64
  let width: () -> Int

  private var status = StatusLine()
  private var counts = BuildCounts()
  /// The title of each action that runs and has no line yet, and what stands under it.
  private var unannounced: [ActionID: Announcement] = [:]
  /// An action that has the terminal: nothing is drawn until it ends.
  private var consoleOwner: ActionID?
  /// Streams to which what was passed on as it was printed did not end with a line feed yet.
  private var openLines = OpenLines()
  /// How many recipes the last line of one spoke of.
  private var lastTotal = 0

  init(
    paths: PathTable, style: ConsoleStyle, output: any TextOutput, diagnostics: any TextOutput,
    render: @escaping (Diagnostic) -> TerminalText, now: @escaping () -> UInt64,
    width: @escaping () -> Int
  ) {
    self.paths = paths
    self.style = style
    self.output = output
    self.diagnostics = diagnostics
    self.render = render
    self.now = now
    self.width = width
  }

  // MARK: Events

  mutating func actionStarted(
    _ action: ActionID, _ reason: StaleReason, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {
    self.counts = counts
    let title = printable(texts.title(of: action))
    let isValue = texts.isValue(action)
    if !style.isQuiet {
      unannounced[action] = Announcement(
        title: title, details: details(action, reason, texts), isCounted: !isValue)
    }
    status.started(action, title, at: now())
    if texts.hasConsole(action) {
      announce(action, number: counts.ended + counts.running)
      consoleOwner = action
    } else if style.isSerial, !style.isTerminal, !isValue {
      announce(action, number: counts.ended + counts.running)
    } else {
      redraw()
    }
  }

  mutating func actionPrinted(
    _ action: ActionID, _ bytes: [UInt8], to stream: PrintedText.Stream
  ) {
    guard !bytes.isEmpty else { return }
    announce(action, number: counts.ended + counts.running)
    write(diagnostics: "")
    writer(of: stream).pass(bytes)
    openLines.take(bytes[...], stream)
  }

  mutating func actionEnded(
    _ action: ActionID, _ end: ActionEnd, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {
    self.counts = counts
    if consoleOwner == action { consoleOwner = nil }
    status.ended(action)
    finishLine()
    let failure = end.failure(of: action, texts)
    if end.willRetry, let failure {
      write(diagnostics: "\(Color.note.paint("note:", if: style.hasColor)) \(failure); again\n")
      return show(end, of: action, texts)
    }
    if end.discarded == .stopped, end.outcome != .succeeded, end.output.isEmpty {
      // It was ended with the build, which says so.
      unannounced[action] = nil
      return redraw()
    }
    let isSilent = failure == nil && end.output.isEmpty
    let leavesTrace =
      !isSilent || style.showsRecipes || !(style.isTerminal || texts.isValue(action))
      || (style.showsReasons && !texts.isValue(action))
    if leavesTrace { announce(action, number: counts.ended) }
    show(end, of: action, texts)
    if let failure { report(failure, action, texts) }
    unannounced[action] = nil
    redraw()
  }

  mutating func note(_ diagnostic: Diagnostic) {
    if style.isQuiet, diagnostic.severity == .note { return }
    finishLine()
    write(diagnostics: render(diagnostic))
  }

  mutating func tick(_ counts: BuildCounts) {
    self.counts = counts
    redraw()
  }

  /// The build is over: the live line goes.
  ///
  /// Its last line tells that all is done, also where recipes turned out not to be needed after the line
  /// of the last one that ran; `hasSucceeded`: not after a signal, which leaves what is not done uncounted.
  mutating func finish(hasSucceeded: Bool = true) {
    finishLine()
    let isDone = hasSucceeded && counts.ended == counts.total && counts.failed == 0
    let line: TerminalText = "[\(counts.total)/\(counts.total)]"
    write(
      diagnostics: isDone && lastTotal > counts.total
        ? "\(Color.count.paint(line, if: style.hasColor)) the rest is up to date\n" : "")
  }

  // MARK: Pieces

  /// The line of a recipe, once, and what stands under it.
  private mutating func announce(_ action: ActionID, number: Int) {
    guard let line = unannounced.removeValue(forKey: action) else { return }
    var text: TerminalText = ""
    if line.isCounted {
      lastTotal = counts.total
      text = Color.count.paint("[\(number)/\(counts.total)]", if: style.hasColor)
      text += " "
    }
    text += "\(line.title)\n\(line.details)"
    write(diagnostics: text)
  }

  /// What is said of a recipe once it is worth a line.
  private struct Announcement {
    var title: String
    /// Why it runs and what it is, a line each.
    var details: TerminalText
    var isCounted: Bool
  }

  /// Why a recipe runs and what it is, where that is asked for.
  private func details(
    _ action: ActionID, _ reason: StaleReason, _ texts: some ActionTexts
  ) -> TerminalText {
    var details: TerminalText = ""
    if style.showsReasons {
      for line in reason.lines(paths) {
        details += Color.faint.paint("  why: \(line)", if: style.hasColor) + "\n"
      }
    }
    if style.showsRecipes { details += Self.lines(ofRecipe: texts.recipe(of: action)) }
    return details
  }

  /// What a recipe printed, whole, each piece to the stream that it was printed to.
  private mutating func show(
    _ end: ActionEnd, of action: ActionID, _ texts: some ActionTexts
  ) {
    guard !end.output.isEmpty else { return }
    write(diagnostics: "")
    let (output, diagnostics) = (output, diagnostics)
    var lines = OpenLines()
    func show(_ stream: PrintedText.Stream, _ bytes: ArraySlice<UInt8>) {
      (stream == .output ? output : diagnostics).pass(Array(bytes))
      lines.take(bytes, stream)
    }
    var failure: SystemError?
    if let spool = end.spool {
      failure = spool.forEachPiece(show)
    } else {
      end.output.forEachPiece(show)
    }
    openLines = lines
    finishLine()
    if let failure {
      let name = printable(texts.name(of: action))
      write(
        diagnostics: render(
          Diagnostic(
            .warning, "some of what '\(name)' printed is lost",
            hint: "\(failure.message); 'sched log' shows its beginning and its end")))
    }
  }

  private func writer(of stream: PrintedText.Stream) -> any TextOutput {
    stream == .output ? output : diagnostics
  }

  private mutating func report(
    _ failure: String, _ action: ActionID, _ texts: some ActionTexts
  ) {
    var text: TerminalText =
      "\(Color.error.paint("error:", if: style.hasColor)) "
      + "\(InvisibleCharacter.shown(failure))\n"
    if !style.showsRecipes {
      text += Self.lines(ofRecipe: texts.recipe(of: action), atMost: Self.maximumRecipeLines)
    }
    write(diagnostics: text)
  }

  /// Enough to know the recipe again.
  private static var maximumRecipeLines: Int { 5 }

  private static func lines(ofRecipe recipe: [UInt8], atMost maximum: Int = .max)
    -> TerminalText
  {
    let lines = recipe.split(separator: UInt8(ascii: "\n")).map { printable($0) }
    var text: TerminalText = ""
    for line in lines.prefix(maximum) { text += "  \(line)\n" }
    if lines.count > maximum { text += "  … and \(lines.count - maximum) more lines\n" }
    return text
  }

  /// What recipes print may end inside a line.
  private mutating func finishLine() {
    if openLines.output { output.write("\n") }
    if openLines.error { diagnostics.write("\n") }
    openLines = OpenLines()
  }

  /// Streams whose last byte is not the end of a line.
  private struct OpenLines {
    var output = false
    var error = false
    var isEmpty: Bool { !output && !error }

    mutating func take(_ bytes: ArraySlice<UInt8>, _ stream: PrintedText.Stream) {
      let isOpen = bytes.last != UInt8(ascii: "\n")
      if stream == .output { output = isOpen } else { error = isOpen }
    }
  }

  /// Takes the live line away and writes the text in its place.
  private mutating func write(diagnostics text: TerminalText) {
    let cleared = status.clear() + text
    if !cleared.isEmpty { diagnostics.write(cleared) }
  }

  private mutating func redraw() {
    guard style.isTerminal, !style.isQuiet, consoleOwner == nil, openLines.isEmpty else { return }
    let line = status.draw(counts, at: now(), width: width())
    if !line.isEmpty { diagnostics.write(line) }
  }
}
