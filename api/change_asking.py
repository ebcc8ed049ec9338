"""What recording a takeover and a move share: the register's columns judged, handed in, and the form shown again."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from api.door import Door
from api.farm_file import FarmFile
from api.farm_sheet import options_of, typed_of
from api.handing import hand_in
from api.page import page
from api.register_form import Sheet
from api.sight import actor_of
from api.temporal import Delivered
from api.words import noted
from records.entering import Problems, judge
from records.queries.choice_round import bodies
from records.queries.farm import body_names
from scheme.choice_round import recognised
from scheme.days import local_day
from scheme.farm_change import AskChange
from scheme.ids import FarmId, farmer_case
from scheme.register import FARMS
from scheme.register_column import COLUMNS

MISSING = noted("Mark the inspection body, and write where the evidence is kept.")


@dataclass(frozen=True)
class Asking:
    """One kind of change. columns: of the register, that it states; groups: as the form shows them."""

    template: str
    columns: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]

    def known(self, file: FarmFile) -> dict[str, str]:
        """What the register says of them now, as texts."""
        return {name: value for name, value in typed_of(file.farm).items() if name in self.columns}

    def typed(self, form: BaseModel) -> dict[str, str]:
        """What the form says of them."""
        return {name: getattr(form, name) for name in self.columns}

    async def show(
        self, request: Request, door: Door, file: FarmFile, form: BaseModel, *, status: int = 200,
        problems: Problems = (), **said: object,
    ) -> HTMLResponse:  # fmt: skip
        """The form with the bodies that may be chosen today."""
        async with door.sessions() as session:
            names = await body_names(session)
            offered = recognised(await bodies(session), local_day(file.now))
            options = await options_of(session, door.language)
        shown = {"error": None, "refused": None, **said}
        given: Mapping[str, object] = {
            "file": file, "form": form, "offered": [(body, names[body]) for body in offered],
            "groups": Sheet(door.language, COLUMNS, self.typed(form), options, problems).groups(self.groups),
        }  # fmt: skip
        return page(request, door, self.template, status=status, **given, **shown)


async def problems_of(door: Door, file: FarmFile, columns: Mapping[str, str]) -> Problems:
    """What the register's rules find wrong in the farm as it would be."""
    typed = {**typed_of(file.farm), **columns, "farm_id": file.farm.farm_id}
    async with door.sessions() as session:
        judged = await judge(session, FARMS, typed)
    return judged if isinstance(judged, tuple) else ()


async def ask(
    door: Door, file: FarmFile, asked: AskChange, columns: Mapping[str, str], evidence: str, key: uuid.UUID
) -> Delivered:
    """Hand it in to the farm's workflow; the columns and the evidence stay in the submission's words."""
    case = farmer_case(FarmId(file.farm.farm_id))
    return await hand_in(door, case, actor_of(door), asked, key, {**columns, "reason": evidence})
