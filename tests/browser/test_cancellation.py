"""A round that is cancelled in a real browser, with letters out and letters left: foretold, done, and seen everywhere."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from scheme.language import Language
from tests.browser.looking import CHROMIUM, DESK, browsing, in_language, look, sign_in
from tests.stage import Stage, raised
from tests.world import BODIES, farm

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
ROUND = "/choice-rounds/2025"
CANCELLATION = f"{ROUND}/cancellation"
MAILED, PRINTED = farm(1), replace(farm(2), email=None)
AFTER = {
    "round": ROUND, "letters": "/letters?year=2025", "letter": "/letters/choice:2025:F-000002:choice",
    "farm": "/farms/F-000002", "farms": f"{ROUND}/farms", "kept-farm": "/farms/F-000001",
}  # fmt: skip


async def test_what_has_not_gone_out_is_withdrawn(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The mail has gone and the paper has not; all letters of the house are held, then the round is cancelled."""
    wanted = request.config.getoption("--pictures")
    pictures = Path(wanted or tmp_path / "pictures") / "cancellation"
    languages = (Language.NL, Language.FR) if wanted else ()
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-15") as stage, browsing() as browser:
        desk = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")
        page = await desk.new_page()
        await sign_in(page, stage)
        await send(page, stage)
        await hold_house(page)
        for language in languages:
            await look(page, language, {"before": CANCELLATION, "held-round": ROUND}, pictures / language.value)
        await in_language(page, Language.NL)
        await cancel(page)
        await see(page)
        for language in languages:
            await look(page, language, AFTER, pictures / language.value)


async def test_after_the_last_letter_cancelling_stops_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The page says so before; the farm with its letter chooses on."""
    wanted = request.config.getoption("--pictures")
    pictures = Path(wanted or tmp_path / "pictures") / "cancellation"
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-15") as stage, browsing() as browser:
        desk = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")
        page = await desk.new_page()
        await sign_in(page, stage)
        await send(page, stage, printed=True)
        if wanted:
            for language in (Language.NL, Language.FR):
                await look(page, language, {"all-out": CANCELLATION}, pictures / language.value)
        await in_language(page, Language.NL)
        await page.goto(CANCELLATION)
        await expect(page.locator("main .lead")).to_contain_text("annuleren houdt niets meer tegen")
        await expect(page.locator("main")).to_contain_text("2 bedrijven die hun brief hebben")
        await cancel(page)
        await page.goto("/letters?year=2025&state=withdrawn")
        await expect(page.locator("tbody tr")).to_have_count(0)
        await page.goto("/farms/F-000001")
        await expect(page.locator("main .lead")).to_contain_text("14 februari 2025")


async def send(page: Page, stage: Stage, *, printed: bool = False) -> None:
    """Start the round; the mail goes, the paper waits for the printer unless it is `printed`."""
    await stage.bring_in(BODIES, (MAILED, PRINTED))
    await page.goto(f"{ROUND}/preview")
    await page.locator("form[action='/choice-rounds'] button").click()
    mailed = page.locator("a[href='/letters?year=2025&counted=true&kind=choice&state=handed-over']")
    await expect(mailed).to_have_text("1", timeout=60_000)
    await expect(page.locator("a[href='/letters?year=2025&counted=true&state=to-print']")).to_be_visible(timeout=60_000)
    if printed:
        await page.goto("/print-batches")
        await page.locator("form[action='/print-batches'] button").click()
        await expect(page.locator("h1")).to_contain_text("15 januari 2025")


async def hold_house(page: Page) -> None:
    """No letter goes out any more, by mail or to the printer."""
    await page.goto("/holds/post")
    await page.locator("[name=reason]").fill("Verkeerde lijst")
    await page.locator("form[action='/holds/post'] button").click()
    await expect(page.locator("[role=alert]")).to_contain_text("Verkeerde lijst")


async def cancel(page: Page) -> None:
    """From the round's page, through the page that says what it means."""
    await page.goto(ROUND)
    await page.locator(f"a[href='{CANCELLATION}']").click()
    await page.locator("[name=reason]").fill("Verkeerde lijst van instellingen")
    await page.locator(f"form[action='{CANCELLATION}'] button").click()
    await expect(page.locator("#progress")).to_contain_text("Verkeerde lijst van instellingen", timeout=60_000)


async def see(page: Page) -> None:
    """On the round's page, among the letters, and on the timeline of the farm."""
    await expect(page.locator("#progress")).to_contain_text("1 brief is ingetrokken")
    await expect(page.locator("#progress")).to_contain_text("1 keuze is zonder instelling", timeout=60_000)
    await page.locator("#progress a[href='/letters?year=2025&state=withdrawn']").click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody tr")).to_contain_text("F-000002")
    await page.goto("/farms/F-000002")
    await expect(page.locator("main")).to_contain_text("ingetrokken")
    await expect(page.locator(".timeline").last).to_contain_text("geannuleerd")
