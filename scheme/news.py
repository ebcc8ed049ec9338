"""What workflows tell each other: outbox rows, delivered as a signal, deduplicated by id (design.md §4)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from scheme.certificate_days import Watch
from scheme.ids import BodyId, CaseId, NewsId, PersonId
from scheme.kinds import BY_KIND
from scheme.step import End


@dataclass(frozen=True)
class CaseOpened:
    """To the farmer's workflow: a case of this farm runs."""

    case_id: CaseId
    kind: Literal["case-opened"] = "case-opened"


@dataclass(frozen=True)
class CaseClosed:
    """To the farmer's workflow: a case of this farm ended. audit: a periodic audit follows from it.

    waiting: of an audit or a decision, the choice whose own audit it had kept waiting.
    """

    case_id: CaseId
    end: End
    audit: bool | None = None
    waiting: CaseId | None = None
    kind: Literal["case-closed"] = "case-closed"


@dataclass(frozen=True)
class FarmStopped:
    """To every open case of the farm."""

    stopped_on: date
    kind: Literal["farm-stopped"] = "farm-stopped"


@dataclass(frozen=True)
class RegisterChanged:
    """To the farmer's workflow: the certificate's last day, or the day of the last choice, is another one now.

    watch: what the warnings before that day go by; None where there is nothing to warn of, as after a withdrawal.
    back_from: the last day that an extension had set, which is taken back; the day before may have passed meanwhile.
    """

    expires_on: date | None
    choice_made_on: date | None
    writes_choice: bool
    watch: Watch | None = None
    back_from: date | None = None
    kind: Literal["register-changed"] = "register-changed"


@dataclass(frozen=True)
class CertificateWithdrawn:
    """To the farmer's workflow: its certificate was withdrawn by decision; it ends on no other day any more."""

    withdrawn_on: date
    kind: Literal["certificate-withdrawn"] = "certificate-withdrawn"


@dataclass(frozen=True)
class BodyLost:
    """To an open choice, or to the farmer's workflow where it closed with this body: it may not be chosen any more.

    choice: the choice concerned; bodies: those that remain; default_body: what silence gives among them.
    """

    body: BodyId
    choice: CaseId
    bodies: tuple[BodyId, ...]
    default_body: BodyId
    kind: Literal["body-lost"] = "body-lost"


@dataclass(frozen=True)
class RoundDone:
    """To the round: the last of its choices ended."""

    kind: Literal["round-done"] = "round-done"


@dataclass(frozen=True)
class RoundCancelled:
    """To a choice nobody was written to about: its round is cancelled, and the choice with it."""

    kind: Literal["round-cancelled"] = "round-cancelled"


@dataclass(frozen=True)
class LetterUnsent:
    """To a choice whose day came: the letter that asks has not left the house."""

    kind: Literal["letter-unsent"] = "letter-unsent"


@dataclass(frozen=True)
class LetterLeft:
    """To a choice: the letter that asks left later than planned, dated on this day."""

    on: date
    kind: Literal["letter-left"] = "letter-left"


@dataclass(frozen=True)
class LettersWait:
    """To the post: letters wait for a machine."""

    kind: Literal["letters-wait"] = "letters-wait"


@dataclass(frozen=True)
class AuditReady:
    """To the farmer's workflow: its audit can be decided about."""

    audit: CaseId
    kind: Literal["audit-ready"] = "audit-ready"


@dataclass(frozen=True)
class ChoiceReplaced:
    """To an audit nobody held yet: the choice it follows was replaced by another one."""

    choice: CaseId
    kind: Literal["choice-replaced"] = "choice-replaced"


@dataclass(frozen=True)
class NextAudit:
    """To an audit that led to no certificate: its farm's next one opens, and looks at all of it."""

    kind: Literal["next-audit"] = "next-audit"


@dataclass(frozen=True)
class EvaluationChanged:
    """To a certification that is not decided: the report it is about was taken back."""

    kind: Literal["evaluation-changed"] = "evaluation-changed"


@dataclass(frozen=True)
class Decided:
    """To an audit: it was decided about."""

    at: datetime
    kind: Literal["decided"] = "decided"


@dataclass(frozen=True)
class Tied:
    """To an audit, or a case of review and decision: this person has a tie to the farm, or took part in it."""

    person: PersonId
    kind: Literal["tied"] = "tied"


@dataclass(frozen=True)
class SuspensionOver:
    """To the case that suspended a certificate: it is valid again, or was withdrawn."""

    kind: Literal["suspension-over"] = "suspension-over"


@dataclass(frozen=True)
class FirstAudit:
    """To a choice or an audit that runs: the certificate ended with its holder; it is for the first audit now."""

    applied_on: date
    held_by: date
    kind: Literal["first-audit"] = "first-audit"


@dataclass(frozen=True)
class AuditNeeded:
    """To the farmer's workflow: an audit by this body is needed, for its certificate ended with its holder.

    moved_on: since when the milk is produced elsewhere or the farm is another one, where that is why; then the
    certificate runs on.
    """

    change: CaseId
    applied_on: date
    body: BodyId
    moved_on: date | None = None
    kind: Literal["audit-needed"] = "audit-needed"


@dataclass(frozen=True)
class Merged:
    """To the workflow of a farm that was merged into another one: it stopped, as that farm's case tells.

    stopped_on: the last day on which it took part; asked_by: who recorded the merger.
    """

    change: CaseId
    stopped_on: date
    asked_by: PersonId
    kind: Literal["merged"] = "merged"


@dataclass(frozen=True)
class MergerUndone:
    """To the case of a merger: the stop of the farm that was merged into it is taken back; it takes part again."""

    kind: Literal["merger-undone"] = "merger-undone"


OfChange = FirstAudit | AuditNeeded | Merged | MergerUndone
OfAudit = AuditReady | ChoiceReplaced | NextAudit | EvaluationChanged | Decided | Tied
OfCase = CaseOpened | CaseClosed | FarmStopped | RegisterChanged | CertificateWithdrawn | BodyLost
What = (
    OfCase | OfAudit | OfChange | SuspensionOver | RoundDone | RoundCancelled | LetterUnsent | LetterLeft | LettersWait
)


@dataclass(frozen=True)
class News:
    """One piece of news: its id stays the same however often it is delivered."""

    id: NewsId
    target: CaseId
    at: datetime
    what: Annotated[What, BY_KIND]
