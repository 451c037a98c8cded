"""Small mistakes are made in the program, one at a time: do the tests notice? `make mutants`."""
