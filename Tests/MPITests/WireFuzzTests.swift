import TestSupport
import Testing

@testable import SchedMPI

@Suite struct WireFuzzTests {
  /// All samples in one message.
  private var message: [UInt8] {
    var writer = FrameWriter()
    for sample in Samples.messages {
      writer.append(sample.kind, epoch: 5, body: sample.encodedBody())
    }
    return writer.takeBytes()
  }

  /// What can be read, as the receiver of a link reads it; ends at the first error.
  private func read(_ bytes: [UInt8]) -> (messages: [Message], error: FrameError?) {
    var reader = FrameReader(bytes)
    var assembly = FrameAssembly()
    var messages: [Message] = []
    do throws(FrameError) {
      while let frame = try reader.next() {
        if let body = try assembly.add(frame) {
          messages.append(try Message(kind: frame.kind, decoding: body))
        }
      }
      return (messages, nil)
    } catch {
      return (messages, error)
    }
  }

  @Test func `a message that is cut anywhere gives its whole frames and an error`() {
    let whole = message
    for end in whole.indices {
      let (messages, error) = read(Array(whole[..<end]))
      #expect(messages == Array(Samples.messages.prefix(messages.count)))
      #expect(error == .cutShort || error == nil)
    }
  }

  @Test func `a flipped bit is found wherever it is`() {
    let whole = message
    for bit in 0..<whole.count * 8 {
      var bytes = whole
      bytes[bit / 8] ^= 1 << (bit % 8)
      let (messages, error) = read(bytes)
      #expect(error != nil)
      #expect(messages == Array(Samples.messages.prefix(messages.count)))
    }
  }

  @Test(arguments: FrameKind.allCases)
  func `bodies of random bytes are read or refused, and never trap`(_ kind: FrameKind) {
    var random = SplitMix(seed: UInt64(kind.rawValue))
    let sample = Samples.messages.first { $0.kind == kind }?.encodedBody() ?? []
    for round in 0..<4_000 {
      var body = sample
      if round % 2 == 0 {
        body = (0..<Int.random(in: 0..<80, using: &random)).map { _ in
          Bool.random(using: &random) ? 0 : UInt8.random(in: 0...255, using: &random)
        }
      } else {
        for _ in 0..<3 where !body.isEmpty {
          body[Int.random(in: body.indices, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
      }
      guard let message = try? Message(kind: kind, decoding: body) else { continue }
      #expect(message.encodedBody() == body)
    }
  }
}
