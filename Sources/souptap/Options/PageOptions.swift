import ArgumentParser
import Statistics

/// The page of a report, as typed.
struct PageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the report with its plots as a page of its own, too; '-' for standard output.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  /// Adds them to a plan.
  func apply(
    to plan: inout RunPlan, _ settings: inout ReportSettings
  ) throws(ConfigurationError) {
    guard let html else { return }
    plan.pagePath = html
    settings.plan.hasTimeline = true
    settings.plan.hasHeatMap = true
    settings.plan.hasSample = true
    guard html == "-", plan.writesToStandardOutput else { return }
    guard plan.format == .text else {
      throw ConfigurationError(
        "--html -: the records go to standard output, too; name a file for them with --output, or"
          + " one for the page")
    }
  }
}
