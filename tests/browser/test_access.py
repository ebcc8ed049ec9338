"""Every page for everybody: the rules of WCAG that a machine can judge, a keyboard alone, zoom, a phone, no script."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from scheme.language import Language
from scheme.people import Role
from tests.browser.access import complaints, needs_script, too_wide, unreached
from tests.browser.every_page import MISSING, addresses, furnish
from tests.browser.looking import CHROMIUM, DESK, browsing, in_language
from tests.browser.typist import Typist
from tests.stage import Stage, raised

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
# The auditor is of the body whose audit is toured.
NAMES = {Role.SECRETARIAT: "secretariat", Role.ADMINISTRATOR: "administrator", Role.AUDITOR: "auditor-b-01"}


@dataclass(frozen=True)
class Furnished:
    """A running house with something of everything, a browser, and the places of its addresses."""

    stage: Stage
    browser: Browser
    places: Mapping[str, str]

    async def someone(self, role: Role | None, *, script: bool = True) -> Page:
        """A page of somebody who signed in with the keyboard; None stands for anybody."""
        context = await self.browser.new_context(
            base_url=self.stage.web, viewport=DESK, locale="nl-BE", java_script_enabled=script
        )
        page = await context.new_page()
        if role is not None:
            await page.goto("/")
            await Typist(page).type("[name=sign_in_name]", NAMES[role])
            await Typist(page).type("[name=password]", self.stage.people()[NAMES[role]])
            await page.keyboard.press("Enter")
            await expect(page.locator("form[action='/sign-out']")).to_be_visible()
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Furnished]:
    folder = tmp_path_factory.mktemp("house")
    async with raised(folder, "up", "--practice", "--begins", "2025-01-01") as stage, browsing() as browser:
        yield Furnished(stage, browser, await furnish(stage, folder))


@pytest.mark.proof
async def test_every_page_is_for_everybody(furnished: Furnished, proof_line: Callable[[str], None]) -> None:
    """Nothing that axe calls serious in any language, all by Tab, no sideways scroll, no script."""
    tour = addresses(furnished.places)
    wrong = await toured(furnished, tour, tuple(Language))
    assert not wrong, "\n".join(wrong)
    pages = sum(map(len, tour.values()))
    proof_line(f"{pages} pages in {len(Language)} languages: none with a serious or critical complaint of axe-core")


async def test_some_pages_are_for_everybody(furnished: Furnished) -> None:
    """Every fifteenth page in one language, so that the gate stays quick."""
    some = {role: paths[::15] for role, paths in addresses(furnished.places).items()}
    wrong = await toured(furnished, some, (Language.NL,))
    assert not wrong, "\n".join(wrong)


async def toured(
    furnished: Furnished, tour: Mapping[Role | None, tuple[str, ...]], languages: tuple[Language, ...]
) -> list[str]:
    """What is wrong with these pages in these languages."""
    wrong: list[str] = []
    for role, paths in tour.items():
        page, plain = await furnished.someone(role), await furnished.someone(role, script=False)
        for language in languages:
            await in_language(page, language)
            for path in paths:
                wrong += [f"{language.value} {path}: {why}" for why in await _judged(page, path)]
        for path in paths:
            await plain.goto(path)
            wrong += [f"{path}: {why}" for why in (*await needs_script(plain), *await unreached(plain))]
    return wrong


async def _judged(page: Page, path: str) -> list[str]:
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]
    answer = await page.goto(path)
    there = answer is not None and answer.ok is (path not in MISSING)
    return [*([] if there else ["is not what it should be"]), *await complaints(page), *await too_wide(page)]


async def test_work_is_done_with_a_keyboard_and_no_script(furnished: Furnished) -> None:
    """A paper answer, a hold, its release, a call; and a farmer's own choice."""
    desk = Typist(await furnished.someone(Role.SECRETARIAT, script=False))
    await key_answer(desk)
    await hold_and_let_go(desk)
    await find_and_note(desk, furnished.places["{farm_id}"])
    farmer = Typist(await furnished.someone(None, script=False))
    await choose(farmer, "/choices/{year}/{farm_id}/{token}".format_map(_named(furnished.places)))


def _named(places: Mapping[str, str]) -> dict[str, str]:
    return {name.strip("{}"): value for name, value in places.items()}


async def key_answer(desk: Typist) -> None:
    """The number, Enter, the mark, Enter: the next number may be typed."""
    await desk.press("nav a[href='/paper-answers']")
    await desk.type("main [name=farm_id]", "14")
    await desk.page.keyboard.press("Enter")
    await desk.mark("[name=body]", downs=1)
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("status")).to_contain_text("F-000014")


async def hold_and_let_go(desk: Typist) -> None:
    """The letters of the round wait, and go again."""
    await desk.press("nav a[href='/choice-rounds']")
    await desk.press("main a[href='/choice-rounds/2025']")
    await desk.press("a[href='/holds/choice-round:2025']")
    await desk.type("[name=reason]", "Nieuwe printer")
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("alert").first).to_contain_text("Nieuwe printer")
    await desk.press("form[action='/holds/choice-round:2025/release'] button")
    await expect(desk.page.get_by_text("Nieuwe printer")).to_have_count(0)


async def find_and_note(desk: Typist, farm: str) -> None:
    """Find a farm by its number, note what its holder said on the telephone."""
    await desk.type("header [name=q]", farm)
    await desk.page.keyboard.press("Enter")
    if not desk.page.url.endswith(f"/farms/{farm}"):
        await desk.press(f"main a[href='/farms/{farm}']")
    await desk.press(f"a[href='/farms/{farm}/phone-answer']")
    await desk.mark("[name=body]", downs=0)
    await desk.type("[name=caller]", "Mia Claes")
    await desk.type("[name=caller_role]", "partner")
    await desk.type("[name=note]", "Zij kiest zoals vorige keer.")
    await desk.press("main form.sheet button")
    await desk.press("main form button[name=confirmed]")
    await expect(desk.page.locator(".timeline .words").first).to_contain_text("Mia Claes")


async def choose(farmer: Typist, address: str) -> None:
    """By the letter's link: mark, look, confirm."""
    await farmer.page.goto(address)
    await farmer.mark("[name=body]", downs=1)
    await farmer.page.keyboard.press("Enter")
    await farmer.press("main form button")
    await expect(farmer.page.get_by_role("status")).to_be_visible()
