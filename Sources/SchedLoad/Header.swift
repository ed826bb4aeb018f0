import SchedBase
import SchedGraph

/// A header as it was evaluated, and what the names of its recipe mean.
///
/// A class with a pool: its lists are used again for other headers.
final class Header {
  struct Output {
    var path: PathID
    var isDirectory: Bool
    var place: SourceRange
  }

  private(set) var kind = ActionRow.Kind.file
  private(set) var directory = PathRoot.tree.id
  private(set) var place = SourceRange(file: SourceFileID(0), lower: 0, upper: 0)
  private var outputList = Buffer<Output>()
  /// The outputs as written: `out`.
  var outputWords = Words()
  /// As written.
  var inputs = PlacedWords()
  /// Of each input.
  private var inputPathList = Buffer<PathID>()
  /// One word for an action that a rule makes.
  var stem = Words()
  /// One word, once it is known.
  var depfile = Words()
  /// The same, to be held against what else there is.
  var depfilePath: (path: PathID, place: SourceRange)?
  /// Of the rule that made it; 0: written out.
  var rule: UInt32 = 0
  /// Inputs that are no tasks, where some are.
  private var files: Words?

  /// Lent until the next one is added.
  var outputs: UnsafeBufferPointer<Output> { outputList.elements }
  var inputPaths: UnsafeBufferPointer<PathID> { inputPathList.elements }

  func add(_ output: Output) { outputList.append(output) }

  /// What `in` holds: inputs that are no tasks.
  var visibleInputs: Words { files ?? inputs.words }

  /// The words that a name stands for in the recipe; nil for one that is none of them.
  func words(of name: Int) -> Words? {
    switch RecipeName(rawValue: name) {
    case .in: visibleInputs
    case .out: outputWords
    case .stem where !stem.isEmpty: stem
    case .depfile where !depfile.isEmpty: depfile
    default: nil
    }
  }

  /// Finds the paths of the inputs.
  func resolveInputs(_ paths: PathTable) throws(LoadError) {
    for index in inputs.indices {
      inputPathList.append(try paths.path(inputs.words, index, directory, inputs.places[index]))
    }
  }

  /// Adds outputs and inputs to the open action.
  func addEdges(to builder: inout GraphBuilder) {
    for index in outputs.indices {
      builder.add(outputs[index].path, to: .outputs, at: outputs[index].place)
      if outputs[index].isDirectory { builder.markDirectory(outputs[index].path) }
    }
    for index in inputPaths.indices {
      builder.add(inputPaths[index], to: .inputs, at: inputs.places[index])
      if inputs.words.endsInSlash(index) { builder.markDirectory(inputPaths[index]) }
    }
  }

  func hideInputs(where isTask: (PathID) -> Bool) {
    guard inputPaths.contains(where: isTask) else { return }
    var files = Words()
    for (index, path) in inputPaths.enumerated() where !isTask(path) {
      files.append(inputs.words[index])
    }
    self.files = files
  }

  private func begin(_ kind: ActionRow.Kind, _ directory: PathID, _ place: SourceRange) {
    (self.kind, self.directory, self.place) = (kind, directory, place)
    outputList.removeAll()
    outputWords.removeAll()
    inputs.removeAll()
    inputPathList.removeAll()
    stem.removeAll()
    depfile.removeAll()
    depfilePath = nil
    files = nil
    rule = 0
  }

  /// Headers that are not in use.
  struct Pool {
    private var spare: [Header] = []

    mutating func take(_ kind: ActionRow.Kind, directory: PathID, place: SourceRange) -> Header {
      let header = spare.popLast() ?? Header()
      header.begin(kind, directory, place)
      return header
    }

    /// Nobody uses the header any more.
    mutating func put(_ header: Header) { spare.append(header) }
  }
}
