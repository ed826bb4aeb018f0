// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors in our own targets.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A Swift module of ours.
///
/// The imports listed here are the whole list: Tests/StructureTests holds the `import` lines of
/// each module against docs/design.md.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
}

let package = Package(
  name: "sched",
  products: [
    .executable(name: "sched", targets: ["SchedTool"]),
    .executable(name: "sched-mpi", targets: ["SchedMPITool"]),
    .library(name: "Sched", targets: ["Sched"]),
    .library(name: "SchedMPI", targets: ["SchedMPI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0")
  ],
  targets: [
    // Foundations, in dependency order.
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CMPI", pkgConfig: "mpi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(name: "CSystem"),
    module("SchedBase", ["CXXHash"]),
    module("SchedDigest", ["SchedBase", "CXXHash"]),
    module("SchedSyntax", ["SchedBase"]),
    module("SchedGraph", ["SchedBase"]),
    module("SchedSystem", ["SchedBase", "CSystem"]),

    // The engine, and the two doors to it.
    module(
      "SchedEngine",
      [
        "SchedGraph", "SchedSystem", "SchedDigest", "SchedBase",
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "DequeModule", package: "swift-collections"),
      ]),
    module("SchedLoad", ["SchedSyntax", "SchedGraph", "SchedSystem", "SchedDigest", "SchedBase"]),
    module(
      "SchedExecutors",
      [
        "SchedEngine", "SchedGraph", "SchedSystem", "SchedDigest", "SchedBase",
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "DequeModule", package: "swift-collections"),
      ]),
    module(
      "Sched",
      ["SchedExecutors", "SchedEngine", "SchedGraph", "SchedSystem", "SchedDigest", "SchedBase"]),
    module(
      "SchedMPI",
      [
        "Sched", "SchedExecutors", "SchedEngine", "SchedGraph", "SchedSystem", "SchedDigest",
        "SchedBase", "CMPI",
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "DequeModule", package: "swift-collections"),
      ]),
    module(
      "SchedCLI",
      [
        "SchedLoad", "SchedExecutors", "SchedEngine", "SchedSyntax", "SchedGraph", "SchedSystem",
        "SchedDigest", "SchedBase",
      ]),

    // Products.
    .executableTarget(name: "SchedTool", dependencies: ["SchedCLI"], swiftSettings: strict),
    .executableTarget(
      name: "SchedMPITool", dependencies: ["SchedCLI", "SchedMPI"], swiftSettings: strict),

    // Examples of the library, which are packages of their own, too; the tests run them.
    .executableTarget(
      name: "NineTasks", dependencies: ["Sched"], path: "Examples/nine-tasks/Sources",
      swiftSettings: strict),
    .executableTarget(
      name: "WordCount", dependencies: ["Sched"], path: "Examples/word-count/Sources",
      swiftSettings: strict),

    .executableTarget(
      name: "SchedulerScale",
      dependencies: ["SchedMPI", "SchedEngine", "SchedGraph", "SchedBase"],
      path: "Benchmarks/scale", swiftSettings: strict),
    .executableTarget(
      name: "Micro",
      dependencies: [
        "SchedLoad", "SchedExecutors", "SchedEngine", "SchedSyntax", "SchedGraph", "SchedSystem",
        "SchedDigest", "SchedBase",
      ],
      path: "Benchmarks/micro", swiftSettings: strict),
    .executableTarget(
      name: "TaskOverhead", dependencies: ["Sched"], path: "Benchmarks/overhead",
      swiftSettings: strict),
    .executableTarget(
      name: "ParameterSweep", dependencies: ["Sched", "SchedMPI"],
      path: "Examples/parameter-sweep/Sources", swiftSettings: strict),

    // Tests.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .executableTarget(
      name: "MPIFixture", dependencies: ["Sched", "SchedMPI", "CMPI"], path: "Tests/MPIFixture",
      swiftSettings: strict),
    .executableTarget(
      name: "LibraryFixture", dependencies: ["Sched"], path: "Tests/LibraryFixture",
      swiftSettings: strict),
    tests("BaseTests", ["SchedBase", "SchedDigest"]),
    tests("SyntaxTests", ["SchedSyntax", "SchedBase"]),
    tests("GraphTests", ["SchedGraph", "SchedBase"]),
    tests("SystemTests", ["SchedSystem", "SchedBase"]),
    tests("EngineTests", ["SchedEngine", "SchedGraph", "SchedSystem", "SchedDigest", "SchedBase"]),
    tests("LoadTests", ["SchedLoad", "SchedSyntax", "SchedGraph", "SchedSystem", "SchedBase"]),
    tests(
      "ExecutorTests",
      ["SchedExecutors", "SchedEngine", "SchedGraph", "SchedSystem", "SchedBase"]),
    tests(
      "CLITests",
      [
        "SchedCLI", "SchedEngine", "SchedGraph", "SchedSystem", "SchedDigest", "SchedBase",
      ]),
    tests(
      "MPITests",
      [
        "SchedMPI", "SchedExecutors", "SchedEngine", "SchedGraph", "SchedSystem", "SchedDigest",
        "SchedBase", "SchedTool", "SchedMPITool", "MPIFixture", "ParameterSweep",
      ]),
    tests("EndToEndTests", ["SchedTool", "SchedMPITool"]),
    tests("LibraryTests", ["Sched", "LibraryFixture", "NineTasks", "WordCount"]),
    .systemLibrary(name: "CIndexStore", path: "Tests/CIndexStore"),
    tests("StructureTests", ["SchedTool", "SchedMPITool", "CIndexStore"]),
  ]
)
