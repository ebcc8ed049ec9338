"""Letters that fail in a real browser: refused by the mail server or not to be printed, mended, tried again, arrived."""

import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Locator, Page, expect

from scheme.language import Language
from scheme.register_line import FarmLine
from tests.browser.looking import CHROMIUM, DESK, browsing, in_language, look, sign_in
from tests.stage import Stage, eventually, raised
from tests.world import BODIES, farm

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
ROUND = "/choice-rounds/2025"
FAILED = f"{ROUND}/failed-letters"
GONE, FULL, BUSY, UNWRITABLE = (farm(place) for place in range(1, 5))
PAGES = {
    "round": ROUND, "failed": FAILED, "letters": "/letters?year=2025", "tasks": "/tasks?view=group",
    "refused": "/letters/choice:2025:F-000001:choice", "later": "/letters/choice:2025:F-000003:choice",
    "impossible": "/letters/choice:2025:F-000004:choice", "farm": "/farms/F-000001",
}  # fmt: skip


async def test_letters_that_fail_are_mended_and_arrive(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    wanted = request.config.getoption("--pictures")
    pictures = Path(wanted or tmp_path / "pictures") / "failed-letters"
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-15") as stage, browsing() as browser:
        await refuse(stage)
        desk = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")
        page = await desk.new_page()
        await sign_in(page, stage)
        await fail(page, stage)
        await read_why(page)
        if wanted:
            for language in (Language.NL, Language.FR):
                await look(page, language, PAGES, pictures / language.value)
            await in_language(page, Language.NL)
        await mend_and_retry_one(page, stage)
        await mend_and_retry_all(page, stage)
        if wanted:
            await look(page, Language.NL, {"none-left": FAILED, "round-after": ROUND}, pictures / "nl")


async def refuse(stage: Stage) -> None:
    """The mailbox knows no such address, has no room for another, and is busy for a third."""
    answers = {GONE: "550 5.1.1 No such mailbox", FULL: "552 5.2.2 Mailbox full", BUSY: "451 4.7.1 Greylisted"}
    async with httpx.AsyncClient(base_url=stage.mailbox) as web:
        for one, said in answers.items():
            (await web.put(f"/refusals/{one.email}", content=said)).raise_for_status()


async def fail(page: Page, stage: Stage) -> None:
    """While all letters are held, a file brings a name that no typeface has; then the letters are let go."""
    await stage.bring_in(BODIES, (GONE, FULL, BUSY, UNWRITABLE))
    await page.goto("/holds/post")
    await page.locator("[name=reason]").fill("Nieuwe lijst komt")
    await page.locator("form[action='/holds/post'] button").click()
    await page.goto(f"{ROUND}/preview")
    await page.locator("form[action='/choice-rounds'] button").click()
    await expect(page.locator("#progress dd").first).to_have_text("4", timeout=60_000)
    await stage.bring_in(BODIES, (GONE, FULL, BUSY, replace(UNWRITABLE, name="Hoeve 農場")))
    await page.goto(ROUND)
    await page.locator("form[action='/holds/post/release'] button").click()
    await expect(page.locator(f"#progress a[href='{FAILED}']")).to_have_text("3", timeout=60_000)


async def read_why(page: Page) -> None:
    """From the round's page: the server's answer in words beside its own; what cannot be printed says so."""
    await page.goto(ROUND)
    await page.locator(f"main p a[href='{FAILED}']").click()
    gone, full, unwritable = (line(page, one) for one in (GONE, FULL, UNWRITABLE))
    await expect(gone).to_contain_text("Deze mailbox bestaat niet")
    await expect(gone).to_contain_text("550 5.1.1 No such mailbox")
    await expect(full).to_contain_text("De mailbox is vol")
    await expect(unwritable).to_contain_text("een teken dat niet afgedrukt kan worden")
    # A full mailbox passes, so the same address may be tried; the others are to be mended.
    for one, forms in ((gone, 0), (full, 1), (unwritable, 0)):
        await expect(one.locator("form[action$='/retry']")).to_have_count(forms)
    await page.goto(PAGES["later"])
    await expect(page.locator("main")).to_contain_text("451 4.7.1 Greylisted")


def line(page: Page, one: FarmLine) -> Locator:
    """What the list says of this farm's letter."""
    return page.locator("tbody tr", has_text=one.farm_id)


async def mend(page: Page, one: str, field: str, value: str) -> None:
    """By the link beside the letter; back on the list a button tries it again."""
    await page.goto(FAILED)
    await page.locator(f"a[href='/farms/{one}/change']").click()
    await page.locator(f"[name={field}]").fill(value)
    await page.locator("main form.sheet button").first.click()
    await expect(page.locator("h1")).to_contain_text(one)
    await page.goto(FAILED)


async def mend_and_retry_one(page: Page, stage: Stage) -> None:
    """The farm's new address gets the letter, and the list no longer names it."""
    await mend(page, GONE.farm_id, "email", "nieuw@f1.example")
    await page.locator(f"form[action='{PAGES['refused']}/retry'] button").click()
    await expect(page.get_by_role("status")).to_contain_text("1 brief")
    await arrived(stage, "nieuw@f1.example")
    await page.goto(FAILED)
    await expect(line(page, GONE)).to_have_count(0)
    await expect(line(page, FULL)).to_have_count(1)


async def mend_and_retry_all(page: Page, stage: Stage) -> None:
    """All that are mended go with one button, to the full mailbox once it has room; the busy one needs nobody, and goes sooner."""
    await mend(page, UNWRITABLE.farm_id, "name", "Hoeve Ter Linde")
    async with httpx.AsyncClient(base_url=stage.mailbox) as web:
        for one in (FULL, BUSY):
            (await web.delete(f"/refusals/{one.email}")).raise_for_status()
    await page.locator(f"form[action='{FAILED}'] button").click()
    await expect(page.get_by_role("status")).to_contain_text(re.compile("[23] brieven"))
    for one in (FULL, UNWRITABLE, BUSY):
        await arrived(stage, str(one.email))
    await page.goto(FAILED)
    await expect(page.locator("tbody tr")).to_have_count(0)


async def arrived(stage: Stage, address: str) -> None:
    """The letter lies in the mailbox of this address."""
    there = f"{stage.mailbox}/messages?to={address}"
    await eventually(lambda: httpx.get(there).json()["items"], f"no letter for {address}")
