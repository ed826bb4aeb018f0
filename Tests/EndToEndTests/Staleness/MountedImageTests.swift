import Testing

/// Read-only images that are mounted at one place in turn, as container layers and module trees are.
@Suite(.enabled(if: Mounts.obstacleForImages == nil, "\(Mounts.obstacleForImages ?? "")"))
struct MountedImageTests {
  /// Two images that differ in the bytes of one file and in nothing else: inode, size and times are the same.
  private func sandbox() -> Sandbox {
    Sandbox(
      """
      default out all list
      out: m/d/f
          cp m/d/f out; echo out >> $RAN
      all: m/d/
          cp m/d/f all; echo all >> $RAN
      list: s
          @depfile list.d
          cp m/d/f list; echo 'list: s m/d/f' > list.d; echo list >> $RAN

      """, files: ["s": "1"])
  }

  private let makeImages = """
    mkdir -p m both/one both/two source/d
    echo IMAGE-ONE > source/d/f
    mke2fs -q -t ext4 -d source one 4M
    # What changed a moment ago is read anew in any case.
    debugfs -w -R 'set_inode_field d/f ctime 20200101' one 2>> errors
    sed s/IMAGE-ONE/IMAGE-TWO/ one > two

    """

  private func expect(_ sandbox: Sandbox, _ mount: (String) -> String, _ unmount: String) throws {
    var script = makeImages
    for image in ["one", "two", "two", "one"] {
      script += """
        \(mount(image))
        stat -c 'is %i %s %Y %Z' m/d/f
        $SCHED 2>&1; cat out all list
        \(unmount)

        """
    }
    let said = try sandbox.runWithMounts(script).split(separator: "\n").map(String.init)
    let sights = said.filter { $0.hasPrefix("is ") }
    #expect(sights.count == 4 && Set(sights).count == 1, "\(said)")
    let contents = said.filter { $0.hasPrefix("IMAGE-") }
    let expected = ["ONE", "TWO", "TWO", "ONE"].flatMap { name in
      Array(repeating: "IMAGE-\(name)", count: 3)
    }
    #expect(contents == expected, "\(said)")
    #expect(said.filter { $0 == "sched: nothing to do" }.count == 1)
    #expect(sandbox.takeRan().count == 9)
  }

  @Test func `another image at the same place is another content`() throws {
    try expect(sandbox(), { "mount -o loop,ro \($0) m" }, "umount m")
  }

  @Test func `so is another one that was mounted elsewhere before`() throws {
    try expect(
      sandbox(),
      {
        """
        for i in one two; do mountpoint -q both/$i || mount -o loop,ro $i both/$i; done
        mount --bind both/\($0) m
        """
      }, "umount m")
  }

  @Test func `the same image mounted again changes nothing`() throws {
    let sandbox = sandbox()
    let said = try sandbox.runWithMounts(
      makeImages + """
        mount -o loop,ro one m; $SCHED 2>&1; umount m
        mount -o loop,ro one m; $SCHED 2>&1; umount m

        """)
    #expect(said.hasSuffix("sched: nothing to do\n"), "\(said)")
    #expect(sandbox.takeRan() == ["all", "list", "out"])
  }
}
