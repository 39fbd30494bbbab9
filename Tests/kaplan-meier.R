# Percentiles of latency by R's package survival, to be compared with those of `report --censored`.
#
# Reads lines of a time and 1 for an answer, 0 for a wait that was cut off, with a line of a word
# before each sample. Writes a line for each sample: the word and the least time at which the estimated
# share that still waits is at most 0.5, 0.1, 0.05, 0.01 and 0.001; NA where it never is.
suppressMessages(library(survival))
lines <- readLines(file("stdin"))
tell <- function(name, rows) {
  values <- do.call(rbind, strsplit(rows, " "))
  fit <- survfit(Surv(as.numeric(values[, 1]), as.numeric(values[, 2])) ~ 1)
  shares <- c(0.5, 0.1, 0.05, 0.01, 0.001)
  found <- sapply(shares, function(share) {
    # Shares of a product of fractions are not exact.
    at <- which(fit$surv <= share * (1 + 1e-9))
    if (length(at) == 0) "NA" else format(fit$time[at[1]], scientific = FALSE, digits = 20)
  })
  cat(name, found, "\n")
}
starts <- grep("^[a-z]", lines)
ends <- c(starts[-1] - 1, length(lines))
for (i in seq_along(starts)) {
  tell(lines[starts[i]], lines[(starts[i] + 1):ends[i]])
}
