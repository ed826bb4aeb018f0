import SchedBase

// All wording of the evaluator's errors.
extension LoadError {
  var diagnostic: Diagnostic {
    switch self {
    case .unknownName(let name, let place, let near):
      .error("unknown name '\(show(name))'", at: place, hint: didYouMean(near))
    case .unknownFunction(let name, let place, let near):
      .error(
        "unknown function '\(show(name))'", at: place, hint: near.map { "did you mean '\($0)'?" })
    case .wrongArgumentCount(let function, let expected, let found, let place):
      .error("'\(function)' takes \(expected), found \(found)", at: place)
    case .notOneWord(let function, let argument, let found, let place):
      .error("\(argument) of '\(function)' is one word, found \(found)", at: place)
    case .noMatch(let function, let item, let pattern, let place):
      .error(
        "'\(show(item))' does not match '\(show(pattern))'", at: place,
        hint: "'filter' or 'exclude' take items out before '\(function)'")
    case .badPattern(let pattern, let place):
      .error("'\(show(pattern))' must have '%' exactly once", at: place)
    case .indexOutside(let index, let count, let place):
      .error("there is no item \(index) in a list of \(count)", at: place)
    case .valueOutsideRecipe(let name, let place):
      .error(
        "value '\(show(name))' is used outside a recipe", at: place,
        hint:
          "a value is known when a recipe starts; '\(show(name)) = {{ shell(\"…\") }}' is known at once"
      )
    case .valueInExpression(let name, let place):
      .error(
        "value '\(show(name))' stands in an expression", at: place,
        hint: "a value is filled in alone, indexed, or in 'raw' or 'json'")
    case .notInRecipe(let name, let place):
      .error("'\(show(name))' has a meaning in recipes only", at: place)
    case .readsMadeFile(let path, let place):
      .error(
        "'\(show(path))' is made by a target and cannot be read here", at: place,
        hint: "'@inputs-from \(show(path))' takes the inputs that it lists")
    case .readsLeftover(let path, let place):
      .error(
        "\(Self.leftover(path))", at: place,
        hint:
          "'sched adopt \(show(path))', or a line 'adopt \(show(path))' for everybody, makes it a source; "
          + "'--allow-leftovers' only warns")
    case .cannotRead(let reason, let place, let hint): .error(reason, at: place, hint: hint)
    case .shellFailed(let reason, let place): .error("the command failed: \(reason)", at: place)
    case .appendToUnset(let name, let place, let near):
      .error(
        "'\(show(name))' is not set, so nothing can be appended to it", at: place,
        hint: didYouMean(near) ?? "'\(show(name)) = …' sets it")
    case .invisibleInName(let name, let character, let place):
      .error(
        "the name '\(show(name))' holds a \(character.description), which is not seen", at: place,
        hint: "remove it")
    case .reservedName(let name, let place): .error("'\(show(name))' cannot be assigned", at: place)
    case .paramWithoutDefault(let name, let place):
      .error(
        "param '\(show(name))' has no default", at: place, hint: "param \(show(name)) = DEFAULT")
    case .paramChoiceNotOneWord(let place): .error("each choice is one word", at: place)
    case .notAChoice(let param, let value, let choices, let place):
      .error(
        "'\(show(value))' is no choice of '\(show(param))'", at: place,
        hint: "choose \(choices.map { "'\(show($0))'" }.joined(separator: ", "))")
    case .unusedOverride(let name, let near):
      .error(
        "'\(show(name))' is assigned nowhere in the files that were read",
        hint: didYouMean(near))
    case .includeCycle(let names, let place):
      .error("include cycle: \(names.map(show).joined(separator: " -> "))", at: place)
    case .noSubdirSchedfile(let path, let place):
      .error("cannot read '\(show(path))': no such file or directory", at: place)
    case .adoptedIsMade(let path, let place, let maker):
      .error(
        "'\(show(path))' is adopted as a source, and a target makes it", at: place,
        notes: [Diagnostic.Note("the target is here", at: maker)])
    case .poolTwice(let name, let place):
      .error("pool '\(show(name))' is declared twice", at: place)
    case .badPoolLimit(let place): .error("a pool takes one whole number of at least 1", at: place)
    case .unknownPool(let name, let place, let near):
      .error(
        "unknown pool '\(show(name))'", at: place,
        hint: didYouMean(near) ?? "pool \(show(name)) = N")
    default: recipeDiagnostic
    }
  }

