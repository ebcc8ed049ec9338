"""A certificate's suspension, lifting or withdrawal is asked: it opens here, as the farm's workflow asks."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.audit_opening import begin, number_of, tied
from records.certificate import CertificateRow
from records.parameter import settings_of
from records.queries.certificate import history_of
from records.status_change import StatusChangeRow
from scheme import status_change
from scheme.certificate import status_on
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import status_case
from scheme.inbox import Opened
from scheme.opening import OpenStatusChange
from scheme.rules import status_rules_on
from scheme.status_change import UNDECIDED, check_status


async def open_status_change(session: AsyncSession, request: OpenStatusChange, *, practice: bool) -> Opened:
    """Begin review and decision of what is asked, under the farm's row lock.

    Raises RuleViolationError for a certificate that is not this farm's, or of which this cannot be asked today, and
    while another such case of the farm is not decided.
    """
    day, asked = local_day(request.at), request.asked
    row = await session.get(CertificateRow, asked.certificate)
    if row is None or row.farm_id != request.farm_id:
        raise RuleViolationError(Rule.NO_CERTIFICATE)
    waits = select(StatusChangeRow.case_id).where(
        StatusChangeRow.farm_id == request.farm_id, col(StatusChangeRow.state).in_(UNDECIDED)
    )
    if (await session.exec(waits)).first() is not None:
        raise RuleViolationError(Rule.ALREADY_OPEN)
    check_status(asked.wanted, status_on(await history_of(session, asked.certificate), day))
    step = status_change.opened(
        request.farm_id,
        asked,
        request.asked_by,
        request.at,
        status_rules_on(day, await settings_of(session)),
        tied=await tied(session, request.farm_id),
        number=await number_of(session, status_case(day.year, request.farm_id)),
        practice=practice,
    )
    return await begin(session, step, request)
