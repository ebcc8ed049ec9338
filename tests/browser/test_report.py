"""The report in the stable, in a real browser: no connection, a closed tab, a killed server, a second telephone."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from parts.postgres import Running
from records.audit_report import ReportAnswerRow, ReportPhotoRow
from records.database import Sessions
from records.periodic_audit import FindingRow
from records.stored_file import StoredFileRow
from scheme.language import Language
from tests.browser.access import complaints, needs_script, too_wide, unreached
from tests.browser.looking import CHROMIUM, DESK, PHONE, browsing, in_language, picture
from tests.browser.stable import REPORT, Stable, stable, tap, write
from tests.pictures import photo
from tests.reports import settle_report
from tests.world import table

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
KEPT = "Alles is bewaard. Deze pagina’s openen ook zonder verbinding."
FINDINGS = {"A3": "kalf zonder oormerk", "C4": "tank niet koud genoeg"}
HELD = "Dit zit nog niet in wat hieronder staat. Het verslag kan ingediend worden zodra hier niets meer wacht."
SOON = 30_000


@pytest_asyncio.fixture
async def barn(cluster: Running, database: str, made_sessions: Sessions) -> AsyncIterator[Stable]:
    async with browsing() as browser, stable(cluster, database, made_sessions, browser) as house:
        yield house


async def opened(telephone: BrowserContext, path: str = REPORT, state: str = KEPT) -> Page:
    """A tab on this page, which says this of what is saved."""
    page = await telephone.new_page()
    await page.goto(path)
    await expect(page.locator("#saving")).to_have_text(state, timeout=SOON)
    return page


async def modules(page: Page) -> list[str]:
    return [path.removeprefix(REPORT) for path in await hrefs(page, ".modules a")]


async def hrefs(page: Page, links: str) -> list[str]:
    return list(await page.locator(links).evaluate_all("all => all.map(one => one.getAttribute('href'))"))


async def forty_answers(page: Page) -> int:
    """Module by module, as many of them findings as there are words for; how many were tapped."""
    await page.goto(REPORT)
    tapped = 0
    for module in await modules(page):
        await page.goto(f"{REPORT}{module}")
        for item in await page.locator("[data-kind=assessment]").evaluate_all(
            "all => all.map(one => one.dataset.item)"
        ):
            if tapped == 40:
                return tapped
            await tap(page, item, "not-met" if item in FINDINGS else "met")
            if item in FINDINGS:
                await write(page, item, FINDINGS[item])
            tapped += 1
        await expect(page.locator("#saving")).to_contain_text(f"{tapped} antwoorden")
    return tapped


async def three_photographs(page: Page, folder: Path) -> None:
    for place, item in enumerate(("H2", "H3", "H3")):
        file = folder / f"foto-{place}.jpg"
        file.write_bytes(photo(size=(800, 600), shade=40 * place))
        await page.locator(f"[name='photo-{item}']").set_input_files(file)
        await expect(page.locator(f"[id='{item}'] .photos")).to_contain_text(file.name)


async def test_nothing_is_lost_and_nothing_is_there_twice(
    barn: Stable, tmp_path: Path, proof_line: Callable[[str], None]
) -> None:
    telephone = await barn.telephone()
    page = await opened(telephone)
    await page.close()
    await barn.kill()
    page = await telephone.new_page()
    assert await forty_answers(page) == 40
    await page.goto(f"{REPORT}/H")
    await three_photographs(page, tmp_path)
    waits = "Wacht op verbinding: 40 antwoorden, 3 foto’s."
    await expect(page.locator("#saving")).to_have_text(waits)
    await page.reload()
    await expect(page.locator("#saving")).to_have_text(waits)
    # Where it is handed in stands what its counts lack.
    await page.goto(f"{REPORT}/hand-in")
    await expect(page.locator("#unsent")).to_have_text(f"{waits} {HELD}")
    await page.close()
    page = await telephone.new_page()
    await page.goto(f"{REPORT}/A")
    await expect(page.locator("[name='words-A3']")).to_have_value(FINDINGS["A3"])
    await expect(page.locator("#saving")).to_have_text(waits)
    # The server comes back, and is killed again before it has everything.
    await barn.start()
    await expect(page.locator("#saving")).not_to_contain_text(re.compile("(40|3[3-9]) antwoorden"), timeout=SOON)
    await barn.kill()
    written = len(await table(barn.sessions, ReportAnswerRow))
    assert written < 40, "killed too late to show anything"
    await telephone.set_offline(True)
    await barn.start()
    await page.reload()
    await expect(page.locator("#saving")).to_contain_text("3 foto’s")
    await telephone.set_offline(False)
    await expect(page.locator("#saving")).to_have_text(KEPT, timeout=2 * SOON)
    await page.goto(f"{REPORT}/hand-in")
    await expect(page.locator("#unsent")).to_be_hidden()
    answers = await table(barn.sessions, ReportAnswerRow)
    assert Counter(row.item for row in answers).most_common(1)[0][1] == 1
    assert {row.item: row.words for row in answers if row.value == "not-met"} == FINDINGS
    photos = await table(barn.sessions, ReportPhotoRow)
    assert (len(answers), sorted(row.item for row in photos)) == (40, ["H2", "H3", "H3"])
    assert len(await table(barn.sessions, StoredFileRow)) == 3
    proof_line(
        f"40 answers and 3 photographs without a connection, two kills ({written} answers had arrived at the second): all there, once"
    )


async def test_two_telephones_choose(barn: Stable) -> None:
    one, other = await barn.telephone(), await barn.telephone()
    mine, theirs = await opened(one, f"{REPORT}/H"), await opened(other, f"{REPORT}/H")
    await one.set_offline(True)
    for item in ("H1", "H5"):
        await tap(mine, item, "not-met")
        await write(mine, item, "mest op de weg")
        await tap(theirs, item, "met")
    await expect(theirs.locator("#saving")).to_have_text(KEPT)
    await one.set_offline(False)
    await expect(mine.locator("#saving")).to_have_text(
        "Ook op een ander toestel gewijzigd, te kiezen: 2 antwoorden.", timeout=SOON
    )
    box = mine.locator("[id='H1'] .met")
    await expect(box).to_contain_text("Daar: Voldaan")
    await expect(box).to_contain_text("Hier: Niet voldaan — mest op de weg")
    await mine.reload()
    await mine.locator("[id='H1'] .met [data-act=mine]").click()
    await mine.locator("[id='H5'] .met [data-act=theirs]").click()
    await expect(mine.locator("#saving")).to_have_text(KEPT)
    await expect(mine.locator("[name='value-H5'][value=met]")).to_be_checked()
    await theirs.reload()
    await expect(theirs.locator("[name='words-H1']")).to_have_value("mest op de weg")
    changes = [(row.item, row.revision, row.value) for row in await table(barn.sessions, ReportAnswerRow)]
    assert sorted(changes) == [("H1", 1, "met"), ("H1", 2, "not-met"), ("H5", 1, "met")]


async def test_what_is_refused_stays_beside_it_and_who_signed_out_loses_nothing(barn: Stable, tmp_path: Path) -> None:
    telephone = await barn.telephone()
    page = await opened(telephone, f"{REPORT}/H")
    await page.locator("[name='photo-H3']").set_input_files(
        {"name": "brief.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-"}
    )
    await expect(page.locator("[id='H3'] .refused")).to_contain_text("brief.jpg: Het bestand is beschadigd")
    await page.locator("[id='H3'] [data-act=drop]").click()
    await expect(page.locator("#saving")).to_have_text(KEPT)
    await three_photographs(page, tmp_path)
    await expect(page.locator("#saving")).to_have_text(KEPT, timeout=SOON)
    await page.locator("[id='H3'] .photos button").first.click()
    await expect(page.locator("[id='H3'] .photos li")).to_have_count(1)
    await expect(page.locator("#saving")).to_have_text(KEPT, timeout=SOON)
    assert sum(row.removed_at is not None for row in await table(barn.sessions, ReportPhotoRow)) == 1
    await telephone.clear_cookies()
    await tap(page, "H1", "met")
    await expect(page.locator("#saving")).to_contain_text("Meld u opnieuw aan")
    assert await table(barn.sessions, ReportAnswerRow) == []


async def test_a_report_is_filled_in_and_handed_in_without_a_script(barn: Stable, tmp_path: Path) -> None:
    page = await (await barn.telephone(script=False)).new_page()
    await page.goto(REPORT)
    for module in await modules(page):
        await page.goto(f"{REPORT}{module}")
        for radio in await page.locator("input[value=met], input[value=good]").all():
            await radio.check()
        for score in await page.locator("[inputmode=numeric]").all():
            await score.fill("75")
        if module == "/H":
            await tap(page, "H3", "not-met")
            await page.locator("[id='H3'] summary").click()
            await page.locator("[name='words-H3']").fill("vuile muren")
            (tmp_path / "muur.jpg").write_bytes(photo())
            await page.locator("[name='photo-H3']").set_input_files(tmp_path / "muur.jpg")
        await page.locator("form.report .plain button").last.click()
        await expect(page.locator("[role=alert]")).to_have_count(0)
    await page.goto(REPORT)
    await page.locator("[name='value-audited-on']").fill("2025-09-01")
    await page.locator("form.report button").click()
    await page.goto(f"{REPORT}/hand-in")
    await expect(page.locator("main")).to_contain_text("vuile muren")
    await page.locator("form[action$='/hand-in'] button").click()
    await expect(page.locator("p.note")).to_contain_text("nog niet verwerkt")
    assert await settle_report(barn.sessions) is None
    assert [row.number for row in await table(barn.sessions, FindingRow)] == ["H3"]


async def test_its_pages_are_for_everybody(barn: Stable, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Axe, Tab, width and a script that is away, in every language; a conflict and a photograph on them."""
    pictures = Path(request.config.getoption("--pictures") or tmp_path) / "report"
    telephone, plain = await barn.telephone(), await barn.telephone(script=False)
    page, bare = await opened(telephone, f"{REPORT}/H"), await plain.new_page()
    await three_photographs(page, tmp_path)
    await tap(page, "H1", "not-met")
    await expect(page.locator("#saving")).to_have_text(KEPT, timeout=SOON)
    wrong: list[str] = []
    for language in Language:
        await in_language(page, language)
        await in_language(bare, language)
        for path in (REPORT, f"{REPORT}/A", f"{REPORT}/H", f"{REPORT}/hand-in"):
            await page.goto(path)
            await expect(page.locator("#saving")).to_be_visible()
            found = [*await complaints(page), *await unreached(page), *await too_wide(page)]
            await bare.goto(path)
            found += [*await needs_script(bare), *await too_wide(bare)]
            wrong += [f"{path} in {language.value}: {one}" for one in found]
            for name, size in (("phone", PHONE), ("desk", DESK)):
                await page.set_viewport_size(size)  # type: ignore[arg-type]
                await picture(page, pictures / language.value / f"{path.rpartition('/')[2]}-{name}.png")
    assert wrong == []
