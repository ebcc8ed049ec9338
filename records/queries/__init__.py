"""Queries that pages and the command line share; each is given a session and opens none."""
