import CSystem
import Glibc

/// Waits for children, pipes, signals and helper threads at once.
public final class EventLoop {
  private let poll: Descriptor
  private let wakeUp: Descriptor
  private var signals: Descriptor?
  private static let wakeTag = UInt64.max
  private static let signalTag = UInt64.max - 1

  /// Of `Event.signal` when the terminal has another width.
  public static let resizeSignal = SIGWINCH
  /// Of `Event.signal` when a child has stopped or ended, for a loop that catches it.
  public static let childSignal = SIGCHLD
  /// Of `Event.signal` when Ctrl-C was pressed.
  public static let interruptSignal = SIGINT

  public enum Event: Equatable, Sendable {
    /// A descriptor that was added under this tag can be read.
    case readable(UInt64)
    case signal(Int32)
    /// A helper thread called `wake`.
    case woken
  }

  public init() throws(SystemError) {
    let raw = csys_epoll_create()
    guard raw >= 0 else { throw SystemError.last("make an event queue", []) }
    poll = Descriptor(taking: raw)
    let event = csys_eventfd()
    guard event >= 0 else { throw SystemError.last("make an event", []) }
    wakeUp = Descriptor(taking: event)
    guard csys_epoll_add(raw, event, Self.wakeTag) == 0 else {
      throw SystemError.last("wait for an event", [])
    }
  }

  /// SIGINT, SIGTERM, SIGHUP and SIGWINCH are events from now on and do nothing else.
  ///
  /// Those that whoever started this program has made it ignore (nohup) are not: they stay ignored.
  public func catchSignals() throws(SystemError) {
    var set = Self.heldSignals()
    let raw = csys_signalfd(&set)
    guard raw >= 0 else { throw SystemError.last("wait for signals", []) }
    signals = Descriptor(taking: raw)
    guard csys_epoll_add(poll.raw, raw, Self.signalTag) == 0 else {
      throw SystemError.last("wait for signals", [])
    }
  }

  /// `childSignal` is an event too from now on: that a child stops is told by nothing else.
  public func catchChildSignals() throws(SystemError) {
    var set = Self.heldSignals(and: [Self.childSignal])
    if let raw = signals?.raw, csys_signalfd_change(raw, &set) == 0 { return }
    throw SystemError.last("wait for signals", [])
  }

  /// Those signals wait from now on until a loop catches them; threads that start later hold them
  /// too.
  ///
  /// For a program whose libraries start threads before there is a loop: a signal to the process
  /// would end it on such a thread.
  public static func holdSignals() { _ = heldSignals() }

  /// Whether a TERM waits that is held; it is taken.
  ///
  /// On a thread that holds it too.
  public static func takeHeldTermination() -> Bool {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    var atOnce = timespec()
    return sigtimedwait(&set, nil, &atOnce) == SIGTERM
  }

  private static func heldSignals(and others: [Int32] = []) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    // One that is ignored would be told of all the same, were it held.
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGWINCH] + others where csys_is_ignored(signal) == 0 {
      sigaddset(&set, signal)
    }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    return set
  }

  /// `tag` is any number below 2^63.
  public func add(_ descriptor: Int32, tag: UInt64) throws(SystemError) {
    guard csys_epoll_add(poll.raw, descriptor, tag) == 0 else {
      throw SystemError.last("wait for a descriptor", [])
    }
  }

  /// The loop tells of the descriptor once, and no more until it is added so again.
  ///
  /// It need not be removed after that, even while other processes have copies of it open.
  public func addOnce(_ descriptor: Int32, tag: UInt64) throws(SystemError) {
    guard csys_epoll_add_once(poll.raw, descriptor, tag) == 0 else {
      throw SystemError.last("wait for a descriptor", [])
    }
  }

  /// Before the descriptor is closed.
  public func remove(_ descriptor: Int32) { _ = csys_epoll_remove(poll.raw, descriptor) }

  /// Makes `wait` return from any thread; whoever calls from there keeps this instead of the loop.
  public var waker: Waker { Waker(descriptor: wakeUp.raw) }

  public struct Waker: Sendable {
    let descriptor: Int32
    public func wake() {
      var one: UInt64 = 1
      _ = write(descriptor, &one, 8)
    }
  }

  /// Waits until something happens, at most `timeout` nanoseconds; nil: without limit.
  ///
  /// Appends what happened.
  public func wait(timeout: UInt64?, into events: inout [Event]) {
    let limit = timeout.map { Int64(clamping: $0) } ?? -1
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.mostAtOnce) { tags in
      let count = csys_epoll_wait(poll.raw, tags.baseAddress, Int32(Self.mostAtOnce), limit)
      // Those are written.
      for index in 0..<max(Int(count), 0) { take(tags[index], into: &events) }
    }
  }

  private static let mostAtOnce = 64

  private func take(_ tag: UInt64, into events: inout [Event]) {
    switch tag {
    case Self.wakeTag:
      var value: UInt64 = 0
      _ = read(wakeUp.raw, &value, 8)
      events.append(.woken)
    case Self.signalTag:
      guard let raw = signals?.raw else { break }
      while true {
        let signal = csys_read_signal(raw)
        if signal == 0 { break }
        csys_note_stop_signal(signal)
        events.append(.signal(signal))
      }
    default: events.append(.readable(tag))
    }
  }
}
