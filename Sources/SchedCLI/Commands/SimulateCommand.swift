import SchedBase
import SchedEngine
import SchedExecutors
import SchedGraph
import SchedSystem

extension Project {
  /// `sched simulate`: what a build would take.
  mutating func runSimulation() -> ExitCode {
    if let ranks = invocation.ranks, ranks > Self.mostRanks {
      streams.report(.error("a simulation has at most \(Self.mostRanks) ranks, found \(ranks)"))
      return .usage
    }
    guard let requested = requested(), let given = givenDurations() else { return .usage }
    let simulations = shapes.map { shape in
      var build = build
      return build.simulate(
        requested, executor: SimulatedExecutor(machines: shape.machines, slots: shape.slots),
        given: given)
    }
    if let refused = simulations.first(where: { $0.result.end == .refused }) {
      streams.report(refused.result.diagnostics, in: sources)
      return .usage
    }
    let report = SimulationReport(simulations, byRanks: invocation.ranks != nil).text { action in
      printable(names.place.asTyped(paths.text(of: graph.outputs(of: action).first!)))
    }
    streams.output.write(TerminalText(lines: report))
    return .success
  }

  /// Each takes some memory; machines with more are none that sched is for.
  private static var mostRanks: Int { 1 << 20 }

  private var shapes: [(machines: Int, slots: Int)] {
    if let ranks = invocation.ranks {
      guard case .count(let slots)? = invocation.slots else { return [(ranks, 1)] }
      return [(ranks, slots)]
    }
    let counts = invocation.jobCounts.isEmpty ? [Host.usableCores()] : invocation.jobCounts
    return counts.map { (1, $0) }
  }

  // MARK: Durations

  /// What `--durations` says, by path, nanoseconds; nil, with messages, where it is wrong.
  private mutating func givenDurations() -> [PathID: UInt64]? {
    guard let file = invocation.durations else { return [:] }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try Files.read(names.place.fromRoot(file))
    } catch {
      streams.report(.error(error.message))
      return nil
    }
    let id = sources.add(name: printable(file), bytes: bytes)
    var durations: [PathID: UInt64] = [:]
    var problems: [Diagnostic] = []
    var position = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let place = SourceRange(
        file: id, lower: UInt32(position), upper: UInt32(position + line.count))
      position += line.count + 1
      guard line.contains(where: { $0 != UInt8(ascii: " ") }) else { continue }
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
      guard words.count == 2, let seconds = Double(String(decoding: words[0], as: UTF8.self)),
        seconds >= 0, seconds < 1e9
      else {
        problems.append(.error("expected 'SECONDS TARGET'", at: place))
        continue
      }
      let path = names.path(of: Array(words[1]), in: graph)
      guard graph.producer(of: path) != nil else {
        problems.append(.error("nothing makes '\(printable(words[1]))'", at: place))
        continue
      }
      durations[path] = UInt64(seconds * 1e9)
    }
    streams.report(problems, in: sources)
    return problems.isEmpty ? durations : nil
  }
}

/// What simulations of one build say, as a table.
struct SimulationReport {
  private let simulations: [Simulation<SimulatedExecutor>]
  private let byRanks: Bool
  private static let mostSteps = 12

  init(_ simulations: [Simulation<SimulatedExecutor>], byRanks: Bool) {
    self.simulations = simulations
    self.byRanks = byRanks
  }

  func text(name: (ActionID) -> String) -> String {
    guard let first = simulations.first else { return "" }
    let longest = first.longestPath.reduce(0 as UInt64) { $0.addingClamped($1.duration) }
    var text =
      "\(first.count) recipes, \(Self.text(first.oneByOne)) of work, longest path \(Self.text(longest))\n"
    if first.unknownCount > 0 {
      text += "\(first.unknownCount) of them have never run: their durations are estimated\n"
    }
    if first.unlistedCount > 0 {
      text += "what '@inputs-from' names is left out where no build has recorded it: "
      text += "\(first.unlistedCount) of them\n"
    }
    let rows =
      [[byRanks ? "slots" : "jobs", "makespan", "speed-up", "used", "at best", "above it"]]
      + simulations.map { row($0, longest) }
    text += "\n"
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      text += zip(row, widths).map { "  " + String(repeating: " ", count: $1 - $0.count) + $0 }
        .joined()
      text += "\n"
    }
    return text + "\nlongest path:\n" + steps(first.longestPath, name)
  }

  private func row(_ simulation: Simulation<SimulatedExecutor>, _ longest: UInt64) -> [String] {
    let executor = simulation.executor
    let makespan = Double(executor.clock)
    let bound = max(longest, Self.area(simulation))
    func share(_ part: Double, of whole: Double) -> Double { whole == 0 ? 1 : part / whole }
    return [
      "\(executor.slots)", Self.text(executor.clock),
      Self.decimal(share(Double(simulation.oneByOne), of: makespan)),
      Self.decimal(100 * share(Double(executor.busy), of: makespan * Double(executor.slots)))
        + " %",
      Self.text(bound), Self.decimal(100 * (share(makespan, of: Double(bound)) - 1)) + " %",
    ]
  }

  /// What all slots take for the work, none ever idle.
  private static func area(_ simulation: Simulation<SimulatedExecutor>) -> UInt64 {
    let slots = UInt64(simulation.executor.slots)
    guard let local = simulation.executor.slotsForLocal else { return simulation.work / slots }
    return max(
      (simulation.work - min(simulation.localWork, simulation.work)) / slots,
      simulation.localWork / UInt64(local))
  }

  private func steps(_ path: [(action: ActionID, duration: UInt64)], _ name: (ActionID) -> String)
    -> String
  {
    let lines = path.map { step in
      let duration = Self.text(step.duration)
      return "  " + String(repeating: " ", count: max(0, 8 - duration.count)) + duration
        + "  \(name(step.action))\n"
    }
    guard lines.count > Self.mostSteps else { return lines.joined() }
    let half = Self.mostSteps / 2
    return lines.prefix(half).joined() + "            ... \(lines.count - 2 * half) more\n"
      + lines.suffix(half).joined()
  }

  /// `12ms`, `3.25s`, `4m05s`, `2h05m`.
  static func text(_ nanoseconds: UInt64) -> String {
    let milliseconds = nanoseconds.addingClamped(500_000) / 1_000_000
    if milliseconds < 1000 { return "\(milliseconds)ms" }
    guard milliseconds >= 60_000 else {
      let hundredths = (milliseconds % 1000) / 10
      return "\(milliseconds / 1000).\(hundredths < 10 ? "0" : "")\(hundredths)s"
    }
    return StatusLine.age(milliseconds / 1000)
  }

  private static func decimal(_ number: Double) -> String {
    // What durations beyond all measure give.
    guard number.magnitude < 1e15 else { return "-" }
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(abs(tenths) % 10)"
  }
}
