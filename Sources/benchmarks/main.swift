import Glibc

/// What souptap costs: end to end over captures of its own making, and stage by stage.
do throws(BenchmarkError) {
  let options = try Options(Array(CommandLine.arguments.dropFirst()))
  if options.showsHelp {
    Console.put(Options.usage, to: 1)
    exit(0)
  }
  if let directory = options.directory {
    try CaptureFiles.write(options.workloads, options, into: directory)
  } else if options.showsScaling, let binary = options.binary {
    try Scaling(binary, options).run()
  } else {
    let files = try CaptureFiles(options)
    defer { files.remove() }
    if let binary = options.binary { try EndToEnd(binary, options, files).run() }
    if options.showsStages { try Stages.run(options, files) }
  }
} catch {
  Console.put("benchmarks: \(error.description)\n", to: 2)
  exit(error.isUsage ? 2 : 1)
}
