// Tests of Savefile.
