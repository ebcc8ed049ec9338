"""What the secretary does in a browser to put things right: each act with its form, its confirmation, its trace."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.looking import SIZES


class Secretary:
    """The secretary's page, and where its pictures are kept, if they are wanted (make prove)."""

    def __init__(self, page: Page, pictures: Path | None) -> None:
        self.page, self.pictures = page, pictures

    async def look(self, name: str) -> None:
        """At the desk and at a phone's width: one heading, no sideways scroll."""
        for width, size in SIZES.items():
            await self.page.set_viewport_size(size)  # type: ignore[arg-type]
            await expect(self.page.locator("h1")).to_have_count(1)
            assert await self.page.evaluate("document.documentElement.scrollWidth") <= size["width"], (name, width)
            if self.pictures is not None:
                await self.page.screenshot(path=self.pictures / f"{name}-{width}.png", full_page=True)

    async def go_on(self, name: str, done: str) -> None:
        """Look at the form, go on, look at what will be recorded, confirm it."""
        await self.look(f"{name}-1-form")
        await self.page.locator("main form button").first.click()
        await expect(self.page.locator("main form button[name=confirmed]")).to_be_visible()
        await self.look(f"{name}-2-confirm")
        await self.page.locator("main form button[name=confirmed]").click()
        await self.page.wait_for_url(f"**{done}")
        await self.look(f"{name}-3-done")

    async def note_call(self, farm: str) -> None:
        """Who called, when, and what was said stand on the timeline."""
        await self.page.goto(f"/farms/{farm}")
        await self.page.locator(f"a[href='/farms/{farm}/phone-answer']").click()
        await self.page.locator("[name=body]").first.check()
        await self.page.locator("[name=caller]").fill("Mia Claes")
        await self.page.locator("[name=caller_role]").fill("partner")
        await self.page.locator("[name=note]").fill("An ligt ziek; zij kiest zoals vorige keer.")
        await self.go_on("call", f"/farms/{farm}")
        await expect(self.page.locator(".timeline .words").first).to_contain_text("Mia Claes")

    async def correct(self, farm: str, when: str) -> None:
        """Another body was meant; the one before stays on the timeline."""
        await self.page.goto(f"/farms/{farm}")
        await self.page.locator(f"a[href='/farms/{farm}/choice-correction']").click()
        await self.page.locator("[name=body]").last.check()
        await self.page.locator("[name=reason]").fill("Verkeerde lijn aangeduid; gemerkt bij het nazicht.")
        await self.go_on(f"body-{when.replace(' ', '-')}", f"/farms/{farm}")
        await expect(self.page.locator(".timeline .words").first).to_contain_text("Verkeerde lijn")

    async def stop_and_take_back(self, farm: str) -> None:
        """The wrong farm was stopped: it takes part again, and its choice runs."""
        await self.page.goto(f"/farms/{farm}/stop")
        await self.page.locator("main form button").first.click()
        await self.page.locator("button[name=confirmed]").click()
        await self.page.locator(f"a[href='/farms/{farm}/stop-correction']").click()
        await self.page.locator("[name=reason]").fill("Het was het bedrijf van de broer.")
        await self.go_on("stop", f"/farms/{farm}")
        await expect(self.page.locator(f"a[href='/farms/{farm}/phone-answer']")).to_be_visible()

    async def send_again(self, farm: str) -> None:
        """The letter went to a wrong address: both stand in the list."""
        await self.page.goto(f"/farms/{farm}")
        await self.page.locator("a[href$='/replacement']").first.click()
        await self.page.locator("[name=street]").fill("Kerkstraat 9")
        await self.page.locator("[name=email]").fill("")
        await self.page.locator("[name=reason]").fill("Verhuisd in december.")
        await self.go_on("address", f"/farms/{farm}")
        await expect(self.page.get_by_text(re.compile("Kerkstraat 9")).first).to_be_visible()

    async def add(self, numbers: str) -> None:
        """A pasted list: one joins, one was asked already, one is no farm."""
        await self.page.goto("/choice-rounds/2025")
        await self.page.locator("a[href$='/extra-farms']").click()
        await self.page.locator("[name=numbers]").fill(numbers)
        await self.go_on("extra", "/extra-farms")
        await expect(self.page.locator("tbody tr")).to_have_count(3)
