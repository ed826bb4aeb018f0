// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "parameter-sweep",
  dependencies: [.package(name: "sched", path: "../..")],
  targets: [
    .executableTarget(
      name: "ParameterSweep",
      dependencies: [
        .product(name: "Sched", package: "sched"), .product(name: "SchedMPI", package: "sched"),
      ],
      path: "Sources")
  ]
)
