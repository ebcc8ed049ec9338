"""Steering a round in a real browser: a farm to mend, a test letter, letters held and let go, a copy, the end of it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from rehearsal.web import Mailbox
from scheme.language import Language
from tests.browser.looking import CHROMIUM, DESK, browsing, in_language, look, picture, sign_in
from tests.stage import Stage, raised
from tests.world import BODIES, FARMS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
ROUND = "/choice-rounds/2025"
BOTH = (Language.NL, Language.FR)
UNWRITABLE = "Ферма"
PAGES = {
    "round": ROUND, "hold": "/holds/choice-round:2025", "failed": f"{ROUND}/failed-letters",
    "cancellation": f"{ROUND}/cancellation", "farms": f"{ROUND}/farms",
}  # fmt: skip


async def test_a_round_is_steered(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    wanted = request.config.getoption("--pictures")
    pictures = Path(wanted or tmp_path / "pictures") / "steering"
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-15") as stage, browsing() as browser:
        await stage.bring_in(BODIES, (*FARMS[:2], replace(FARMS[2], name=UNWRITABLE)))
        desk = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")
        page = await desk.new_page()
        await sign_in(page, stage)
        await mend(page, pictures, BOTH if wanted else ())
        await write_to_oneself(page, stage, pictures, BOTH if wanted else ())
        await hold_house(page)
        await page.goto(f"{ROUND}/preview")
        await page.locator("form[action='/choice-rounds'] button").click()
        await expect(page.locator("#progress section").first).to_be_visible(timeout=30_000)
        await release(page)
        await print_one_again(page, pictures, BOTH if wanted else ())
        await hold_round(page, pictures)
        if wanted:
            for language in BOTH:
                await look(page, language, PAGES, pictures / language.value)
            await in_language(page, Language.NL)
        await cancel(page, pictures)


async def mend(page: Page, pictures: Path, languages: tuple[Language, ...]) -> None:
    """A name that no typeface has stands in the way: no button to start, but one to the farm's form."""
    await page.goto(f"{ROUND}/preview")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator("form[action='/choice-rounds'] button")).to_have_count(0)
    for language in languages:
        await look(page, language, {"blocked": f"{ROUND}/preview"}, pictures / language.value)
    await in_language(page, Language.NL)
    await page.goto(f"{ROUND}/preview")
    await page.locator("main td a").first.click()
    await page.locator("[name=name]").fill("Hoeve Ter Linde")
    await page.locator("main form.sheet button").first.click()
    await expect(page.locator("h1")).to_contain_text("Hoeve Ter Linde")


async def write_to_oneself(page: Page, stage: Stage, pictures: Path, languages: tuple[Language, ...]) -> None:
    """The letter arrives in one's own mailbox, marked as a test."""
    await page.goto("/account")
    await page.locator("[name=email]").fill("secretariat@ikm.example")
    await page.locator("form[action='/account'] button").click()
    await page.goto(f"{ROUND}/test-letter")
    await page.locator("[name=language][type=checkbox][value=fr]").check()
    await page.locator(f"form[action='{ROUND}/test-letter'] button").click()
    await expect(page.locator("main .note")).to_be_visible()
    mailbox = Mailbox.at(stage.mailbox)
    async with asyncio.timeout(30), mailbox.web:
        while not (found := await mailbox.after(0)):
            pass
        mail = (await mailbox.read(found[0])).message
    assert (mail["To"], str(mail["Subject"])[:6]) == ("secretariat@ikm.example", "[TEST]")
    for language in languages:
        await look(page, language, {"test-letter": f"{ROUND}/test-letter"}, pictures / language.value)
    await in_language(page, Language.NL)


async def hold_house(page: Page) -> None:
    """Without a reason it says so beside the field; with one, all letters wait."""
    await page.goto("/holds/post")
    await page.locator("[name=reason]").evaluate("field => field.removeAttribute('required')")
    await page.locator("form[action='/holds/post'] button").click()
    await expect(page.locator("#reason-error")).to_be_visible()
    await page.locator("[name=reason]").fill("Nieuwe printer")
    await page.locator("form[action='/holds/post'] button").click()
    await expect(page.locator("[role=alert]")).to_contain_text("Nieuwe printer")


async def release(page: Page) -> None:
    """Held, nothing has gone; let go, the mails are out."""
    await page.goto(ROUND)
    await expect(page.locator("[role=alert]")).to_contain_text("Nieuwe printer")
    await page.locator("form[action='/holds/post/release'] button").click()
    await expect(page.locator("[role=alert]")).to_have_count(0)
    sent = page.locator("a[href='/letters?year=2025&counted=true&kind=choice&state=handed-over']")
    await expect(sent).to_have_text("2", timeout=30_000)
    await expect(page.locator("a[href='/letters?year=2025&counted=true&state=to-print']").first).to_be_visible(
        timeout=30_000
    )


async def print_one_again(page: Page, pictures: Path, languages: tuple[Language, ...]) -> None:
    """The paper letter is printed, torn, and printed again as a copy."""
    await page.goto("/print-batches")
    await page.locator("form[action='/print-batches'] button").click()
    await look_here(page, "batch", pictures, languages)
    await page.locator("[name=letter]").first.check()
    await page.locator("[name=damaged]").check()
    await page.locator("form[action$='/copies'] button").click()
    await expect(page.locator("main .note")).to_be_visible()
    await look_here(page, "copy", pictures, languages)


async def look_here(page: Page, name: str, pictures: Path, languages: tuple[Language, ...]) -> None:
    """The page that an act led to, in each language, and then again as it was."""
    here = page.url
    for language in languages:
        await look(page, language, {name: here}, pictures / language.value)
    if languages:
        await in_language(page, Language.NL)
        await page.goto(here)


async def hold_round(page: Page, pictures: Path) -> None:
    """The round's own hold, from its page."""
    await page.goto(ROUND)
    await page.locator("a[href='/holds/choice-round:2025']").click()
    await picture(page, pictures / "hold-form-desk.png")
    await page.locator("[name=reason]").fill("Verkeerde bijlage")
    await page.locator("form[action='/holds/choice-round:2025'] button").click()
    await expect(page).to_have_url(f"{page.url.split('/choice-rounds')[0]}{ROUND}")
    await expect(page.locator("[role=alert]")).to_contain_text("Verkeerde bijlage")


async def cancel(page: Page, pictures: Path) -> None:
    """What becomes of all is said before; afterwards who, when and why stand on the round's page."""
    await page.goto(f"{ROUND}/cancellation")
    await expect(page.locator("main .lead")).to_contain_text("Alle brieven van deze ronde zijn vertrokken")
    await page.locator("[name=reason]").fill("Verkeerde lijst van instellingen")
    await page.locator(f"form[action='{ROUND}/cancellation'] button").click()
    await expect(page.locator("#progress")).to_contain_text("Verkeerde lijst van instellingen", timeout=30_000)
    await picture(page, pictures / "cancelled-desk.png")
    await page.goto(f"{ROUND}/preview")
    await expect(page.get_by_role("alert")).to_contain_text("geannuleerd")
