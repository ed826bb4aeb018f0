import Testing

/// A Schedfile that is wrong, and the whole message for it, with the caret under the place.
struct WrongSchedfile: Sendable, CustomTestStringConvertible {
  var name: String
  var schedfile: Bytes
  var message: String
  var testDescription: String { name }

  init(_ name: String, _ schedfile: Bytes, _ message: String) {
    self.name = name
    self.schedfile = schedfile
    self.message = message
  }

  /// A build with it says this, and ends with status 2.
  func expectMessage() throws {
    let sandbox = Sandbox(schedfile, files: ["tool.py": "x\n", "src/a.c": "x\n"])
    try sandbox.expect(errors: message, status: 2)
  }
}
