"""A farmer follows the link of a letter about an audit, or types its code, and shows what was put right."""

import asyncio
import re
from dataclasses import dataclass, field

import httpx

from rehearsal.desks import everything
from rehearsal.paper import audit_codes_of
from rehearsal.web import Farmer, Mailbox, NotUnderstoodError, Secretary, form_of
from scheme.ids import FarmId

LINK = re.compile(r"/audit/\d{4}/(F-\d{6})/\w+")
WORDS = "Het is in orde gebracht, zoals de rekening toont."


@dataclass
class Letterbox:
    """The last letter about each farm's audit: the path of its link, or its typed code."""

    mailbox: Mailbox
    secretary: Secretary
    links: dict[FarmId, str] = field(default_factory=dict)
    codes: dict[FarmId, str] = field(default_factory=dict)
    read_upto: int = 0
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self) -> None:
        """Everybody reads what came; the secretariat prints what goes by post."""
        async with self.gate:
            for item in await self.mailbox.after(self.read_upto):
                found = LINK.search((await self.mailbox.read(item)).text)
                self.read_upto = item["number"]
                if found is not None:
                    self.links[FarmId(found[1])] = found[0]
            for batch in await self.secretary.print_letters():
                self.codes |= await asyncio.to_thread(audit_codes_of, batch)

    async def code_of(self, farm: FarmId) -> str:
        """The code of the farm's letter. One that was printed before the rehearsal was interrupted is looked up.

        Raises NotUnderstoodError where no letter has one.
        """
        if farm not in self.codes:
            for letter in await everything(self.secretary.web, "letters", farm=farm, state="printed"):
                page = (await self.secretary.web.get(f"/letters/{letter['letterKey']}/pdf")).raise_for_status()
                self.codes = await asyncio.to_thread(audit_codes_of, page.content) | self.codes
        if farm not in self.codes:
            raise NotUnderstoodError(f"{farm} has no letter with a code")
        return self.codes[farm]


async def prove(farmer: Farmer, letters: Letterbox, farm: FarmId, number: str) -> None:
    """Hand in a proof for a finding, by the page behind the link or the code."""
    await letters.open()
    async with farmer.browser() as browser:
        path = letters.links.get(farm) or await _by_code(browser, farm, await letters.code_of(farm))
        place = f"{path}/findings/{number}"
        form = form_of((await browser.get(place)).raise_for_status().text, place)
        sent = await browser.post(place, data=form.fields | {"words": WORDS})
        if sent.status_code != httpx.codes.SEE_OTHER:
            raise NotUnderstoodError(f"the proof was not taken: {sent.status_code}")


async def _by_code(browser: httpx.AsyncClient, farm: FarmId, code: str) -> str:
    asked = await browser.get("/audit")
    opened = await browser.post("/audit", data=form_of(asked.text, "/audit").fields | {"farm_id": farm, "code": code})
    if opened.status_code != httpx.codes.SEE_OTHER:
        raise NotUnderstoodError(f"the code was not taken: {opened.status_code}")
    return opened.headers["location"].partition("?")[0]
