"""An administrator sets up a second factor from the picture, signs in with it, and adds a person."""

import re
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Page, expect

from records.second_factor import STEP_SECONDS
from scheme.language import Language
from tests.browser.looking import CHROMIUM, DESK, browsing, look, picture
from tests.stage import raised

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
PAGES = {"account": "/account", "people": "/people", "person": "/people/P-0001"}


async def test_an_account_with_a_second_factor(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """From the password alone to password and code; then a person, with the password shown once."""
    wanted = request.config.getoption("--pictures")
    pictures = Path(wanted or tmp_path / "pictures") / "account"
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-01") as stage, browsing() as browser:
        desk = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")  # type: ignore[arg-type]
        page, password = await desk.new_page(), stage.people()["administrator"]
        await sign_in(page, password)
        secret = await set_up(page, password, pictures)
        await page.locator("form[action='/sign-out'] button").click()
        await sign_in(page, password)
        await picture(page, pictures / "code.png")
        await page.locator("[name=code]").fill(pyotp.TOTP(secret).at(_step() * STEP_SECONDS))
        await page.locator("main form.sheet button").click()
        await expect(page.locator("form.who")).to_be_visible()
        await add_person(page, pictures)
        for language in (Language.NL, Language.FR) if wanted else ():
            await look(page, language, PAGES, pictures / language.value)


async def sign_in(page: Page, password: str) -> None:
    """Name and password."""
    await page.goto("/sign-in")
    await page.locator("[name=sign_in_name]").fill("administrator")
    await page.locator("[name=password]").fill(password)
    await page.locator("main form button").click()


async def set_up(page: Page, password: str, pictures: Path) -> str:
    """Follow the page; the secret that it shows."""
    await page.goto("/account/second-factor")
    await page.locator("[name=password]").fill(password)
    await page.locator("main form button").click()
    await expect(page.locator(".qr svg")).to_be_visible()
    await picture(page, pictures / "second-factor.png")
    secret = re.sub(r"\s", "", await page.locator(".secret code").inner_text())
    drawn = Image.open(BytesIO(await page.locator(".qr").screenshot()))
    assert [parse_qs(urlsplit(code.text).query)["secret"] for code in zxingcpp.read_barcodes(drawn)] == [[secret]]
    await page.locator("[name=code]").fill(pyotp.TOTP(secret).at((_step() - 1) * STEP_SECONDS))
    await page.locator("main form.sheet button").click()
    await expect(page.locator("form[action='/account/second-factor/removal']")).to_be_visible()
    return secret


async def add_person(page: Page, pictures: Path) -> None:
    """A colleague; the password stands there this once."""
    await page.goto("/people/new")
    await page.locator("[name=sign_in_name]").fill("els")
    await page.locator("main [name=name]").fill("Els Claes")
    await page.locator("main form.sheet button").click()
    await expect(page.get_by_role("status")).to_be_visible()
    await picture(page, pictures / "added.png")


def _step() -> int:
    """The step that runs now."""
    return int(time.time()) // STEP_SECONDS
