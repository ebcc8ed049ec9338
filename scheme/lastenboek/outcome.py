"""What an audit leads to: a certificate of 3 years, of 18 months, or none (docs/lastenboek.md, chapter 4).

Sources: domain.md §1.1 and §1.3.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scheme.ids import RequirementNumber
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.rule_number import RuleNumber
from scheme.rules import AuditRules
from scheme.source import Source, assumed, documented

# The day from which bad hygiene of the surroundings costs the certificate: MILKBE111, SB24.
HYGIENE_REFUSES_FROM = date(2024, 3, 1)


class Result(StrEnum):
    """The outcomes of an audit, the best first."""

    THREE_YEARS = "three-years"
    EIGHTEEN_MONTHS = "eighteen-months"
    REFUSAL = "refusal"


class Surroundings(StrEnum):
    """How the auditor judged the general hygiene of the surroundings of the farm, the best first."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class Hygiene:
    """The hygiene of the farm. score: the average of its places, 0 to 100, more is cleaner [A: the scale]."""

    surroundings: Surroundings
    score: int


@dataclass(frozen=True)
class Finding:
    """A requirement that was not met, as the list of the case grades it.

    corrected: it was seen to be put right before the decision.
    """

    number: RequirementNumber
    grade: Grade
    visual: bool
    corrected: bool = False


@dataclass(frozen=True)
class AuditOutcome:
    """What an audit leads to, and the number of the rule that decided."""

    result: Result
    rule: RuleNumber


@dataclass(frozen=True)
class Judged:
    """An audit as the rules look at it."""

    findings: tuple[Finding, ...]
    hygiene: Hygiene
    audited_on: date
    rules: AuditRules


@dataclass(frozen=True)
class OutcomeRow:
    """A rule and the outcome of the audits it applies to."""

    number: RuleNumber
    result: Result
    applies: Callable[[Judged], bool]
    source: Source


def outcome(findings: Iterable[Finding], hygiene: Hygiene, audited_on: date, rules: AuditRules) -> AuditOutcome:
    """The outcome at the decision, by the first rule of the table that applies (rules 4.1 to 4.6).

    rules: those the case carries; its thresholds are the parameters of the day on which it opened.
    """
    judged = Judged(tuple(findings), hygiene, audited_on, rules)
    row = next(row for row in OUTCOMES if row.applies(judged))
    return AuditOutcome(row.result, row.number)


def _bad_surroundings_refuse(judged: Judged) -> bool:
    return _bad_surroundings(judged) and judged.audited_on >= HYGIENE_REFUSES_FROM


def _bad_surroundings(judged: Judged) -> bool:
    return judged.hygiene.surroundings is Surroundings.BAD


def _open_a(judged: Judged) -> bool:
    return any(finding.grade is Grade.A and not finding.corrected for finding in judged.findings)


def _low_score(judged: Judged) -> bool:
    return judged.hygiene.score < judged.rules.least_score


def _many_findings(judged: Judged) -> bool:
    # An A that was put right counts as much as a B: otherwise the heavier finding would be the better one.
    counted = [finding for finding in judged.findings if finding.grade is not Grade.C]
    return len(counted) > judged.rules.most_findings


# The first row that applies decides, so the worst outcome stands first.
OUTCOMES: tuple[OutcomeRow, ...] = (
    OutcomeRow(RuleNumber.BAD_SURROUNDINGS, Result.REFUSAL, _bad_surroundings_refuse, documented("MILKBE111, SB24")),
    OutcomeRow(RuleNumber.OPEN_A, Result.REFUSAL, _open_a, assumed("analogue: CODI-AUD, VEGA-AUD")),
    OutcomeRow(
        RuleNumber.BAD_SURROUNDINGS_BEFORE,
        Result.EIGHTEEN_MONTHS,
        _bad_surroundings,
        assumed("before it refused, it cannot have counted for less than a low score"),
    ),
    OutcomeRow(
        RuleNumber.LOW_SCORE,
        Result.EIGHTEEN_MONTHS,
        _low_score,
        documented("MILKBE111, SB24: that a low hygiene result leads to 18 months; the threshold is assumed"),
    ),
    OutcomeRow(
        RuleNumber.MANY_FINDINGS,
        Result.EIGHTEEN_MONTHS,
        _many_findings,
        assumed("MCC17: the length depends on the result of the audit; how is not published"),
    ),
    OutcomeRow(RuleNumber.GOOD, Result.THREE_YEARS, lambda _judged: True, documented("MCC17")),
)
