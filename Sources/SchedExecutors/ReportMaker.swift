import SchedBase
import SchedDigest
import SchedEngine
import SchedGraph
import SchedSystem

/// Looks at what a recipe left: its outputs, hashed, and what its depfile names.
///
/// A plain value: a helper thread may do it.
struct ReportMaker: Sendable {
  private let ended: ActionRunner.Ended
  private let request: RecipeRequest
  private let clock: TrustClock
  /// What lies at the outputs.
  private let statuses: [FileStatus]

  /// `statuses` are those of the outputs when the recipe was seen to have ended; none if it failed.
  init(
    _ ended: ActionRunner.Ended, _ request: RecipeRequest, _ statuses: [FileStatus],
    _ clock: TrustClock
  ) {
    self.ended = ended
    self.request = request
    self.statuses = statuses
    self.clock = clock
  }

  /// To be asked as soon as a recipe has ended: what is written later is somebody else's.
  static func look(at request: RecipeRequest) -> [FileStatus] {
    request.outputs.map { (try? FileStatus.of($0.path, followingLinks: false)) ?? .missing }
  }

  /// Bytes of all outputs; directories count as large.
  var outputSize: UInt64 {
    zip(request.outputs, statuses).reduce(0) { sum, output in
      output.0.isDirectory ? .max : sum.addingClamped(output.1.signature.size)
    }
  }

  func make() -> ActionRunner.Ended {
    var ended = ended
    guard ended.outcome == .succeeded else {
      OutputFiles.discard(request)
      return ended
    }
    ended.report.problem = readDepfile(&ended.report) ?? hashOutputs(&ended.report)
    if ended.report.problem != nil {
      ended.report.outputs = []
      ended.report.discovered = TextList()
      ended.report.depfile = nil
      OutputFiles.discard(request)
      ended.outcome = .failed(status: 0)
    }
    return ended
  }

  private func hashOutputs(_ report: inout RecipeReport) -> RecipeReport.Problem? {
    let reader = IdentityReader(clock: clock)
    for (index, output) in request.outputs.enumerated() {
      let reading = reader.readOutput(
        output.path, statuses[index], isDirectory: output.isDirectory)
      switch reading.identity.tag {
      case .missing: return .missingOutput(UInt32(index))
      case .existing, .special: return .wrongKind(UInt32(index))
      case .file where output.isDirectory: return .wrongKind(UInt32(index))
      default: break
      }
      if let problem = reading.problem {
        return .unreadableOutput(UInt32(index), reason: Array(problem.message().utf8))
      }
      report.outputs.append(
        reading.wasOverwritten
          ? overwritten(output, reading, &report)
          : RecipeReport.Output(
            identity: reading.identity, signature: reading.signature, isSettled: reading.isSettled))
    }
    return nil
  }

  /// What the recipe made of it nobody knows any more: what lies there is an edit.
  private func overwritten(
    _ output: RecipeRequest.Output, _ reading: Reading, _ report: inout RecipeReport
  ) -> RecipeReport.Output {
    report.notes.append(
      Array(
        "'\(printable(output.path))' was written to after its recipe had ended; it is made again in the next build"
          .utf8))
    var signature = reading.signature
    // Like no file's that is ever seen, so that it is read, and not removed unread.
    signature.changed = .min
    return RecipeReport.Output(
      identity: Identity(
        .file, Digest(low: .random(in: 0...UInt64.max), high: .random(in: 0...UInt64.max))),
      signature: signature, isSettled: false)
  }

  // MARK: The depfile

  /// What names in the depfile are relative to.
  private var depfileDirectory: [UInt8] { request.depfileDirectory ?? request.directory }