  private var recipeDiagnostic: Diagnostic {
    switch self {
    case .unknownAttribute(let name, let place, let near):
      .error(
        "unknown attribute '\(show(name))'", at: place,
        hint: near.map { "did you mean '\($0)'?" }
          ?? "commands are not echoed here; a script that begins with '@' starts with a '#!' line")
    case .attributeTwice(let name, let place): .error("'\(name)' stands here twice", at: place)
    case .attributeNeedsScript(let name, let place):
      .error(
        "'\(name)' without a script", at: place, hint: "the commands stand below the attributes")
    case .attributeNotHere(let name, let place, let reason):
      .error("'\(name)' cannot stand here: \(reason)", at: place)
    case .attributeNeedsOneWord(let name, let found, let place):
      .error("'\(name)' takes one word, found \(found)", at: place)
    case .depfileDirectoryWords(let found, let place):
      .error(
        found == 1
          ? "expected an absolute path: what the directory is called where the compiler runs"
          : "'@depfile-dir' takes one directory, or two, found \(found)", at: place,
        hint: "'@depfile-dir sub', or '@depfile-dir . /src' for a container that has '.' at '/src'")
    case .badNumber(let name, let text, let place):
      .error("'\(name)' takes a whole number, found '\(show(text))'", at: place)
    case .numberTooLarge(let name, let text, let limit, let place):
      .error("'\(name)' takes a number up to \(limit), found '\(show(text))'", at: place)
    case .badSize(let text, let place):
      .error("'\(show(text))' is no size", at: place, hint: "a number and K, M, G or T: '@mem 2G'")
    case .badDuration(let text, let place):
      .error(
        "'\(show(text))' is no duration", at: place,
        hint: "one number and ms, s, m, h or d: '@timeout 90s'")
    case .badWhen(let text, let place):
      .error("'\(show(text))' is neither 'changed' nor 'always'", at: place)
    case .badCache(let text, let place):
      .error("'@cache' takes 'off', found '\(show(text))'", at: place)
    case .badEnvironmentName(let text, let place):
      .error("'\(show(text))' is no name of a variable", at: place)
    case .badIgnoredName(let text, let place):
      .error(
        "'\(show(text))' is not a pattern of '@ignore'", at: place,
        hint: "a pattern is held against each name below the directory: it has no '/'")
    case .ignoredOtherwise(let directory, let place):
      .error(
        "'\(show(directory))/' is an input here and elsewhere with another '@ignore'", at: place,
        hint: "write '@ignore' once, above all that read the directory")
    case .emptyOutputs(let place):
      .error(
        "the outputs of this header come to nothing", at: place,
        hint: "exe = \"\" is one empty word")
    case .outputTwice(let path, let place):
      .error("'\(show(path))' stands twice among the outputs of this header", at: place)
    case .secondMaker(let path, let place, let first):
      .error(
        "'\(show(path))' is already produced by another target", at: place,
        notes: [Diagnostic.Note("first producer is here", at: first)])
    case .taskAndTarget(let name, let place, let first):
      .error(
        "'\(show(name))' is a task and a target", at: place,
        notes: [Diagnostic.Note("the other one is here", at: first)])
    case .outputInsideDirectory(let path, let directory, let place, let first):
      .error(
        "'\(show(path))' lies in '\(show(directory))/', which another target makes as a whole",
        at: place, notes: [Diagnostic.Note("the directory's target is here", at: first)])
    case .rootOrStateAsOutput(let path, let place):
      .error(
        "'\(show(path))' cannot be an output: it is or holds the project's root, a source, or sched's own files",
        at: place)
    case .depfileNotHere, .depfileIsMade, .depfileIsInput, .depfileTwice: depfileDiagnostic
    default: ruleDiagnostic
    }
  }

