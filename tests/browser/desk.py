"""A desk with work on it, by the product's own acts: letters that came back and matters whose day has passed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from playwright.async_api import Browser, Page

from scheme.language import Language
from tests.browser.looking import DESK, look
from tests.running import farms, running_file
from tests.stage import Stage, raised
from tests.world import BODIES

FARMS = 36
GONE = ("hoeve@f13.example", "hoeve@f19.example", "hoeve@f31.example")
NAMES = (
    "Hoeve Ter Linde",
    "Melkveebedrijf De Smet-Vandenberghe",
    "Ferme du Vieux Chêne",
    "Maatschap Claes",
    "De Pachthoeve",
)
UNKNOWN = "550 5.1.1 Recipient address rejected: User unknown"
OPENS = "2025-01-15T09:00"
LOOKED_AT = "2025-01-21T09:00"


@asynccontextmanager
async def desk(var: Path) -> AsyncIterator[Stage]:
    """A house on Tue 2025-01-21, six days into its round."""
    async with raised(var, "up", "--practice", "--begins", "2025-01-01") as stage:
        async with httpx.AsyncClient(base_url=stage.mailbox) as mailbox:
            for address in GONE:
                (await mailbox.put(f"/refusals/{address}", content=UNKNOWN)).raise_for_status()
        named = [replace(one, name=NAMES[place % len(NAMES)]) for place, one in enumerate(farms(FARMS, 3))]
        await stage.bring_in(BODIES, named)
        (var / "running.csv").write_text(running_file(FARMS))
        await stage.ikm("register", "import", str(var / "running.csv"))
        await stage.ikm("clock", "to", OPENS)
        await stage.ikm("choice-round", "start", "2025")
        await stage.ikm("clock", "to", LOOKED_AT)
        yield stage


async def signed_in(page: Page, stage: Stage, name: str, password: str | None = None) -> None:
    """On the first page, as this person."""
    await page.goto(f"{stage.web}/sign-in")
    await page.locator("[name=sign_in_name]").fill(name)
    await page.locator("[name=password]").fill(password or stage.people()[name])
    await page.locator("main form button").click()
    await page.wait_for_url(f"{stage.web}/")


@dataclass
class Office:
    """The house, a browser, and where pictures are kept; languages: those that are looked at."""

    stage: Stage
    browser: Browser
    pictures: Path
    languages: tuple[Language, ...]

    async def desk_of(self, name: str, password: str | None = None) -> Page:
        """Somebody's page, signed in, in Dutch unless they changed it."""
        context = await self.browser.new_context(base_url=self.stage.web, viewport=DESK, locale="nl-BE")  # type: ignore[arg-type]
        page = await context.new_page()
        await signed_in(page, self.stage, name, password)
        return page

    async def look(self, page: Page, about: str, pages: dict[str, str]) -> None:
        """At all of these, in every language that is wanted; it ends in Dutch, at a desk."""
        for language in (*self.languages[1:], Language.NL):
            await look(page, language, pages, self.pictures / about / language.value)
        await page.set_viewport_size(DESK)  # type: ignore[arg-type]


async def mark(page: Page, many: int) -> None:
    """Tick the first ones."""
    for place in range(many):
        await page.locator("tbody [name=task]").nth(place).check()


async def leads_nowhere_forbidden(page: Page) -> None:
    """No link of the first page refuses whoever it was shown to."""
    links = await page.locator("main a").evaluate_all("all => [...new Set(all.map(one => one.href))]")
    refused = {link: (await page.request.get(link)).status for link in links}
    assert set(refused.values()) == {200}, refused
