// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "nine-tasks",
  dependencies: [.package(name: "sched", path: "../..")],
  targets: [
    .executableTarget(
      name: "NineTasks", dependencies: [.product(name: "Sched", package: "sched")],
      path: "Sources")
  ]
)
