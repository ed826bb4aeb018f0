extension EarlierRun {
  /// `withResults` false: only how the tasks ended.
  package init(_ results: TaskResults, withResults: Bool) {
    self.init(
      outcomes: results.outcomes, endings: results.endings,
      results: (0..<results.plan.count).map { withResults ? results.table.bytes(of: $0) : nil })
  }
}

extension TaskResults {
  /// As another process had them; `run` has an outcome for each task of the plan.
  package init(_ run: EarlierRun, _ plan: TaskPlan) {
    let table = ResultTable(plan)
    for (task, result) in run.results.enumerated() {
      if let result { table.set(task, bytes: result) }
    }
    self.init(plan: plan, table: table, outcomes: run.outcomes, endings: run.endings)
  }
}
