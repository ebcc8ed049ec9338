"""What ran before is taken over and seen in a real browser: a farm's page, what is foreseen, a matter closed."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from scheme.language import Language
from tests.browser.looking import CHROMIUM, DESK, browsing, in_language, look, picture, sign_in
from tests.running import farms, running_file
from tests.stage import Stage, raised
from tests.world import BODIES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
# A corrective action of grade A, a running choice, a late one, an audit that is planned.
SEEN = {"action": "/farms/F-000006", "choice": "/farms/F-000001", "late": "/farms/F-000012", "audit": "/farms/F-000005"}
MATTER = "/farms/F-000006/matters/1"


async def test_what_ran_is_seen_and_closed(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    pictures = Path(request.config.getoption("--pictures") or tmp_path / "pictures") / "running"
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-01") as stage, browsing() as browser:
        await bring_over(stage, tmp_path)
        desk = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")
        page = await desk.new_page()
        await sign_in(page, stage)
        # Both languages and every page when pictures are wanted (make prove); else few, so that the gate stays quick.
        whole = bool(request.config.getoption("--pictures"))
        for language in (Language.NL, Language.FR) if whole else (Language.NL,):
            seen = SEEN if whole else {"late": SEEN["late"]}
            await look(page, language, {**seen, "matter": MATTER}, pictures / language.value)
        await in_language(page, Language.NL)
        await close(page, pictures)


async def bring_over(stage: Stage, folder: Path) -> None:
    """The files as a secretary would bring them: bodies and farms, then what runs."""
    await stage.bring_in(BODIES, farms(12, 3))
    (folder / "running.csv").write_text(running_file(12))
    assert (await stage.json("register", "import", str(folder / "running.csv")))["added"] == 13


async def close(page: Page, pictures: Path) -> None:
    """Closed with a day and a remark; the farm's page then says so."""
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await page.goto(MATTER)
    await page.locator("textarea[name=note]").fill("Foto van de nieuwe drinkbak gezien.")
    await page.locator("form[action$='/close'] button").click()
    await expect(page.locator("main .lead")).to_contain_text("Afgehandeld op 1 januari 2025")
    await expect(page.locator("main")).to_contain_text("nieuwe drinkbak")
    await picture(page, pictures / "matter-closed.png")
    await page.goto("/farms/F-000006")
    await expect(page.locator("ol.timeline").last).to_contain_text("Corrigerende maatregel: Afgesloten")
