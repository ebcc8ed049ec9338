"""The lastenboek as data: requirements, grades, outcome of an audit, validity (docs/lastenboek.md)."""
