"""A round in a real browser: the secretariat at a desk, the farmer on a phone without JavaScript."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from rehearsal.register import generate
from rehearsal.scenario import scaled, scenario
from rehearsal.web import Mailbox
from scheme.language import Language
from tests.browser.looking import CHROMIUM, DESK, PHONE, browsing, in_language, look, picture, sign_in
from tests.browser.secretary import Secretary
from tests.stage import Stage, raised

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


async def test_a_round_from_sign_in_to_sign_out(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Sign in, preview, start, progress without reload, the farmer chooses on a phone, sign out."""
    pictures = Path(request.config.getoption("--pictures") or tmp_path / "pictures")
    bodies, farms = generate(scaled(scenario("2025"), 20), 2025)
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-01") as stage, browsing() as browser:
        await stage.bring_in(bodies, farms)
        await stage.ikm("clock", "to", "2025-01-15T09:00")
        desk = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")
        page = await desk.new_page()
        await sign_in(page, stage)
        await start_round(page)
        await farmer_chooses(browser, stage, pictures)
        await expect(page.locator("#progress")).to_contain_text("Keurpunt Landbouw", timeout=20_000)
        await put_right(page)
        # All languages when pictures are wanted (make prove); else one, so that the gate stays quick.
        wanted = tuple(Language) if request.config.getoption("--pictures") else (Language.FR,)
        for language in wanted:
            await look(page, language, PAGES, pictures / language.value)
        await in_language(page, Language.NL)
        await page.locator("form[action='/sign-out'] button").click()
        await expect(page.locator("[name=password]")).to_be_visible()
        await page.goto("/farms")
        await expect(page).to_have_url(f"{stage.web}/sign-in?next=%2Ffarms")


async def put_right(page: Page) -> None:
    """A call is noted and its body corrected; the other acts of this kind stand in test_correction.py."""
    await page.goto("/choice-rounds/2025/farms?state=silent")
    farm = await page.locator("tbody th a").first.inner_text()
    await Secretary(page, None).note_call(farm)
    await Secretary(page, None).correct(farm, "while open")


async def start_round(page: Page) -> None:
    """From the preview; the page then changes by itself until every letter is out."""
    await page.goto("/choice-rounds/2025/preview")
    await expect(page.locator("main .lead")).to_contain_text("6 ")
    await page.locator("main form button").first.click()
    await page.wait_for_url("**/choice-rounds/2025*")
    await page.evaluate("window.stayed = true")
    await expect(page.locator("#progress section").first).to_be_visible(timeout=30_000)
    await expect(page.locator("#progress progress").first).not_to_have_js_property("value", 0, timeout=30_000)
    assert await page.evaluate("window.stayed") is True, "the page was loaded again"


async def farmer_chooses(browser: Browser, stage: Stage, pictures: Path) -> None:
    """Open the mail's link on a phone, mark a body, see what will be recorded, confirm; change nothing by looking."""
    mailbox = Mailbox.at(stage.mailbox)
    mails = [await mailbox.read(item) for item in await mailbox.after(0)]
    await mailbox.web.aclose()
    link = next(mail.link for mail in mails if mail.link is not None)
    phone = await browser.new_context(viewport=PHONE, java_script_enabled=False, locale="nl-BE", is_mobile=True)
    page = await phone.new_page()
    await page.goto(link[2])
    await picture(page, pictures / "farmer-1-choose.png")
    await page.get_by_label("Keurpunt Landbouw").check()
    await page.locator("main form button").click()
    await picture(page, pictures / "farmer-2-confirm.png")
    await page.locator("main form button").click()
    await expect(page.get_by_role("status")).to_contain_text("Keurpunt Landbouw")
    await picture(page, pictures / "farmer-3-recorded.png")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await phone.close()


PAGES = {
    "home": "/",
    "farms": "/farms",
    "farm": "/farms/F-000001",
    "rounds": "/choice-rounds",
    "round": "/choice-rounds/2025",
    "round-farms": "/choice-rounds/2025/farms",
    "paper-answers": "/paper-answers",
    "letters": "/letters",
    "print-batches": "/print-batches",
    "tasks": "/tasks?view=group",
    "parameters": "/parameters",
    "parameter": "/parameters/choice-answer-days",
    "clock": "/clock",
    "code": "/choices",
}
