// Tests of Inspection.
