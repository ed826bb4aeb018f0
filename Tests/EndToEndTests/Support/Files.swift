import Glibc

func readFile(_ path: Bytes) -> Bytes? {
  let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var content: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return Bytes(content) }
    content += buffer[..<count]
  }
}

func writeFile(_ path: Bytes, _ content: Bytes, mode: mode_t) {
  let descriptor = path.withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode) }
  precondition(descriptor >= 0, "cannot write \(path)")
  defer { close(descriptor) }
  var rest = content.bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    precondition(count > 0, "cannot write \(path)")
    rest = rest.dropFirst(count)
  }
}

/// The names in a directory.
func names(in directory: Bytes) -> [Bytes] {
  guard let stream = directory.withCString({ opendir($0) }) else { return [] }
  defer { closedir(stream) }
  var names: [Bytes] = []
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { Bytes($0.prefix { $0 != 0 }) }
    if name != "." && name != ".." { names.append(name) }
  }
  return names
}

private func isDirectory(_ path: Bytes) -> Bool {
  var status = stat()
  return path.withCString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The paths of all files below a directory, relative to it; directories themselves are left out.
func listTree(_ directory: Bytes) -> [Bytes] {
  names(in: directory).flatMap { name in
    let path = directory + "/" + name
    return isDirectory(path) ? listTree(path).map { name + "/" + $0 } : [name]
  }
}

/// Removes a file or a directory with all that it holds; follows no link.
func removeTree(_ path: Bytes) {
  if isDirectory(path) {
    _ = path.withCString { chmod($0, 0o755) }
    for name in names(in: path) { removeTree(path + "/" + name) }
    _ = path.withCString { rmdir($0) }
  } else {
    _ = path.withCString { unlink($0) }
  }
}
