import Glibc
import SchedBase

/// The device of the project's root; none before `FilePlace.setHome`.
///
/// Written once, before there are threads; not in a type, where each look would ask whether it is made yet.
nonisolated(unsafe) var homeDevice = UInt64.max

/// Which file system something is on that is not on the device of the root: two images that are mounted at one place in
/// turn may hold files with equal numbers, sizes and times.
///
/// A number that stays while what is mounted stays, also over a restart where the system gives it: not that of the
/// device alone, which the next image gets, too.
public enum FilePlace {
  /// Says that the working directory is the root.
  public static func setHome() {
    var info = stat()
    homeDevice = stat(".", &info) == 0 ? UInt64(info.st_dev) : .max
  }

  private final class Known: @unchecked Sendable {
    private let lock = Mutex()
    private var numbers: [(device: UInt64, number: UInt64)] = []

    func number(of device: UInt64) -> UInt64 {
      if let known = lock.locked({ numbers.first { $0.device == device } }) { return known.number }
      let number = FilePlace.find(device)
      lock.locked { numbers.append((device, number)) }
      return number
    }
  }

  private static let known = Known()

  /// Of a device that is not the root's; 0 where there is no root.
  static func number(of device: UInt64) -> UInt64 {
    homeDevice == .max ? 0 : known.number(of: device)
  }

  private static func find(_ device: UInt64) -> UInt64 {
    var text = Array("\(device)".utf8)
    if let mount = Mount.of(device) {
      text = mount.description
      var info = statvfs()
      if withCString(mount.point, { statvfs($0, &info) }) == 0 {
        // Its own number, where the kind of file system has one.
        text += Array(" \(info.f_fsid)".utf8)
        // Of an image, which does not grow.
        if info.f_flag & UInt(ST_RDONLY) != 0 { text += Array(" \(info.f_blocks)".utf8) }
      }
      text += image(of: mount.source, device)
    }
    return max(text.withUnsafeBytes { Self.digest($0) } >> 1, 1)
  }

  /// What `stat` says of the file that a loop device or a program shows as a file system.
  private static func image(of source: [UInt8], _ device: UInt64) -> [UInt8] {
    let loop = "/sys/dev/block/\(Mount.major(device)):\(Mount.minor(device))/loop/backing_file"
    let file = Self.read(Array(loop.utf8))?.split(separator: UInt8(ascii: "\n")).first
    let path = file.map { Array($0) } ?? source
    var info = stat()
    guard path.first == UInt8(ascii: "/"), withCString(path, { stat($0, &info) }) == 0,
      info.st_mode & S_IFMT == S_IFREG
    else { return [] }
    let times = [nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)]
    return path + Array(" \(info.st_ino) \(info.st_size) \(times)".utf8)
  }

  /// Without a look at which file system that is on.
  fileprivate static func read(_ path: [UInt8]) -> [UInt8]? {
    try? Descriptor.open(path, .read).readToEnd()
  }

  private static func digest(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    // FNV-1a, of a few hundred bytes once a process.
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}

/// A line of `/proc/self/mountinfo`.
private struct Mount {
  var point: [UInt8]
  var source: [UInt8]
  /// Kind, source and what is shown of it.
  var description: [UInt8]

  static func major(_ device: UInt64) -> UInt64 { device >> 8 & 0xFFF | device >> 32 & ~0xFFF }
  static func minor(_ device: UInt64) -> UInt64 { device & 0xFF | device >> 12 & 0xFFFF_FF00 }

  /// The newest mount of a device.
  static func of(_ device: UInt64) -> Mount? {
    guard let text = FilePlace.read(Array("/proc/self/mountinfo".utf8)) else { return nil }
    let number = Array("\(major(device)):\(minor(device))".utf8)
    let line = text.split(separator: UInt8(ascii: "\n")).last {
      let words = $0.split(separator: UInt8(ascii: " "), maxSplits: 3)
      return words.count == 4 && words[2].elementsEqual(number)
    }
    guard let words = line?.split(separator: UInt8(ascii: " ")),
      let dash = words.firstIndex(where: { $0.elementsEqual("-".utf8) }), dash + 2 < words.count,
      words.count > 5
    else { return nil }
    return Mount(
      point: unescaped(words[4]), source: unescaped(words[dash + 2]),
      description: Array(words[dash + 1] + words[dash + 2]))
  }

  /// Without the three octal digits behind a backslash that stand for blanks.
  private static func unescaped(_ word: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = word
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      guard byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      else {
        result.append(byte)
        continue
      }
      result.append(code)
      rest = rest.dropFirst(3)
    }
    return result
  }
}
