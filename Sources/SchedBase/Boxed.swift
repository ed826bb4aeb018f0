/// A value in an allocation of its own: one word where it lies, and copied when it is changed while it is
/// shared, as an array is.
public struct Boxed<Value: Sendable>: @unchecked Sendable {
  private final class Storage {
    var value: Value
    init(_ value: Value) { self.value = value }
  }

  private var storage: Storage

  public init(_ value: Value) { storage = Storage(value) }

  public var value: Value {
    _read { yield storage.value }
    _modify {
      if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
      yield &storage.value
    }
  }
}
