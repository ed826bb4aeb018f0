import SchedBase
import Testing

@testable import SchedCLI

@Suite struct UsageErrorTests {
  @Test(
    arguments: [
      ("--jbos", "unknown option '--jbos'", "did you mean '--jobs'?"),
      ("--trace", "unknown option '--trace'", nil),
      ("-x", "unknown option '-x'", nil),
      ("-nx", "unknown option '-x'", nil),
      ("-l4", "unknown option '-l'", nil),
      ("-j", "expected a number after '-j'", nil),
      ("--color", "expected auto, always or never after '--color'", nil),
      ("-f", "expected a file after '-f'", nil),
      ("--serial=1", "'--serial' takes no value", nil),
      ("-j0", "expected a number from 1 after '-j', found '0'", nil),
      ("-jx", "expected a number from 1 after '-j', found 'x'", nil),
      ("--jobs=-3", "expected a number from 1 after '--jobs', found '-3'", nil),
      (
        "-j99999999999", "expected a number from 1 to 2147483647 after '-j', found '99999999999'",
        nil
      ),
      (
        "-k app", "expected a number from 0 after '-k', found 'app'",
        "'-k0' goes on after any number of failures"
      ),
      ("--mpi --slots some", "expected a number from 1 after '--slots', found 'some'", nil),
      (
        "--color=alway", "expected auto, always or never after '--color', found 'alway'",
        "did you mean 'always'?"
      ),
      ("why -j4 app", "'sched why' has no option '-j'", "it is an option of 'build' or 'simulate'"),
      ("list --prune", "'sched list' has no option '--prune'", "it is an option of 'build'"),
      ("app --orphans", "'sched build' has no option '--orphans'", "it is an option of 'clean'"),
      (
        "check app", "'sched check' takes no target, found 'app'",
        "'sched build check' builds a target of that name"
      ),
      (
        "fmt a=b", "'sched fmt' sets nothing, found 'a=b'", "'./a=b' is a file of that name"
      ),
      ("why app -- x", "'sched why' hands on no words after '--', found 'x'", nil),
      ("clean --orphans x", "'--orphans' takes no target, found 'x'", nil),
      ("--serial -j4", "'--serial' and '-j' exclude each other", nil),
      ("--mpi --serial", "'--mpi' and '--serial' exclude each other", nil),
      (
        "--slots 2", "'--slots' is for the ranks of an MPI job", "'--mpi', or '-j N' without MPI"
      ),
      (
        "--latency-wait 2", "'--latency-wait' is for the ranks of an MPI job", "add '--mpi'"
      ),
    ] as [(String, String, String?)])
  func `a wrong command line says what is wrong`(_ line: String, _ message: String, _ hint: String?)
    throws
  {
    let words = line.split(separator: " ").map { Array($0.utf8) }
    let error = #expect(throws: UsageError.self) { try CommandLineParser.parse(words) }
    #expect(error?.diagnostic == .error(message, hint: hint))
  }
}
