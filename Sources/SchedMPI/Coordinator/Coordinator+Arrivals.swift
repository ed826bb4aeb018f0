import SchedEngine
import SchedSystem

/// Rank 0 reads what recipes make too: listings, included files, and the times of inputs.
///
/// So what ended well on another host ends for the run loop when rank 0's host shows the outputs.
struct Arrivals {
  let waits: FileWaits
  /// How those ended whose outputs have not been seen.
  var reports: [Attempt: EndReport] = [:]
}

extension Coordinator {
  /// Whether the end of an action must wait for its outputs to be seen here.
  ///
  /// Its rank is done with it.
  func waitsForArrival(_ report: EndReport, of flight: InFlightAction, on rank: Int) -> Bool {
    guard report.outcome == .succeeded, let allocation = flight.allocation,
      placement.ranks[rank].host != placement.ranks[0].host
    else { return false }
    let files = outputs(report, of: flight, on: rank)
    guard !files.isEmpty else { return false }
    placement.give(allocation)
    inFlight[report.attempt.action]?.allocation = nil
    arrivals.reports[report.attempt] = report
    arrivals.waits.add(
      RunOrder(attempt: report.attempt, cpus: 0, gpus: [], awaits: files, payload: []))
    return true
  }

  private func outputs(_ report: EndReport, of flight: InFlightAction, on rank: Int)
    -> [AwaitedFile]
  {
    guard let request = try? RecipeRequest(decoding: flight.payload),
      let found = try? RecipeReport(decoding: report.payload)
    else { return [] }
    let host = placement.hosts[placement.ranks[rank].host].name
    return zip(request.outputs, found.outputs).map { output, found in
      AwaitedFile(
        path: output.path, identity: found.identity, signature: found.signature, host: host)
    }
  }

  func takeArrivals() {
    for settled in arrivals.waits.step() {
      backoff.somethingHappened(at: now())
      switch settled {
      case .ready(let order, let seen): endArrived(order, seen)
      case .missed(let report):
        arrivals.reports[report.attempt] = nil
        end(report.attempt.action, report.outcome, report.payload)
      }
    }
  }

  /// After `cancel`: they ended well, and what they made is seen sooner or later.
  func endArrivals() { for order in arrivals.waits.cancel() { endArrived(order, []) } }

  /// The state's signatures are those that rank 0 sees: its host may show other times.
  private func endArrived(_ order: RunOrder, _ seen: [Signature]) {
    guard var report = arrivals.reports.removeValue(forKey: order.attempt) else { return }
    let differs = zip(seen, order.awaits).contains { $0 != $1.signature }
    if differs, var found = try? RecipeReport(decoding: report.payload) {
      for (index, signature) in seen.enumerated()
      where found.outputs[index].signature != signature {
        found.outputs[index].signature = signature
        // The maker's clock has judged another time.
        found.outputs[index].isSettled = false
      }
      report.payload = found.encoded()
    }
    end(report.attempt.action, report.outcome, report.payload)
  }
}
