import TestSupport
import Foundation
import SchedBase
import SchedGraph
import SchedSystem

@testable import SchedLoad

/// What a project's evaluation can ask about, made at random, and random edits of it: the Schedfile,
/// sources, included files, directories, links, the environment, programs, settings, and what builds
/// left.
struct RandomOutside: CustomStringConvertible {
  var random: SplitMix
  private let tree: String
  private var variables: [String: String] = [:]
  private var settings: [String] = []
  private var builds = true
  /// What a build made, with the content that it recorded.
  private var recorded: [String: String] = [:]

  /// `tree` is an empty directory.
  init(seed: UInt64, tree: String) {
    random = SplitMix(seed: seed)
    self.tree = tree
    for directory in [".sched", "src/deep", "one", "two", "gen", "conf", "mods", "dirs", "away"] {
      try! FileManager.default.createDirectory(
        atPath: path(directory), withIntermediateDirectories: true)
    }
    writeSchedfile()
    for _ in 0..<12 { _ = changeFile() }
  }

  // MARK: The request

  var request: LoadRequest {
    var entries = variables.map { "\($0.key)=\($0.value)" }
    entries.append("PATH=\(tree)/one:\(tree)/two:/usr/bin:/bin")
    return LoadRequest(
      schedfile: Array("Schedfile".utf8),
      overrides: settings.map { (Array("mode".utf8), Array($0.utf8)) },
      environment: Environment(entries: entries.sorted().map { Array($0.utf8) }), builds: builds)
  }

  /// Each set of settings has a graph of its own.
  var keptFile: String { ".sched/graph-" + settings.joined() }

  var description: String {
    "variables \(variables) settings \(settings)\n\(read("Schedfile") ?? "no Schedfile")"
  }

  // MARK: The Schedfile

