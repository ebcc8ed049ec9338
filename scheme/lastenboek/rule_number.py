"""The numbers by which a rule is found: in docs/lastenboek.md, in the tables, in the tests.

The published numbers could not be read; these are ours, by the chapters of that page.
"""

from enum import StrEnum


class RuleNumber(StrEnum):
    """The rules that can decide on a certificate and on its days."""

    BAD_SURROUNDINGS = "4.1"
    OPEN_A = "4.2"
    BAD_SURROUNDINGS_BEFORE = "4.3"
    LOW_SCORE = "4.4"
    MANY_FINDINGS = "4.5"
    GOOD = "4.6"
    ANNIVERSARY_KEPT = "5.3"
    FROM_THE_DECISION = "5.4"
