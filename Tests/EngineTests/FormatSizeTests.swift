@testable import SchedEngine
import SchedBase
import SchedDigest
import SchedSystem
import Testing

/// The sizes that docs/formats.md states.
struct FormatSizeTests {
  @Test func `rows of the snapshot have the sizes that the page states`() {
    #expect(MemoryLayout<PathTable.Entry>.stride == 12)
    #expect(MemoryLayout<Signature>.stride == 40)
    #expect(MemoryLayout<FileState>.stride == 64)
    #expect(MemoryLayout<RecordRow>.stride == 136)
    #expect(MemoryLayout<OutputRow>.stride == 64)
    #expect(MemoryLayout<GraphKey>.stride == 16)
  }

  @Test func `fields of the snapshot's rows lie where the page states`() {
    #expect(MemoryLayout<FileState>.offset(of: \.digest) == 40)
    #expect(MemoryLayout<FileState>.offset(of: \.changedIn) == 56)
    #expect(MemoryLayout<FileState>.offset(of: \.tag) == 60)
    #expect(MemoryLayout<FileState>.offset(of: \.flags) == 61)
    #expect(MemoryLayout<RecordRow>.offset(of: \.staticDigest) == 16)
    #expect(MemoryLayout<RecordRow>.offset(of: \.duration) == 32)
    #expect(MemoryLayout<RecordRow>.offset(of: \.graphs) == 48)
    #expect(MemoryLayout<RecordRow>.offset(of: \.logLength) == 80)
    #expect(MemoryLayout<RecordRow>.offset(of: \.firstOutput) == 96)
    #expect(MemoryLayout<RecordRow>.offset(of: \.kindRaw) == 128)
    #expect(MemoryLayout<OutputRow>.offset(of: \.path) == 56)
    #expect(MemoryLayout<OutputRow>.offset(of: \.isSettled) == 61)
  }
}
