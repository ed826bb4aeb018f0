import CSystem
import Glibc
import SchedBase

/// What this machine has for this process: affinity and control groups respected.
public enum Host {
  public static var processID: Int32 { getpid() }
  public static var parentID: Int32 { getppid() }

  public static var name: String {
    var buffer = [CChar](repeating: 0, count: 256)
    gethostname(&buffer, buffer.count - 1)
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Another one after each start of the machine; empty where the system does not tell.
  public static var bootID: [UInt8] {
    let text = (try? Files.read(Array("/proc/sys/kernel/random/boot_id".utf8))) ?? []
    return text.filter { $0 != UInt8(ascii: "\n") }
  }

  /// 32 hexadecimal digits nobody else has.
  public static func randomHexadecimal() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    var text: [UInt8] = []
    for _ in 0..<32 {
      text.append(Array("0123456789abcdef".utf8)[Int(generator.next() & 15)])
    }
    return text
  }

  // MARK: Processors

  /// The processors this process may use: its affinity, cut to the quota of its control group,
  /// rounded up.
  ///
  /// At least 1.
  public static func usableCores() -> Int {
    max(1, min(affinityCount(), quotaCores() ?? Int.max))
  }

  /// Processors of the machine, whoever may use them.
  public static var onlineCores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  private static func affinityCount() -> Int {
    let count = csys_affinity_count()
    return count > 0 ? Int(count) : onlineCores
  }

  private static func quotaCores() -> Int? {
    var smallest: Int?
    for directory in controlGroups() {
      guard let cores = quota(inGroup: directory) else { continue }
      smallest = min(smallest ?? cores, cores)
    }
    return smallest
  }

  private static func quota(inGroup directory: String) -> Int? {
    // Version 2: `max 100000` or `150000 100000`.
    if let words = words(of: directory + "/cpu.max"), words.count == 2, let quota = Int(words[0]),
      let period = Int(words[1]), period > 0
    {
      return max(1, quota / period + (quota % period == 0 ? 0 : 1))
    }
    if let quota = number(in: directory + "/cpu.cfs_quota_us"), quota > 0,
      let period = number(in: directory + "/cpu.cfs_period_us"), period > 0
    {
      return max(1, quota / period + (quota % period == 0 ? 0 : 1))
    }
    return nil
  }

  // MARK: Memory

  /// Bytes that this process and its children may use: the control group's limit or what the
  /// machine has.
  public static func usableMemory() -> UInt64 {
    var smallest = totalMemory()
    for directory in controlGroups() {
      for file in ["/memory.max", "/memory.limit_in_bytes"] {
        if let limit = number(in: directory + file), limit > 0 {
          smallest = min(smallest, UInt64(limit))
        }
      }
    }
    return smallest
  }

  private static func totalMemory() -> UInt64 {
    UInt64(max(sysconf(Int32(_SC_PHYS_PAGES)), 1))
      .multipliedClamped(by: UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 1)))
  }

  // MARK: GPUs

  /// The GPUs that recipes may use, as CUDA_VISIBLE_DEVICES names them: what that variable says, or
  /// the devices that are there.
  public static func gpus(_ environment: Environment) -> [String] {
    if let visible = environment["CUDA_VISIBLE_DEVICES"] {
      return String(decoding: visible, as: UTF8.self).split(separator: ",").map(String.init)
    }
    let devices = (try? Files.list(Array("/dev".utf8))) ?? []
    return devices.compactMap { entry in
      let name = String(decoding: entry.name, as: UTF8.self)
      guard name.hasPrefix("nvidia"), let number = Int(name.dropFirst(6)) else { return nil }
      return String(number)
    }
  }

  // MARK: Control groups

  /// The directories of this process's control groups, the outer ones too: each may have a limit.
  static func controlGroups() -> [String] {
    guard let text = try? Files.read(Array("/proc/self/cgroup".utf8)) else { return [] }
    var directories: [String] = []
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let base = fields[1].isEmpty ? "/sys/fs/cgroup" : "/sys/fs/cgroup/\(fields[1])"
      var group = String(fields[2])
      while true {
        directories.append(base + (group == "/" ? "" : group))
        guard let slash = group.lastIndex(of: "/"), group.count > 1 else { break }
        group = slash == group.startIndex ? "/" : String(group[..<slash])
      }
    }
    return directories
  }

  static func words(of path: String) -> [Substring]? {
    guard let text = try? Files.read(Array(path.utf8)) else { return nil }
    return String(decoding: text, as: UTF8.self).split(whereSeparator: { $0 == " " || $0 == "\n" })
  }

  static func number(in path: String) -> Int? { words(of: path)?.first.flatMap { Int($0) } }
}
