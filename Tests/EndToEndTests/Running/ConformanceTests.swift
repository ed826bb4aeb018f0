import Testing

/// One suite for all executors: the same Schedfile, the same results.
struct ConformanceTests {
  enum Executor: String, CaseIterable, Sendable {
    case serial, processes, ranks

    func run(_ sandbox: Sandbox, _ arguments: Bytes...) throws -> Sandbox.Run {
      switch self {
      case .serial: try sandbox.start(["--serial"] + arguments).wait()
      case .processes: try sandbox.start(["-j3"] + arguments).wait()
      case .ranks:
        try sandbox.mpirun(ranks: 3, ["--mpi", "build"] + arguments)
      }
    }
  }

  private func expect(
    _ executor: Executor, _ sandbox: Sandbox, _ arguments: Bytes..., status: Int32 = 0,
    ran: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Sandbox.Run {
    let run =
      arguments.isEmpty
      ? try executor.run(sandbox) : try executor.run(sandbox, arguments[0])
    #expect(
      run.status == .exited(status), "\(run.output)\(run.diagnostics)",
      sourceLocation: sourceLocation)
    #expect(sandbox.takeRan() == ran.sorted(), "\(run.diagnostics)", sourceLocation: sourceLocation)
    return run
  }

  @Test(arguments: Executor.allCases)
  func `dependencies come first, and a second build runs nothing`(_ executor: Executor) throws {
    let sandbox = Sandbox.program()
    _ = try expect(executor, sandbox, "app", ran: ["a.o", "app", "b.o"])
    #expect(sandbox.read("app") == "ALPHA\nBETA\n")
    _ = try expect(executor, sandbox, "app")
    sandbox.write("b.c", "gamma\n")
    _ = try expect(executor, sandbox, "app", ran: ["app", "b.o"])
  }

  @Test(arguments: Executor.allCases)
  func `what a recipe prints is shown whole`(_ executor: Executor) throws {
    let sandbox = Sandbox("task t\n    echo out; echo err >&2; seq 30000 | tail -1\n")
    let run = try expect(executor, sandbox)
    #expect(run.output == "out\n30000\n")
    #expect(run.diagnostics.hasPrefix("err\n") || run.diagnostics.contains("\nerr\n"))
  }

  @Test(arguments: Executor.allCases)
  func `a failure has its status and leaves no output`(_ executor: Executor) throws {
    let sandbox = Sandbox("out:\n    echo half > {{out}}\n    echo why >&2\n    exit 7\n")
    let run = try expect(executor, sandbox, status: 1)
    #expect(run.diagnostics.contains("command exited with status 7"))
    #expect((run.output + run.diagnostics).contains("why") && !sandbox.exists("out"))
  }

  @Test(arguments: Executor.allCases)
  func `a recipe that crashes is a failed action`(_ executor: Executor) throws {
    let sandbox = Sandbox("out:\n    kill -SEGV $$\n")
    let run = try expect(executor, sandbox, status: 1)
    #expect(run.diagnostics.contains("killed by SIGSEGV"))
  }

  @Test(arguments: Executor.allCases)
  func `retries run again until it works`(_ executor: Executor) throws {
    let sandbox = Sandbox(
      """
      out:
          @retries 2
          echo try >> "$RAN"
          test $(wc -l < "$RAN") -ge 3
          touch {{out}}

      """)
    _ = try expect(executor, sandbox, ran: ["try", "try", "try"])
  }

  @Test(arguments: Executor.allCases)
  func `a recipe that takes too long is ended with its children`(_ executor: Executor) throws {
    let sandbox = Sandbox("out:\n    @timeout 200ms\n    sleep 60 & sleep 60\n")
    let run = try expect(executor, sandbox, status: 1)
    #expect(run.diagnostics.contains("timeout") || run.diagnostics.contains("too long"))
  }