  /// Each of them by itself; `mode` is the only name they share.
  private static let pieces = [
    #"""
    srcs = {{ glob("src/**/*.c") }}
    build/app: {{ map(srcs, "src/%.c", "build/%.o") }} build/b.o
        @uses {{ which("tool") }}
        cc {{in}} -o {{out}}
    build/%.o: src/%.c
        @depfile build/{{stem}}.d
        cc {{in}} -o {{out}}
    build/%.o: src/%.s
        @desc as {{stem}}
        as {{in}} -o {{out}}
    src/%.c: src/%.y
        yacc {{in}} -o {{out}}
    """#,
    #"""
    subdir {{ glob("mods/*/") }}
    """#,
    #"""
    include? more.sched
    """#,
    #"""
    for file in {{ glob("conf/*.sched") }}
        include {{file}}
    end
    """#,
    #"""
    env.txt:
        @env LEVEL={{ env("LEVEL", "low") }}
        @env WORD
        echo {{ env("WORD", "none") }} > {{out}}
    """#,
    #"""
    tool.txt:
        echo {{ which("tool") }} {{ which("other") }} > {{out}}
    """#,
    #"""
    shell.txt:
        echo {{ shell("cat word 2>/dev/null || echo gone") }} {{ shell("ls src") }} > {{out}}
    """#,
    #"""
    words = {{ shell("cat word 2>/dev/null") }}
    """#,
    #"""
    for item in {{ lines("list.txt") }}
        items/{{item}}: list.txt
            @timeout 5m
            echo {{item}} > {{out}}
    end
    """#,
    #"""
    if glob("flag*") or "src/b.c" in glob("src/*")
        default flagged
        flagged: {{ glob("flag*") }}
            cat {{in}} > {{out}}
    else
        pool few = 2
        plain:
            @pool few
            echo > {{out}}
    end
    """#,
    #"""
    if mode == "release"
        gen/x.txt: word
            cp {{in}} {{out}}
    end
    if env("LEVEL", "low") == "high"
        gen/y.txt:
            echo > {{out}}
    end
    all.txt: {{ glob("gen/*") }}
        cat {{in}} > {{out}}
    """#,
    #"""
    links.txt: {{ glob("src/link*") }} {{ glob("dirs/*/") }}
        @after {{ glob("dirs/*/in*") }}
        ls -d {{in}} > {{out}}
    """#,
    #"""
    value revision
        echo {{mode}}
    task check: two.mid
        @when changed
        echo {{revision}} {{args}} "{{cpus}}"
    two.mid: one.mid
        @inputs-from list.txt
        cp {{in}} {{out}}
    %.mid: %.low
        cp {{in}} {{out}}
    %.mid: %.high
        @secondary
        cp {{in}} {{out}}
    one.low: one.lower
    """#,
    #"""
    many = m1 m2 m3 m4 m5 m6 m7 m8
    first.many: {{many}}
        cat {{in}} > {{out}}
    second.many: word {{many}}
        @uses {{many}}
        @after {{many}}
        cat {{in}} > {{out}}
    first.many: {{many}}
    %.many: word
        @uses {{many}}
        cat {{in}} > {{out}}
    """#,
    #"""
    task m3
        echo m3
    """#,
  ]

  private mutating func writeSchedfile() {
    var text = "param mode = debug | release | test\n"
    for piece in Self.pieces where random.below(3) > 0 { text += piece + "\n" }
    write("Schedfile", text)
  }

  // MARK: Edits

  /// Makes one edit; returns what it was.
  mutating func edit() -> String {
    switch random.below(30) {
    case 0..<8: return changeFile()
    case 8..<10: return changeVariable()
    case 10..<13: return changeSettings()
    case 13..<18: return changeLink()
    case 18: return changeDirectory()
    case 19..<22: return changeProgram()
    case 22: return touch()
    case 23..<29: return changeOutput()
    default:
      writeSchedfile()
      return "wrote the Schedfile"
    }
  }

  private static let files = [
    "src/a.c", "src/b.c", "src/deep/d.c", "src/b.s", "src/new.y", "src/.hidden.c", "more.sched",
    "conf/one.sched", "conf/two.sched", "mods/first/Schedfile", "mods/second/Schedfile",
    "mods/first/part.in", "list.txt", "word", "flag", "flag.two", "one.low", "one.high",
    "one.lower", "gen/hand.txt", "gen/x.txt", "gen/y.txt", "away/file", "away/dir/in.txt",
  ]

  /// Takes the likeliest errors away: a file that is missing, one that does not parse, two
  /// rules for one name, a setting that is no choice; and now and then whatever the Schedfile asks for.
  mutating func mend() -> String {
    settings = []
    for (name, text) in [
      ("word", "text\n"), ("list.txt", "p\nq\n"), ("one.low", "text\n"),
    ] where read(name) == nil || name == "list.txt" { write(name, text) }
    for name in ["src/b.s", "one.high"] { remove(name) }
    for name in ["more.sched", "conf/one.sched", "conf/two.sched"] where read(name) != nil {
      write(name, "mended = {{ env(\"WORD\", \"x\") }}\n")
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path("mods"))) ?? [] {
      write("mods/\(name)/Schedfile", "here = {{ glob(\"*.in\") }}\n")
    }
    if random.below(3) == 0 { writeSchedfile() }
    return "mended"
  }

  private mutating func changeFile() -> String {
    let name = random.pick(Self.files)
    if read(name) != nil, random.below(3) == 0 {
      remove(name)
      return "removed \(name)"
    }
    write(name, content(of: name))
    return "wrote \(name): \(read(name)!.debugDescription)"
  }

  private mutating func content(of name: String) -> String {
    let number = random.below(3)
    if name.hasSuffix(".sched") {
      return random.pick([
        "included-\(number) = {{ env(\"WORD\", \"x\") }}\n",
        "\(name).txt:\n    echo \(number) > {{out}}\n",
        "build/b.o: src/b.s\n    echo \(number) > {{out}}\n",
        "mode = \(number)\n", "broken = {{\n",
      ])
    }
    if name.hasSuffix("Schedfile") {
      return random.pick([
        "part: {{ glob(\"*.in\") }}\n    cat {{in}} {{ shell(\"ls\") }} > {{out}}\n",
        "%.x: %.in\n    cp {{in}} {{out}}\nlast: part.x\n    cp {{in}} {{out}}\n",
        "include? \"{{root}}/more.sched\"\n",
      ])
    }
    if name == "list.txt" { return random.pick(["p\nq\n", "p\n", "p\np\n", "r s\nword\n"]) }
    return "text \(number)\n"
  }

  private mutating func changeVariable() -> String {
    let name = random.pick(["WORD", "LEVEL"])
    variables[name] = random.pick([nil, "", "low", "high", "a b"])
    return "\(name) is \(variables[name] ?? "not set")"
  }

  private mutating func changeSettings() -> String {
    settings = random.pick([[], [], ["debug"], ["release"], ["release"], ["odd"]])
    builds = random.below(4) > 0
    return "mode is \(settings), builds \(builds)"
  }

  /// What a link leads to can change where no name does.
  private mutating func changeLink() -> String {
    let name = random.pick(["src/link.c", "dirs/link", "src/linked"])
    let target = random.pick(["../away/file", "../away/dir", "../away/nothing"])
    remove(name)
    if random.below(6) == 0 { return "removed \(name)" }
    try! FileManager.default.createSymbolicLink(
      atPath: path(name), withDestinationPath: target)
    return "\(name) leads to \(target)"
  }

  private mutating func changeDirectory() -> String {
    let name = random.pick(["mods/second", "mods/third", "away/dir", "dirs/plain", "src/deep"])
    if FileManager.default.fileExists(atPath: path(name)) {
      remove(name)
      return "removed \(name)"
    }
    try! FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
    return "made \(name)"
  }

  private mutating func changeProgram() -> String {
    let name = random.pick(["one/tool", "two/tool", "one/other"])
    if read(name) != nil, random.below(2) == 0 {
      remove(name)
      return "removed \(name)"
    }
    write(name, "#!/bin/sh\n")
    let mode = random.pick([0o755, 0o755, 0o644])
    chmod(path(name), mode_t(mode))
    return "wrote \(name), mode \(mode)"
  }

  /// The same content with another signature.
  private mutating func touch() -> String {
    let name = random.pick(["Schedfile"] + Self.files)
    guard let text = read(name) else { return "" }
    write(name, text)
    return "touched \(name)"
  }

  // MARK: What builds leave

  /// Makes some of the outputs of a graph, as a build would.
  mutating func build(_ graph: Graph, _ paths: PathTable) -> String {
    var story = ""
    for action in graph.actions.ids where graph.actions[action].kind == .file {
      guard graph.actions[action].hasRecipe, random.below(2) == 0 else { continue }
      for output in graph.outputs(of: action).map(paths.string) {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path(output), isDirectory: &isDirectory),
          isDirectory.boolValue
        {
          continue
        }
        let content = "made \(random.below(2))\n"
        write(output, content)
        recorded[output] = content
        story += "built \(output)\n"
      }
    }
    return story
  }

  /// An output is edited, removed, or made anew by hand as it was.
  private mutating func changeOutput() -> String {
    guard !recorded.isEmpty else { return "" }
    // Most of them no glob could show.
    let names = recorded.keys.sorted()
    let inGlobs = names.filter { $0.hasPrefix("gen/") || $0.hasPrefix("src/") }
    let name = random.pick(random.below(4) == 0 || inGlobs.isEmpty ? names : inGlobs)
    switch random.below(3) {
    case 0:
      remove(name)
      return "removed output \(name)"
    case 1:
      write(name, "edited\n")
      return "edited output \(name)"
    default:
      write(name, recorded[name]!)
      return "restored output \(name)"
    }
  }

  func made(_ paths: PathTable) -> some MadeFiles {
    Made(recorded: recorded, paths: paths, tree: tree)
  }

  private struct Made: MadeFiles {
    let recorded: [String: String]
    let paths: PathTable
    let tree: String

    func isMadeAndUnedited(_ path: PathID) -> Bool {
      let name = paths.string(of: path)
      guard let content = recorded[name] else { return false }
      return (try? String(contentsOfFile: tree + "/" + name, encoding: .utf8)) == content
    }
  }

  // MARK: Files

  private func path(_ name: String) -> String { tree + "/" + name }

  private func read(_ name: String) -> String? {
    try? String(contentsOfFile: path(name), encoding: .utf8)
  }

  private func remove(_ name: String) { try? FileManager.default.removeItem(atPath: path(name)) }

  /// Writes a new file, and makes the directories that it needs.
  ///
  /// A directory that stands there stays.
  private func write(_ name: String, _ content: String) {
    let path = path(name)
    let directory = (path as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    unlink(path)
    try! content.write(toFile: path, atomically: false, encoding: .utf8)
  }
}
