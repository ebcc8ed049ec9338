"""The rules a case carries: an edition and the parameter values in force on the day it opened (design.md §6).

Every value marked [A] in domain.md is a parameter: its default stands here with its reason and is shown
as "to be confirmed by IKM" until somebody confirms it. Running cases keep the values they began with.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scheme.days import add_days
from scheme.edition import Edition, edition_on
from scheme.ids import EditionCode


class Name(StrEnum):
    """Names of the parameters."""

    CHOICE_LEAD_MONTHS = "choice-lead-months"
    CHOICE_WINDOW_MONTHS = "choice-window-months"
    CHOICE_REMINDER_DAYS = "choice-reminder-days"
    CHOICE_ANSWER_DAYS = "choice-answer-days"
    PRINT_WITHIN_DAYS = "print-within-days"
    CORRECTION_A_MONTHS = "correction-a-months"
    CORRECTION_B_MONTHS = "correction-b-months"
    DISPUTE_DAYS = "dispute-days"
    APPEAL_DAYS = "appeal-days"
    APPEAL_TERM_DAYS = "appeal-term-days"
    SUSPENSION_MONTHS = "suspension-months"
    AUDITS_BEFORE = "audits-before"
    AUDIT_WINDOW_MONTHS = "audit-window-months"
    REPORT_WITHIN_DAYS = "report-within-days"
    PLAN_WITHIN_DAYS = "plan-within-days"
    FIRST_AUDIT_MONTHS = "first-audit-months"
    DECIDE_WITHIN_DAYS = "decide-within-days"
    PLAN_B_MONTHS = "plan-b-months"
    CORRECTION_REMINDER_DAYS = "correction-reminder-days"
    LEAST_SCORE = "least-score"
    MOST_FINDINGS = "most-findings"
    WARNING_DAYS = "warning-days"
    LAST_WARNING_DAYS = "last-warning-days"
    SAME_AUDITOR_AUDITS = "same-auditor-audits"
    EXTENSION_MONTHS = "extension-months"


class Unit(StrEnum):
    """What a value counts."""

    MONTHS = "months"
    DAYS = "days"
    AUDITS = "audits"
    POINTS = "points"
    FINDINGS = "findings"


@dataclass(frozen=True)
class Parameter:
    """One value of the rulebook that the published sources do not settle."""

    name: Name
    value: int
    unit: Unit
    source: str


DEFAULTS: tuple[Parameter, ...] = (
    Parameter(Name.CHOICE_LEAD_MONTHS, 9, Unit.MONTHS, "analogue: Codiplan and Vegaplan invite 9 months before expiry"),
    Parameter(Name.CHOICE_WINDOW_MONTHS, 12, Unit.MONTHS, "assumption: one round covers a year of certificates"),
    Parameter(Name.CHOICE_REMINDER_DAYS, 14, Unit.DAYS, "assumption: reminder two weeks after the letter"),
    Parameter(Name.CHOICE_ANSWER_DAYS, 30, Unit.DAYS, "assumption: a month to answer"),
    Parameter(
        Name.PRINT_WITHIN_DAYS, 3, Unit.DAYS, "assumption: after three days a letter at the printer is forgotten"
    ),
    Parameter(
        Name.CORRECTION_A_MONTHS, 3, Unit.MONTHS, "assumption: three months, at latest the end of the certificate"
    ),
    Parameter(Name.CORRECTION_B_MONTHS, 6, Unit.MONTHS, "assumption: six months"),
    Parameter(Name.DISPUTE_DAYS, 30, Unit.DAYS, "assumption: a first decision in a month"),
    Parameter(Name.APPEAL_DAYS, 60, Unit.DAYS, "assumption: a decision in two months"),
    Parameter(Name.APPEAL_TERM_DAYS, 30, Unit.DAYS, "assumption: a month from the letter"),
    Parameter(Name.SUSPENSION_MONTHS, 6, Unit.MONTHS, "assumption: half a year before withdrawal"),
    Parameter(Name.AUDITS_BEFORE, 0, Unit.AUDITS, "not known yet: it comes with the file of running cases"),
    Parameter(Name.AUDIT_WINDOW_MONTHS, 6, Unit.MONTHS, "assumption: it leaves room for corrective actions"),
    Parameter(Name.REPORT_WITHIN_DAYS, 14, Unit.DAYS, "assumption: two weeks to write the report"),
    Parameter(Name.PLAN_WITHIN_DAYS, 30, Unit.DAYS, "assumption: a month to plan a visit whose window is open"),
    Parameter(
        Name.FIRST_AUDIT_MONTHS, 9, Unit.MONTHS, "analogue: Codiplan and Vegaplan within 9 months of the application"
    ),
    Parameter(Name.DECIDE_WITHIN_DAYS, 30, Unit.DAYS, "assumption: a month for review and decision"),
    Parameter(Name.PLAN_B_MONTHS, 1, Unit.MONTHS, "assumption: a month to say how it will be put right"),
    Parameter(Name.CORRECTION_REMINDER_DAYS, 14, Unit.DAYS, "assumption: two weeks are enough to send proof"),
    Parameter(
        Name.LEAST_SCORE, 60, Unit.POINTS, "assumption: 60 of 100 since edition 11.1, which is stricter, and 50 before"
    ),
    Parameter(Name.MOST_FINDINGS, 5, Unit.FINDINGS, "assumption: the sources do not tell how many are too many"),
    Parameter(Name.WARNING_DAYS, 90, Unit.DAYS, "assumption: three months, as long as a corrective action of grade A"),
    Parameter(Name.LAST_WARNING_DAYS, 30, Unit.DAYS, "assumption: a month, as long as review and decision may take"),
    Parameter(
        Name.SAME_AUDITOR_AUDITS, 3, Unit.AUDITS, "assumption: after three audits in a row somebody else sees the farm"
    ),
    Parameter(Name.EXTENSION_MONTHS, 12, Unit.MONTHS, "assumption: a year at most; in 2020 it was eleven weeks"),
)


@dataclass(frozen=True)
class Earlier:
    """The default of the days before `until`, which is the first day of the present one."""

    name: Name
    value: int
    until: date


# Edition 11.1 looks at hygiene more strictly (MILKBE111, SB24); by how much is assumed (docs/lastenboek.md, rule 4.4).
EARLIER: tuple[Earlier, ...] = (Earlier(Name.LEAST_SCORE, 50, date(2024, 3, 1)),)


@dataclass(frozen=True)
class Rules:
    """What a case goes by for as long as it runs.

    choice_lead_months: months between the letter and the first expiry date of the round.
    choice_window_months: length of the window of expiry dates.
    choice_reminder_days, choice_answer_days: calendar days from the letter; the last day counts in full.
    """

    edition: Edition
    choice_lead_months: int
    choice_window_months: int
    choice_reminder_days: int
    choice_answer_days: int


@dataclass(frozen=True)
class Terms:
    """How long a matter may take, counted from the day it began; what is due then is fixed once."""

    correction_a_months: int
    correction_b_months: int
    dispute_days: int
    appeal_days: int
    suspension_months: int


@dataclass(frozen=True)
class AuditRules:
    """What a periodic audit and the decision on it go by for as long as they run (docs/lastenboek.md).

    window_months: before the last day of the certificate; an audit in them keeps the anniversary (rule 5.2).
    correction_a_months, correction_b_months, plan_b_months: from the day of the finding (rules 3.1, 3.3, 3.5).
    correction_reminder_days: before the last day of a corrective action; report_within_days: after the visit.
    plan_within_days: a planner's least time to plan a visit; decide_within_days: for review and decision together.
    least_score, most_findings: for a certificate of 3 years, both allowed (rules 4.4, 4.5).
    appeal_days: from the appeal to its decision; appeal_term_days: from the letter to the last day of an appeal, None
    for a case of before there was such a term.
    """

    edition: EditionCode
    window_months: int
    correction_a_months: int
    correction_b_months: int
    plan_b_months: int
    correction_reminder_days: int
    report_within_days: int
    plan_within_days: int
    decide_within_days: int
    least_score: int
    most_findings: int
    appeal_days: int
    appeal_term_days: int | None = None


@dataclass(frozen=True)
class StatusRules:
    """What a certificate's suspension, lifting or withdrawal goes by.

    decide_within_days: for review and decision together; suspension_months: from the decision to its last day;
    appeal_days: from the appeal to its decision; appeal_term_days: from the letter to the last day of an appeal, None
    for a case of before there was such a term.
    """

    edition: Edition
    decide_within_days: int
    suspension_months: int
    appeal_days: int
    appeal_term_days: int | None = None


@dataclass(frozen=True)
class Setting:
    """A parameter row: the value of `name` from `valid_from` on."""

    name: Name
    value: int
    valid_from: date


def rules_on(day: date, settings: Iterable[Setting] = ()) -> Rules:
    """The rules of a case that opens on `day`: the latest setting not after it, else the default."""
    values = values_on(day, settings)
    return Rules(
        edition=edition_on(day),
        choice_lead_months=values[Name.CHOICE_LEAD_MONTHS],
        choice_window_months=values[Name.CHOICE_WINDOW_MONTHS],
        choice_reminder_days=values[Name.CHOICE_REMINDER_DAYS],
        choice_answer_days=values[Name.CHOICE_ANSWER_DAYS],
    )


def terms_on(day: date, settings: Iterable[Setting] = ()) -> Terms:
    """How long a matter that began on `day` may take."""
    values = values_on(day, settings)
    return Terms(
        correction_a_months=values[Name.CORRECTION_A_MONTHS],
        correction_b_months=values[Name.CORRECTION_B_MONTHS],
        dispute_days=values[Name.DISPUTE_DAYS],
        appeal_days=values[Name.APPEAL_DAYS],
        suspension_months=values[Name.SUSPENSION_MONTHS],
    )


def audit_rules_on(day: date, settings: Iterable[Setting] = (), edition: EditionCode | None = None) -> AuditRules:
    """The rules of an audit that opens on `day`; edition: that of its list, else the one of this rulebook."""
    values = values_on(day, settings)
    return AuditRules(
        edition=edition or EditionCode(edition_on(day).value),
        window_months=values[Name.AUDIT_WINDOW_MONTHS],
        correction_a_months=values[Name.CORRECTION_A_MONTHS],
        correction_b_months=values[Name.CORRECTION_B_MONTHS],
        plan_b_months=values[Name.PLAN_B_MONTHS],
        correction_reminder_days=values[Name.CORRECTION_REMINDER_DAYS],
        report_within_days=values[Name.REPORT_WITHIN_DAYS],
        plan_within_days=values[Name.PLAN_WITHIN_DAYS],
        decide_within_days=values[Name.DECIDE_WITHIN_DAYS],
        least_score=values[Name.LEAST_SCORE],
        most_findings=values[Name.MOST_FINDINGS],
        appeal_days=values[Name.APPEAL_DAYS],
        appeal_term_days=values[Name.APPEAL_TERM_DAYS],
    )


def status_rules_on(day: date, settings: Iterable[Setting] = ()) -> StatusRules:
    """The rules of a suspension, lifting or withdrawal that is asked on `day`."""
    values = values_on(day, settings)
    return StatusRules(
        edition=edition_on(day),
        decide_within_days=values[Name.DECIDE_WITHIN_DAYS],
        suspension_months=values[Name.SUSPENSION_MONTHS],
        appeal_days=values[Name.APPEAL_DAYS],
        appeal_term_days=values[Name.APPEAL_TERM_DAYS],
    )


def appeal_until(rules: AuditRules | StatusRules, told_on: date) -> date | None:
    """The last day of an appeal against a decision that a letter of `told_on` tells; None where there is no term."""
    return None if rules.appeal_term_days is None else add_days(told_on, rules.appeal_term_days)


def values_on(day: date, settings: Iterable[Setting] = ()) -> dict[Name, int]:
    """Each parameter's value on `day`."""
    values = {parameter.name: parameter.value for parameter in DEFAULTS}
    values |= {earlier.name: earlier.value for earlier in EARLIER if day < earlier.until}
    for setting in sorted(settings, key=lambda row: row.valid_from):
        if setting.valid_from <= day:
            values[setting.name] = setting.value
    return values