  @Test(arguments: Executor.allCases)
  func `interpreters, first lines and long scripts work`(_ executor: Executor) throws {
    let long = String(repeating: "x", count: 140_000)
    let sandbox = Sandbox(
      Bytes(
        """
        default a b c
        a:
            @shell python3 -c
            open("a", "w").write("python")
        b:
            #!/usr/bin/awk -f
            BEGIN { print "awk" > "b" }
        c:
            : \(long)
            echo long > c

        """))
    _ = try expect(executor, sandbox)
    #expect(sandbox.read("a") == "python" && sandbox.read("b") == "awk\n")
    #expect(sandbox.read("c") == "long\n")
  }

  @Test(arguments: Executor.allCases)
  func `a pool limits how many run at once`(_ executor: Executor) throws {
    let sandbox = Sandbox(
      """
      pool one = 1
      default a b c
      for x in a b c
          {{x}}:
              @pool one
              mkdir busy
              sleep 0.05
              rmdir busy
              touch {{out}}
      end

      """)
    _ = try expect(executor, sandbox)
  }

  @Test(arguments: Executor.allCases)
  func `cpus are cut to what there is, and memory and gpus that are not there are errors`(
    _ executor: Executor
  ) throws {
    let sandbox = Sandbox(
      """
      out:
          @cpus all
          echo {{cpus}} > {{out}}
      big:
          @mem 900T
          touch {{out}}
      graphics:
          @gpus 3
          touch {{out}}

      """)
    sandbox.environment["CUDA_VISIBLE_DEVICES"] = "0,1"
    _ = try expect(executor, sandbox, "out")
    #expect(Int(sandbox.read("out")!.description.dropLast())! >= 1)
    let run = try expect(executor, sandbox, "big", status: 2)
    #expect(run.diagnostics.contains("@mem"))
    _ = try expect(executor, sandbox, "graphics", status: 2)
  }

  @Test(arguments: Executor.allCases)
  func `gpus are given out by name`(_ executor: Executor) throws {
    let sandbox = Sandbox("out:\n    @gpus 1\n    echo $CUDA_VISIBLE_DEVICES > {{out}}\n")
    sandbox.environment["CUDA_VISIBLE_DEVICES"] = "7"
    _ = try expect(executor, sandbox)
    #expect(sandbox.read("out") == "7\n")
  }

  @Test(arguments: Executor.allCases)
  func `local and console actions run, in their directory and environment`(_ executor: Executor)
    throws
  {
    let sandbox = Sandbox(
      """
      default here sub/there
      here:
          @local
          @env WORD=a {{v}}
          echo "$WORD" > {{out}}
      value v
          echo value
      subdir sub

      """,
      files: ["sub/Schedfile": "there:\n    @console\n    basename $PWD > {{out}}\n"])
    _ = try expect(executor, sandbox)
    #expect(sandbox.read("here") == "a value\n" && sandbox.read("sub/there") == "sub\n")
  }

  @Test(arguments: Executor.allCases)
  func `depfiles and early cutoff work`(_ executor: Executor) throws {
    let sandbox = Sandbox(
      """
      app: a.o
          cat {{in}} > {{out}}
          echo app >> "$RAN"
      a.o: a.c
          @depfile a.d
          head -c 1 a.h > {{out}}
          echo 'a.o: a.c a.h' > {{depfile}}
          echo a.o >> "$RAN"

      """, files: ["a.c": "", "a.h": "xy"])
    _ = try expect(executor, sandbox, ran: ["a.o", "app"])
    sandbox.write("a.h", "xz")
    _ = try expect(executor, sandbox, ran: ["a.o"])
  }

  @Test func `a build begun on one executor goes on on another`() throws {
    let sandbox = Sandbox.program()
    _ = try expect(.serial, sandbox, "a.o", ran: ["a.o"])
    _ = try expect(.ranks, sandbox, "app", ran: ["app", "b.o"])
    _ = try expect(.processes, sandbox, "app")
  }
}
