"""A real browser, and how its pages are looked at: in a language, at a desk and on a phone."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from scheme.language import Language
from tests.stage import Stage

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 740}
# The desk last, for what follows.
SIZES = {"phone": PHONE, "desk": DESK}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """A browser that speaks to nobody but us."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def sign_in(page: Page, stage: Stage) -> None:
    """As the secretariat, after a wrong password that says so."""
    await page.goto("/")
    for password in ("wrong", stage.people()["secretariat"]):
        await page.locator("[name=sign_in_name]").fill("secretariat")
        await page.locator("[name=password]").fill(password)
        await page.locator("main form button").click()
        if password == "wrong":
            await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page).to_have_url(f"{stage.web}/")


async def in_language(page: Page, language: Language) -> None:
    """The first page in this language; it is there before anything else happens to the page."""
    await page.goto("/")
    await page.locator(f"button[name=language][value={language.value}]").click()
    await expect(page.locator("html")).to_have_attribute("lang", language.value)


async def look(page: Page, language: Language, pages: Mapping[str, str], folder: Path) -> None:
    """Each of these pages in this language, at the desk and at a phone's width: one heading, no sideways scroll."""
    await in_language(page, language)
    for name, path in pages.items():
        for width, size in SIZES.items():
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            await page.goto(path)
            await expect(page.locator("h1")).to_have_count(1)
            assert await page.locator("html").get_attribute("lang") == language.value
            assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], (path, width)
            await picture(page, folder / f"{name}-{width}.png")


async def picture(page: Page, file: Path) -> None:
    """A screenshot of the whole page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=file, full_page=True)
