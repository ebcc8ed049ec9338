"""What the command line does; `ikm.py` only names it."""
