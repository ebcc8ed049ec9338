"""What the secretariat puts right, in a real browser: a call noted, a wrong body, a wrong stop, a wrong address."""

from pathlib import Path

import pytest

from rehearsal.register import generate
from rehearsal.scenario import scaled, scenario
from scheme.language import Language
from tests.browser.looking import CHROMIUM, DESK, browsing, in_language, sign_in
from tests.browser.secretary import Secretary
from tests.stage import raised

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


async def test_what_went_wrong_is_put_right(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """At a desk and at a phone's width; each act has its form, its confirmation, and its place on the farm's page."""
    wanted = request.config.getoption("--pictures")
    bodies, farms = generate(scaled(scenario("2025"), 40), 2025)
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-01") as stage, browsing() as browser:
        await stage.bring_in(bodies, farms)
        await stage.ikm("clock", "to", "2025-01-15T09:00")
        context = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")
        page = await context.new_page()
        await sign_in(page, stage)
        await page.goto("/choice-rounds/2025/preview")
        await page.locator("main form button").first.click()
        await page.wait_for_url("**/choice-rounds/2025*")
        await stage.ikm("clock", "to", "2025-01-16T09:00")
        await page.goto("/choice-rounds/2025/farms")
        asked = await page.locator("tbody th a").all_inner_texts()
        known = [one for one in farms if one.country == "BE" and one.expires_on and not one.choice_made_on]
        beside = [one.farm_id for one in known if one.farm_id not in asked]
        for number, language in enumerate((Language.NL, Language.FR) if wanted else (Language.NL,)):
            her = Secretary(page, Path(wanted) / "correction" / language.value if wanted else None)
            await in_language(page, language)
            first, second, third = asked[3 * number : 3 * number + 3]
            await her.note_call(first)
            await her.correct(first, "while open")
            await her.stop_and_take_back(second)
            await her.send_again(third)
            await her.add(f"{beside[number]}\n{first}\n999999")
        # Silence counts only for a farm whose letter has left.
        await page.goto("/print-batches")
        await page.locator("form[action='/print-batches'] button").click()
        await stage.ikm("clock", "to", "2025-03-01T09:00")
        await her.correct(third, "after the end")
