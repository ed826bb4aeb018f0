import SchedBase
import SchedSystem

/// A command cannot go on; what is wrong has been printed.
struct CommandFailure: Error {
  var exitCode: ExitCode
}

extension Streams {
  /// Prints what is wrong with the command line or the Schedfile.
  func failure(_ diagnostic: Diagnostic, _ exitCode: ExitCode = .usage) -> CommandFailure {
    report(diagnostic)
    return CommandFailure(exitCode: exitCode)
  }

  /// Runs `body`; what the system refuses ends the command.
  func attempt<R>(_ body: () throws(SystemError) -> R) throws(CommandFailure) -> R {
    do throws(SystemError) {
      return try body()
    } catch {
      throw failure(.error(error.message))
    }
  }
}
