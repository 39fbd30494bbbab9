// Tests of souptap.
