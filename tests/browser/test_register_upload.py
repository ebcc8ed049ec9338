"""A register file in a real browser: uploaded with mistakes, mended, its columns said, looked at, imported, compared."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from press.sheet import csv_bytes
from scheme.language import Language
from scheme.register import FARMS as FARM_FILE
from tests.browser.looking import CHROMIUM, DESK, PHONE, browsing, picture, sign_in
from tests.stage import raised
from tests.world import BODIES, FARMS, farm

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
OURS = ("farm_id", "name", "holder", "street", "postcode", "city", "country", "language", "email", "expires_on")
THEIRS = ("Bedrijfsnummer", "Naam", "Houder", "Straat", "Postcode", "Gemeente", "Land", "Taal", "E-mail", "Vervaldatum")


async def test_a_file_is_mended_looked_at_and_imported(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    pictures = Path(request.config.getoption("--pictures") or tmp_path / "pictures") / "register-upload"
    wanted = (Language.FR, Language.NL) if request.config.getoption("--pictures") else (Language.NL,)
    async with raised(tmp_path, "up", "--practice", "--begins", "2025-01-01") as stage, browsing() as browser:
        await stage.bring_in(BODIES, FARMS)
        desk = await browser.new_context(base_url=stage.web, viewport=DESK, locale="nl-BE")
        page = await desk.new_page()
        await sign_in(page, stage)
        await upload(page, written(tmp_path / "fout.csv", postcode="99999"))
        await expect(page.locator("main")).to_contain_text("Een Belgische postcode heeft vier cijfers")
        await look(page, pictures, "mistakes", wanted)
        await upload(page, written(tmp_path / "bedrijven.csv", postcode="9000"))
        await page.locator("select[name=column-10]").select_option("")
        await page.locator("form[action$='/mapping'] button").click()
        await expect(page.locator("main tbody")).to_contain_text("Aalst")
        await look(page, pictures, "report", wanted)
        await page.locator("form[action$='/commit'] button").click()
        await expect(page.locator("#progress")).to_contain_text("Elk dossier is begonnen", timeout=20_000)
        await look(page, pictures, "imported", wanted)
        await page.locator("a[href$='/differences']").click()
        await expect(page.locator("h1")).to_contain_text("naast het register")
        await look(page, pictures, "differences", wanted)
        await page.goto("/register-uploads")
        await look(page, pictures, "files", wanted)


def written(file: Path, *, postcode: str) -> Path:
    """A file as a secretariat keeps it: its own names, a column that is not ours, one farm moved, one new."""
    lines = [farm(1, city="Aalst", postcode=postcode), farm(2), farm(7, name="Élevage du Pré", email=None)]
    assert set(OURS) <= set(FARM_FILE.names)
    rows = [[*(getattr(line, name) for name in OURS), "opgebeld"] for line in lines]
    file.write_bytes(csv_bytes([*THEIRS, "Opmerking"], rows))
    return file


async def upload(page: Page, file: Path) -> None:
    await page.goto("/register-uploads")
    await page.locator("input[type=file]").set_input_files(file)
    await page.locator("form[enctype] button").click()
    await expect(page.locator("h1")).to_have_text(file.name)


async def look(page: Page, pictures: Path, name: str, wanted: tuple[Language, ...]) -> None:
    """The page as it stands, at the desk and on a phone; ends in Dutch."""
    for language in wanted:
        await page.locator(f"button[name=language][value={language.value}]").click()
        await expect(page.locator("html")).to_have_attribute("lang", language.value)
        for width, size in {"desk": DESK, "phone": PHONE}.items():
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], (name, width)
            await picture(page, pictures / language.value / f"{name}-{width}.png")
        await page.set_viewport_size(DESK)  # type: ignore[arg-type]
