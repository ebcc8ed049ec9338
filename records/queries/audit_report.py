"""The draft of a report as it stands: the latest answers, and the photographs that were not taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.audit_report import Given, ReportAnswerRow, ReportPhotoRow, given
from records.stored_file import FileUseRow
from scheme.audit_report import Answer, Item
from scheme.ids import CaseId


@dataclass(frozen=True)
class Photo:
    """A photograph, and who took it."""

    photo_id: str
    item: Item
    name: str
    person: str


@dataclass(frozen=True)
class Draft:
    """All that was filled in so far."""

    given: Mapping[Item, Given]
    photos: tuple[Photo, ...]

    @property
    def answers(self) -> Mapping[Item, Answer]:
        """The answers alone."""
        return {item: given.answer for item, given in self.given.items()}

    def words_of(self, item: Item) -> str:
        """What the auditor wrote beside this item; empty for nothing."""
        return self.given[item].answer.words if item in self.given else ""

    def photos_of(self, item: Item) -> tuple[Photo, ...]:
        """Those beside this item."""
        return tuple(photo for photo in self.photos if photo.item == item)


async def draft_of(session: AsyncSession, case_id: CaseId) -> Draft:
    """The draft; an empty one where nothing was filled in."""
    latest = (
        select(ReportAnswerRow)
        .ext(distinct_on(col(ReportAnswerRow.item)))
        .where(col(ReportAnswerRow.case_id) == case_id)
        .order_by(col(ReportAnswerRow.item), col(ReportAnswerRow.revision).desc())
    )
    rows = (await session.execute(latest)).scalars()
    return Draft({Item(row.item): given(row) for row in rows}, await _photos(session, case_id))


async def written_of(session: AsyncSession, cases: Sequence[CaseId]) -> Draft:
    """What was written in an audit and in those that it goes on from; of an item, what was written last."""
    drafts = [await draft_of(session, case) for case in cases]
    answers = {item: one for draft in drafts for item, one in draft.given.items()}
    return Draft(answers, tuple(photo for draft in drafts for photo in draft.photos))


async def answers_at(session: AsyncSession, case_id: str, revisions: Mapping[Item, int]) -> dict[Item, Answer]:
    """What each item said at that revision; items of revision 0 said nothing yet."""
    item, revision = col(ReportAnswerRow.item), col(ReportAnswerRow.revision)
    query = select(item, col(ReportAnswerRow.value), col(ReportAnswerRow.words)).where(
        col(ReportAnswerRow.case_id) == case_id, tuple_(item, revision).in_(list(revisions.items()))
    )
    return {Item(row.item): Answer(row.value, row.words) for row in await session.execute(query)}


async def _photos(session: AsyncSession, case_id: CaseId) -> tuple[Photo, ...]:
    query = (
        select(col(ReportPhotoRow.photo_id), col(ReportPhotoRow.item), col(FileUseRow.name), col(FileUseRow.person))
        .join(FileUseRow, col(FileUseRow.file_id) == col(ReportPhotoRow.photo_id))
        .where(col(ReportPhotoRow.case_id) == case_id, col(ReportPhotoRow.removed_at).is_(None))
        .order_by(col(FileUseRow.at), col(ReportPhotoRow.photo_id))
    )
    return tuple(
        Photo(photo_id, Item(item), name, person) for photo_id, item, name, person in await session.execute(query)
    )
