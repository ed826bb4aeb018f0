import Glibc

/// Work spread over threads, without the concurrency pool: plain threads that are joined.
public enum Parallel {
  /// Calls `body` for each index below `count`, on at most `threads` threads, the caller's among
  /// them, a run of `chunk` indices at a time.
  ///
  /// Returns when all are done.
  public static func forEach(
    _ count: Int, threads: Int, chunk: Int = 1, _ body: @escaping @Sendable (Int) -> Void
  ) {
    let helpers = min(threads, (count + chunk - 1) / chunk) - 1
    guard helpers > 0 else {
      for index in 0..<count { body(index) }
      return
    }
    let next = Counter()
    let work: @Sendable () -> Void = {
      while true {
        let start = next.take(chunk)
        guard start < count else { return }
        for index in start..<min(start + chunk, count) { body(index) }
      }
    }
    let started = (0..<helpers).compactMap { _ in Thread.start(work) }
    work()
    for thread in started { thread.join() }
  }

  private final class Counter: @unchecked Sendable {
    private let lock = Mutex()
    private var value = 0

    func take(_ count: Int) -> Int {
      lock.locked {
        defer { value += count }
        return value
      }
    }
  }
}

/// One thread of the system.
public struct Thread: @unchecked Sendable {
  private let raw: pthread_t

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread with all signals blocked: they are the main thread's.
  ///
  /// nil: none can be had.
  public static func start(_ body: @escaping @Sendable () -> Void) -> Thread? {
    var raw = pthread_t()
    let box = Unmanaged.passRetained(Body(body))
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let result = pthread_create(
      &raw, nil,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      box.release()
      return nil
    }
    return Thread(raw: raw)
  }

  /// Lets others use the processor that this thread is on.
  public static func yield() { sched_yield() }

  public func join() { pthread_join(raw, nil) }
  /// Nobody will join it.
  public func detach() { pthread_detach(raw) }
}

/// A lock between threads.
public final class Mutex: @unchecked Sendable {
  private let raw: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  public init() {
    raw = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    pthread_mutex_init(raw, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(raw)
    condition.deallocate()
    raw.deallocate()
  }

  public func locked<R>(_ body: () throws -> R) rethrows -> R {
    pthread_mutex_lock(raw)
    defer { pthread_mutex_unlock(raw) }
    return try body()
  }

  /// Waits until `isReady`, then runs `body`, under the lock.
  public func waiting<R>(until isReady: () -> Bool, _ body: () -> R) -> R {
    pthread_mutex_lock(raw)
    defer { pthread_mutex_unlock(raw) }
    while !isReady() { pthread_cond_wait(condition, raw) }
    return body()
  }

  /// Wakes those who wait; called after what they wait for was changed under the lock.
  public func wakeAll() { pthread_cond_broadcast(condition) }
}

/// A few threads that do jobs off the main loop and say when one is done.
public final class HelperThreads: @unchecked Sendable {
  private let lock = Mutex()
  private var jobs: [@Sendable () -> Void] = []
  private var next = 0
  private var isStopping = false
  private var threads: [Thread] = []
  private let count: Int
  private let whenDone: @Sendable () -> Void

  /// `whenDone` is called on a helper thread after each job: it wakes the loop.
  public init(count: Int, whenDone: @escaping @Sendable () -> Void = {}) {
    self.count = max(count, 1)
    self.whenDone = whenDone
  }

  deinit { stop() }

  /// Does `job` soon.
  ///
  /// The threads start with the first one.
  public func submit(_ job: @escaping @Sendable () -> Void) {
    lock.locked { jobs.append(job) }
    if threads.count < count, let thread = Thread.start({ [self] in work() }) {
      threads.append(thread)
    }
    if threads.isEmpty { workOnce() } else { lock.wakeAll() }
  }

  private func work() {
    while let job = take() {
      job()
      whenDone()
    }
  }

  /// Without any thread the caller does it.
  private func workOnce() {
    if let job = lock.locked({ takeLocked() }) { job() }
    whenDone()
  }

  private func take() -> (@Sendable () -> Void)? {
    lock.waiting(until: { next < jobs.count || isStopping }) { takeLocked() }
  }

  private func takeLocked() -> (@Sendable () -> Void)? {
    guard next < jobs.count else { return nil }
    let job = jobs[next]
    next += 1
    if next == jobs.count {
      jobs.removeAll(keepingCapacity: true)
      next = 0
    }
    return job
  }

  /// Does what was submitted, then ends the threads.
  public func stop() {
    lock.locked { isStopping = true }
    lock.wakeAll()
    for thread in threads { thread.join() }
    threads = []
  }
}
