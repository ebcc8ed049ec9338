"""What speaks against a visit without forbidding it: a planner sees it before the visit is recorded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.door import Door
from api.sight import sight
from api.words import noted
from records.parameter import settings_of
from records.queries.absence import Substitute, substitutes
from records.queries.audit import AuditFile
from records.queries.auditor import Auditor, auditors_of
from records.queries.competence import body_judged, clashing, held_by
from scheme.choice_round import Body
from scheme.days import ZONE, local_day
from scheme.farm_change import Change
from scheme.ids import PersonId
from scheme.lastenboek.validity import audit_window
from scheme.periodic_audit import State
from scheme.rotation import too_often
from scheme.rules import Name, values_on

# Two visits that begin closer together than this cannot both be held by one auditor.
VISIT_TAKES = timedelta(hours=3)
# Nobody visits a farm at night: a slip of the hand, in local time.
DAY_BEGINS, DAY_ENDS = time(6), time(21)
EARLY = noted(
    "The audit window of the certificate opens on %(day)s: after an earlier audit the new certificate does not join on."
)

# Until when an audit should be held that became necessary while the certificate runs.
_HELD_BY: Mapping[Change | None, str] = {
    Change.MOVE: noted("The audit of the new site should be held by %(day)s."),
    Change.MERGER: noted("The audit of the farm after the merger should be held by %(day)s."),
    Change.SPLIT: noted("The audit of the farm after the split should be held by %(day)s."),
}
_ANY_HELD_BY = noted("The audit should be held by %(day)s.")


@dataclass(frozen=True)
class Warned:
    """Something that speaks against a plan. words: translated where it is shown."""

    words: str
    who: str = ""
    day: date | None = None
    many: int | None = None


def said_held_by(file: AuditFile) -> str:
    """The sentence, still to translate, that says until when an audit should be held while the certificate runs."""
    return _HELD_BY.get(file.after, _ANY_HELD_BY)


async def warnings_of(door: Door, file: AuditFile, visit_at: datetime, auditor: str) -> list[Warned]:
    """What a planner would want to know before."""
    on, audit = local_day(visit_at), file.audit
    async with door.sessions() as session:
        known = {one.person_id: one for one in await auditors_of(session, audit.body)}
        away = (await substitutes(session, on)).get(auditor)
        near = await clashing(session, sight(door), auditor, visit_at, VISIT_TAKES, but=audit.case_id)
        most = values_on(on, await settings_of(session))[Name.SAME_AUDITOR_AUDITS]
        before = await held_by(session, audit.farm_id, most)
        body = await body_judged(session, audit.body)
    found = [Warned(noted("The auditor has another visit around that hour: %(who)s."), who) for who in near]
    found += [] if away is None else [_away(away, known)]
    if audit.state is not State.REPORTED and too_often(before, PersonId(auditor), most):
        found.append(
            Warned(
                noted("The auditor held the last %(many)s audits of this farm: let somebody else see it."), many=most
            )
        )
    return [*found, *_at_night(visit_at), *_speaking(file, known.get(auditor)), *_of_body(body, on), *_window(file, on)]


def _at_night(visit_at: datetime) -> list[Warned]:
    if DAY_BEGINS <= visit_at.astimezone(ZONE).time() <= DAY_ENDS:
        return []
    return [
        Warned(noted("The visit is at night, before six in the morning or after nine in the evening: check the hour."))
    ]


def _away(away: Substitute, known: dict[str, Auditor]) -> Warned:
    """Whoever stands in can hold the visit only where they audit for this body."""
    if away.person_id in known:
        return Warned(noted("The auditor is away until %(day)s; %(who)s stands in."), away.name, away.until)
    return Warned(noted("The auditor is away until %(day)s."), day=away.until)


def _speaking(file: AuditFile, auditor: Auditor | None) -> list[Warned]:
    if auditor is None or auditor.language == file.farm_language:
        return []
    return [Warned(noted("The farmer's language is another one than the auditor's."))]


def _of_body(body: Body, on: date) -> Iterator[Warned]:
    """On the day of the visit the body has to be recognised, and accredited for all that an audit needs."""
    if on > body.recognised_until:
        yield Warned(
            noted("The inspection body is recognised until %(day)s, before that visit."), day=body.recognised_until
        )
    if on < body.recognised_from:
        yield Warned(
            noted("The inspection body is recognised from %(day)s on, after that visit."), day=body.recognised_from
        )
    if not body.accredited:
        yield Warned(noted("The accreditation of the inspection body does not cover this audit."))


def _window(file: AuditFile, on: date) -> list[Warned]:
    """Outside the window the next certificate does not join on to this one (rules 5.2 to 5.4)."""
    expires_on, held_by_day = file.audit.expires_on, file.audit.held_by
    if held_by_day is not None and on > held_by_day and file.audit.state is not State.REPORTED:
        if expires_on is not None:
            return [Warned(said_held_by(file), day=held_by_day)]
        return [Warned(noted("This first audit should be held by %(day)s."), day=held_by_day)]
    if expires_on is None or file.audit.state is State.REPORTED:
        return []
    window = audit_window(expires_on, file.audit.rules.window_months)
    if on < window.opens_on:
        return [Warned(EARLY, day=window.opens_on)]
    if on > window.closes_on:
        return [Warned(noted("The certificate ends on %(day)s, before that visit."), day=expires_on)]
    return []