  private var depfileDiagnostic: Diagnostic {
    switch self {
    case .depfileNotHere(let path, let place, let reason):
      .error("'\(show(path))' cannot be a depfile: \(reason)", at: place)
    case .depfileIsMade(let path, let place, let other):
      .error(
        "'\(show(path))' is an output here and the depfile of another target", at: place,
        hint: "a depfile is removed before its recipe runs",
        notes: [Diagnostic.Note("the other target is here", at: other)])
    case .depfileIsInput(let path, let place, let input):
      .error(
        "'\(show(path))' cannot be a depfile: it is an input", at: place,
        hint: "a depfile is removed before its recipe runs",
        notes: [Diagnostic.Note("the input is here", at: input)])
    case .depfileTwice(let path, let place, let first):
      .error(
        "'\(show(path))' is the depfile of another target", at: place,
        notes: [Diagnostic.Note("the other target is here", at: first)])
    default: .error("internal error: a message without words")
    }
  }

  private var ruleDiagnostic: Diagnostic {
    switch self {
    case .percentMissing(let path, let place):
      .error("'\(show(path))' has no '%', but other outputs of this rule do", at: place)
    case .percentTwice(let path, let place):
      .error("'%' stands twice in '\(show(path))'", at: place)
    case .percentOnlyInInputs(let path, let place):
      .error(
        "'%' in the input '\(show(path))', but in no output", at: place,
        hint: "single quotes take '%' as it stands")
    case .ruleWithoutRecipe(let place):
      .error("a rule without a recipe", at: place, hint: "'@uses' in the rule adds inputs")
    case .ambiguousRules(let path, let first, let second):
      .error(
        "two rules make '\(show(path))' and neither is more specific", at: first,
        notes: [Diagnostic.Note("the other rule is here", at: second)])
    case .ruleOutputTaken(let path, let rule, let target):
      .error(
        "this rule also makes '\(show(path))', which a target names", at: rule,
        notes: [Diagnostic.Note("the target is here", at: target)])
    case .headerWithoutRecipe(let path, let place):
      .error(
        "nothing makes '\(show(path))', and this header has no recipe", at: place,
        hint: "write 'task \(show(path)): …' for a name of a group")
    case .pathTooLong(let count, let place):
      .error(
        "a path of \(count) bytes is too long: the limit is \(PathTable.maximumNameLength)",
        at: place)
    case .badPath(let path, let place):
      .error("'\(show(path))' is no path", at: place)
    case .wordDoesNotFit, .holeDoesNotFit, .holeBehindName, .endsDocument, .notOneWordInString:
      insertionDiagnostic
    case .touchesText(let count, let quoted, let place):
      .error(
        "a list of \(count) words touches other text here", at: place,
        hint: quoted.map {
          "'{{ raw(\(show($0))) }}' inserts the words as they are, with blanks between them"
        } ?? "a variable 'flags = -I{{dirs}}', or '{{ map(dirs, \"%\", \"-I%\") }}'")
    case .valueInDescription(let name, let place):
      .error(
        "'\(show(name))' is known only when the recipe starts, and '@desc' is shown before",
        at: place)
    case .valueTwice(let name, let place, let first):
      .error(
        "value '\(show(name))' is declared twice", at: place,
        notes: [Diagnostic.Note("the other one is here", at: first)])
    case .tooManyGlobRounds:
      .error(
        "globs and targets do not settle: each evaluation makes other targets than the one before")
    case .argsOutsideTask(let place): .error("'args' has a meaning in tasks only", at: place)
    default: .error("internal error: a message without words")
    }
  }

  private static func leftover(_ path: [UInt8]) -> String {
    "'\(printable(path))' is left over from an earlier build: nothing makes it now"
  }

  /// With `--allow-leftovers`.
  var asWarning: Diagnostic {
    var warning = diagnostic
    warning.severity = .warning
    warning.hint = nil
    if case .readsLeftover = self { warning.message += "; it is used as a source" }
    return warning
  }

  private func show(_ bytes: [UInt8]) -> String { printable(bytes) }

  private func didYouMean(_ near: [UInt8]?) -> String? {
    near.map { "did you mean '\(show($0))'?" }
  }
}
