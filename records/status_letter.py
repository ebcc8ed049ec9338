"""The letter about a certificate's new status or new holder, planned in the transaction of the decision."""

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from records import posting
from records.farm import Farm
from records.letter import LetterRow
from records.notice import notice_key
from records.submission import SubmissionRow
from records.telling import tell
from scheme.days import local_day
from scheme.farm_change import FarmChange
from scheme.ids import POST
from scheme.inbox import AnyStep
from scheme.letter import LetterKind
from scheme.news import LettersWait
from scheme.rules import appeal_until
from scheme.status_change import StatusChange


async def post_status(session: AsyncSession, case: StatusChange, step: AnyStep) -> None:
    """Tell the farmer of the turn, with the decision's grounds."""
    until = case.suspended_until
    told = {
        "certificate_number": case.asked.certificate,
        "wanted": case.asked.wanted.value,
        "suspended_until": None if until is None else until.isoformat(),
    }
    await _post(session, case, step, told)


async def post_change(session: AsyncSession, case: FarmChange, step: AnyStep, number: str) -> None:
    """The new holder reads what was decided, and on what grounds; number: of the certificate, or empty."""
    wanted = f"{case.asked.what.value}_{case.state.value.replace('-', '_')}"
    await _post(session, case, step, {"certificate_number": number, "wanted": wanted, "suspended_until": None})


async def _post(
    session: AsyncSession, case: StatusChange | FarmChange, step: AnyStep, told: Mapping[str, str | None]
) -> None:
    """Write the ledger's row, and tell the post; an existing row stays as it is."""
    farm = await session.get_one(Farm, case.farm_id)
    handed_in = await session.get_one(SubmissionRow, step.dealt[0].item)
    term = appeal_until(case.rules, local_day(step.at))
    row = {
        **posting.planned(
            notice_key(case.case_id, LetterKind.STATUS, case.revision), LetterKind.STATUS, case.case_id, farm, step.at
        ),
        "words": {
            **posting.recipient(farm.model_dump()),
            "dated": local_day(step.at).isoformat(),
            **told,
            "reason": (handed_in.words or {}).get("reason", ""),
            "appeal_days": case.rules.appeal_days,
            "appeal_until": None if term is None else term.isoformat(),
        },
        "code_version": 1,
    }
    await session.execute(insert(LetterRow).values(row).on_conflict_do_nothing())
    await tell(session, case.case_id, POST, f"letters-{case.revision}", step.at, LettersWait())
