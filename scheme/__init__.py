"""The rulebook: pure functions and tables of the scheme, no clock, no I/O."""
