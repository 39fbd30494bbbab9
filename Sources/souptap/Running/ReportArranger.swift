import Rendering
import Statistics

/// Makes summaries ready to be told: rows sorted and cut as the user asked, secrets hidden.
///
/// One for a whole run, so that a hidden value has the same token in all of it.
final class ReportArranger {
  private let order: RowOrder?
  private let top: Int?
  private var secrets: Secrets

  init(_ plan: RunPlan) {
    order = plan.report.order
    top = plan.report.views.top
    secrets = plan.secrets
  }

  /// Arranges a summary of the run or of an interval.
  func arrange(_ summary: inout Summary) {
    summary.arrange(by: order, top: top)
    secrets.hide(in: &summary)
  }
}
