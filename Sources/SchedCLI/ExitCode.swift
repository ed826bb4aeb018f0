/// How sched ends, as `$?` shows it.
public struct ExitCode: Equatable, Sendable {
  public let status: Int32

  public init(status: Int32) { self.status = status }

  /// Done, or nothing to do.
  public static let success = ExitCode(status: 0)
  /// An action failed; with `-q`, something is stale.
  public static let failure = ExitCode(status: 1)
  /// The command line or the Schedfile is wrong.
  public static let usage = ExitCode(status: 2)

  /// Ended by SIGINT (130), SIGTERM (143) or SIGHUP (129).
  public static func interrupted(signal: Int32) -> ExitCode { ExitCode(status: 128 + signal) }
}