  private func readDepfile(_ report: inout RecipeReport) -> RecipeReport.Problem? {
    guard let depfile = request.depfile else { return nil }
    let text: [UInt8]
    let status: FileStatus
    do throws(SystemError) {
      // Looked at before it is read: what changes it later is another signature.
      status = try FileStatus.of(depfile.path, followingLinks: false)
      text = try Files.read(depfile.path)
    } catch {
      return error.isMissing
        ? .depfileNotWritten : .depfileUnreadable(reason: Array(error.message.utf8))
    }
    var found = TextList()
    // The blanks between names, and a line that is joined to the next one, are as long as a length.
    found.reserve(text.count)
    let directory = depfileDirectory
    let isAtRoot = directory.elementsEqual(".".utf8) || directory.isEmpty
    // There is nothing to resolve in most.
    let isPlain =
      isAtRoot && request.depfileAlias.isEmpty
      && !text.withUnsafeBytes { Self.hasParentStep($0) }
    do throws(DepfileError) {
      var longest = 0
      let rules = try DepfileReader.forEachPrerequisite(in: text) { name in
        longest = max(longest, name.count)
        if isPlain {
          found.append(name)
        } else {
          fromRoot(Array(name), directory, isAtRoot).withUnsafeBytes { found.append($0) }
        }
      }
      if rules == 0 { return .depfileEmpty }
      if longest > PathTable.maximumNameLength {
        return .depfileUnreadable(
          reason: Array("it names a path of \(longest) bytes, which no file has".utf8))
      }
    } catch {
      return .depfileUnreadable(reason: Array(error.description.utf8))
    }
    report.discovered = found
    report.depfile = made(status, text)
    return nil
  }

  /// A depfile by what was read of it.
  private func made(_ status: FileStatus, _ text: [UInt8]) -> RecipeReport.Output? {
    guard status.kind == .regular else { return nil }
    let tag: Identity.Tag = status.signature.isExecutable ? .executable : .file
    return RecipeReport.Output(
      identity: text.isEmpty ? Identity(.stamp) : Identity(tag, Digest(of: text)),
      signature: status.signature,
      isSettled: clock.isSettled(
        status.signature, device: status.device, readingBegan: Int64(clamping: ended.report.started)
      ))
  }

  /// Whether `/..` is in it.
  private static func hasParentStep(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count > 2 else { return false }
    let (slash, dot) = (UInt8(ascii: "/"), UInt8(ascii: "."))
    for index in 2..<text.count
    where text[index - 2] == slash && text[index - 1] == dot && text[index] == dot { return true }
    return false
  }

  /// A name of the depfile, which is relative to `directory`, from the project's root.
  ///
  /// `lnk/../h.h` is `h.h` only where both are the same file: `lnk` may be a link elsewhere.
  private func fromRoot(_ name: [UInt8], _ directory: [UInt8], _ isAtRoot: Bool) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    var name = name
    let alias = request.depfileAlias
    if !alias.isEmpty, name.starts(with: alias),
      name.count == alias.count || alias.last == slash || name[alias.count] == slash
    {
      name = Array(name[alias.count...].drop { $0 == slash })
      if name.isEmpty { return directory }
    }
    if isAtRoot, name.count < 3 || !name.withUnsafeBytes({ Self.hasParentStep($0) }) { return name }
    let isWhole = isAtRoot || name.first == slash
    return Self.resolvingParentSteps(isWhole ? name : directory + [slash] + name)
  }

  private static func resolvingParentSteps(_ path: [UInt8]) -> [UInt8] {
    let parts = path.split(separator: UInt8(ascii: "/"))
    guard hasParentStepAfterName(parts) else { return path }
    guard let real = Files.realPath(path) else { return path }
    var table: [[UInt8]] = []
    for part in parts {
      if part.elementsEqual("..".utf8), let last = table.last, !last.elementsEqual("..".utf8) {
        table.removeLast()
      } else if !part.elementsEqual(".".utf8) {
        table.append(Array(part))
      }
    }
    let prefix: [UInt8] = path.first == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : []
    let lexical = prefix + table.joined(separator: [UInt8(ascii: "/")])
    return Files.realPath(lexical) == real ? lexical : real
  }

  private static func hasParentStepAfterName(_ parts: [ArraySlice<UInt8>]) -> Bool {
    var hasName = false
    for part in parts {
      if part.elementsEqual("..".utf8) { if hasName { return true } } else { hasName = true }
    }
    return false
  }
}
