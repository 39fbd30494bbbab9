// Tests of Correlation.
