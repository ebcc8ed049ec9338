"""The register by hand in a real browser: a farm changed in two tabs, a body that is lost, seen on desk and phone."""

from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from scheme.language import Language
from tests.browser.looking import CHROMIUM, DESK, browsing, look, picture, sign_in
from tests.stage import Stage, raised
from tests.world import BODIES, FARMS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
PAGES = {
    "farm": "/farms/F-000001", "farm-form": "/farms/F-000001/change", "farm-new": "/farms/new",
    "bodies": "/inspection-bodies", "body": "/inspection-bodies/B-01", "body-form": "/inspection-bodies/B-01/change",
    "dairies": "/dairies", "dairy": "/dairies/D-001", "dairy-form": "/dairies/D-001/change", "round": "/choice-rounds/2025",
}  # fmt: skip


async def test_the_register_is_changed_and_a_lost_body_asks_again(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pictures = Path(request.config.getoption("--pictures") or tmp_path / "pictures") / "register"
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-15") as stage, browsing() as browser:
        await stage.bring_in(BODIES, FARMS)
        desk = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")
        page = await desk.new_page()
        await sign_in(page, stage)
        await add_dairy(page)
        await change_in_two_tabs(desk, page, pictures)
        if request.config.getoption("--pictures"):
            await lose_a_body(stage, page, pictures)
            for language in (Language.NL, Language.FR):
                await look(page, language, PAGES, pictures / language.value)


async def add_dairy(page: Page) -> None:
    """What is wrong stands beside its field; put right, it is there."""
    await page.goto("/dairies/new")
    await page.locator("[name=name]").fill("Melkunie Kempen")
    await page.locator("[name=email]").fill("melk@kempen")
    await keep(page)
    await expect(page.locator("#email-error")).to_be_visible()
    await page.locator("[name=email]").fill("in@melkunie.example")
    await keep(page)
    await expect(page.locator("h1")).to_contain_text("Melkunie Kempen")


async def change_in_two_tabs(desk: BrowserContext, page: Page, pictures: Path) -> None:
    """The second tab sees what the first kept, and loses nothing of its own."""
    other = await desk.new_page()
    for tab in (page, other):
        await tab.goto("/farms/F-000001/change")
    await page.locator("[name=holder]").fill("Bart Peeters")
    await page.locator("[name=dairy_id]").select_option("D-001")
    await page.locator("[name=enterprise_number]").fill("0403.019.261")
    await keep(page)
    await expect(page.locator("#changes")).to_contain_text("An Peeters → Bart Peeters")
    await other.locator("[name=holder]").fill("Els Peeters")
    await keep(other)
    await expect(other.locator("#holder-there")).to_contain_text("Bart Peeters")
    await expect(other.locator("[name=holder]")).to_have_value("Els Peeters")
    await expect(other.locator("[name=dairy_id]")).to_have_value("D-001")
    await picture(other, pictures / "farm-conflict.png")
    await keep(other)
    await expect(other.locator("#changes")).to_contain_text("Bart Peeters → Els Peeters")
    await other.close()


async def lose_a_body(stage: Stage, page: Page, pictures: Path) -> None:
    """First whom it concerns; then it is done, and the farm's page says so."""
    await stage.ikm("choice-round", "start", "2025")
    await stage.ikm("clock", "to", "2025-01-16T09:00")
    await page.goto("/inspection-bodies/B-01/change")
    await page.locator("[name=recognised_until]").fill("2025-01-14")
    await keep(page)
    await expect(page.locator("main .lead")).to_contain_text("3")
    await picture(page, pictures / "body-confirm.png")
    await page.locator("main form button").click()
    await expect(page.locator("#changes")).to_contain_text("28 februari 2027 → 14 januari 2025")
    await stage.ikm("clock", "to", "2025-01-17T09:00")
    await page.goto("/farms/F-000001")
    await expect(page.locator("main .lead")).to_contain_text("omdat Keurpunt 1 niet meer gekozen kan worden")


async def keep(page: Page) -> None:
    """The form's own button."""
    await page.locator("main form.sheet button").first.click()
