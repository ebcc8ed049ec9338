"""Procedures: order, waiting, deadlines; they read as the office does the work (design.md §5)."""
