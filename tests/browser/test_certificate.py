"""From the end of a choice to the certificate in the farmer's hand, by the people who do it, in a real browser.

One farm with a finding of grade A and one of grade B, a proof that goes back and a late reminder; one that is refused,
one that gets 18 months, one that stops half-way.
"""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import pytest_asyncio
import zxingcpp
from playwright.async_api import Page, expect
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from scheme.language import Language
from tests.auditing import Course, body_of, fill_in, keyed, link_of, plan
from tests.browser.access import complaints, needs_script, too_wide, unreached
from tests.browser.desk import NAMES, Office
from tests.browser.looking import CHROMIUM, browsing
from tests.running import farms
from tests.stage import Stage, raised
from tests.world import BODIES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
FARMS = 4
CHOSEN = "2025-02-17T09:00"
A, B = "C4", "A21"


@pytest_asyncio.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    """A house on Mon 2025-02-17: the choices of four farms have ended, and their audits are open."""
    folder, wanted = tmp_path_factory.mktemp("certificate"), request.config.getoption("--pictures")
    languages = (Language.NL, Language.FR) if wanted else (Language.NL,)
    async with raised(folder / "var", "up", "--practice", "--begins", "2025-01-01") as stage, browsing() as browser:
        named = [
            replace(one, name=NAMES[place], email=f"hoeve@f{place}.example", expires_on=date(2025, 11, 30))
            for place, one in enumerate(farms(FARMS, 3))
        ]
        await stage.bring_in(BODIES, named)
        await stage.ikm("clock", "to", "2025-01-15T09:00")
        await stage.ikm("choice-round", "start", "2025")
        await stage.ikm("clock", "to", CHOSEN)
        yield Office(stage, browser, Path(wanted or folder) / "certificate", languages)


async def test_from_choice_to_certificate(office: Office) -> None:
    """A finding of grade A is proven, sent back, reminded of and seen on site; two others review and decide."""
    audit = await planned(office, 1, "2025-06-16")
    await reported(office, audit, "2025-06-16", Course((A, B)))
    farmer = await link_of(office.stage, audit)
    shown = await at_farm(office, farmer)
    for path in ("/audit", farmer, f"{farmer}/self-assessment", f"{farmer}/findings/{A}"):
        await shown.goto(path)
        wrong = [*await complaints(shown), *await needs_script(shown), *await unreached(shown), *await too_wide(shown)]
        assert wrong == [], path
    await proven(shown, farmer, A, "De koeltank is hersteld.")
    auditor = await office.desk_of(await auditor_of(office, audit))
    await judged(auditor, audit, A, accepted=False, reason="De temperatuur is op de foto niet te lezen.")
    await shown.goto(f"{farmer}/findings/{A}")
    await expect(shown.locator("main")).to_contain_text("niet te lezen")
    # Two weeks before its last day the farmer is reminded, and answers on the day after.
    await office.stage.ikm("clock", "to", "2025-09-03T09:00")
    assert await letters_about(office.stage, audit) >= {"visit", "report", "returned", "due"}
    await proven(shown, farmer, A, "Nieuwe foto van de thermometer.")
    await plan(office.stage, audit, "2025-09-03T13:00:00+02:00")
    await judged(auditor, audit, A, accepted=True, seen="on-site")
    await office.look(auditor, "auditor", {"audit": f"/audits/{audit}"})
    certification = audit.replace("periodic-audit", "certification")
    reviewer, decider = await office.desk_of("decision-maker"), await office.desk_of("decision-maker-2")
    await office.look(reviewer, "reviewer", {"file": f"/certifications/{certification}", "list": "/certifications"})
    await pressed(reviewer, f"/certifications/{certification}", "three-years")
    await reviewer.goto(f"/certifications/{certification}")
    await expect(reviewer.locator("main form[action*=certifications]")).to_have_count(0)
    await pressed(decider, f"/certifications/{certification}", "three-years")
    await expect(decider.locator(".lead")).to_contain_text("IKM-2025-000001")
    await office.look(decider, "decider", {"decided": f"/certifications/{certification}"})
    await read_back(office, "IKM-2025-000001", farm_id=audit.split(":")[2])


async def test_bad_surroundings_are_refused_with_reasons(office: Office) -> None:
    audit = await planned(office, 2, "2025-10-06")
    await reported(office, audit, "2025-10-06", Course(("H1",), surroundings="bad"))
    decided = await decide(office, audit, "refusal")
    await expect(decided.locator(".lead")).to_contain_text("geen certificaat")
    assert "refusal" in await letters_about(office.stage, audit.replace("periodic-audit", "certification"))


async def test_a_low_score_gives_eighteen_months(office: Office) -> None:
    audit = await planned(office, 3, "2025-10-13")
    await reported(office, audit, "2025-10-13", Course(score=55))
    decided = await decide(office, audit, "eighteen-months")
    # From the day after the old one ends, counted from its last day (rules 5.1 and 5.3).
    await expect(decided.locator(".lead")).to_contain_text("1 december 2025")
    await expect(decided.locator(".lead")).to_contain_text("30 mei 2027")


async def test_a_farm_stops_half_way(office: Office) -> None:
    audit = await planned(office, 4, "2025-10-20")
    desk = await office.desk_of("secretariat")
    await desk.goto(f"/farms/{audit.split(':')[2]}/stop")
    for _step in range(2):
        await desk.locator("main form button[type=submit]").last.click()
        await desk.wait_for_load_state()
    await desk.goto(f"/audits/{audit}")
    await expect(desk.locator(".lead")).to_contain_text("gestopt")
    await office.stage.ikm("check")


async def planned(office: Office, place: int, on: str) -> str:
    """The planner of the farm's body plans the visit on that day; the audit's case."""
    farm_id = f"F-{place:06}"
    audit = f"periodic-audit:2025:{farm_id}"
    planner = await office.desk_of((await auditor_of(office, audit)).replace("auditor", "planner"))
    await planner.goto(f"/audits/{audit}/visit")
    await planner.locator("[name=on]").fill(on)
    await planner.locator("main form button").click()
    if "/visit" in planner.url:
        await planner.locator("main form button").click()
    await expect(planner.locator(".lead")).to_contain_text("bezoekt het bedrijf")
    await office.look(planner, f"planner-{place}", {"audit": f"/audits/{audit}", "week": f"/audits/calendar?week={on}"})
    return audit


async def auditor_of(office: Office, audit: str) -> str:
    """The sign-in name of the practice auditor of the audit's body."""
    return f"auditor-{await body_of(office.stage, audit)}"


async def reported(office: Office, audit: str, on: str, course: Course) -> None:
    """On the day of the visit every requirement is answered, and the report handed in by a page."""
    await office.stage.ikm("clock", "to", f"{on}T15:00")
    await fill_in(office.stage, audit, on, course)
    page = await office.desk_of(await auditor_of(office, audit))
    path = f"/audits/{audit}/report"
    await office.look(page, "report", {"overview": path, "hand-in": f"{path}/hand-in"})
    await page.goto(f"{path}/hand-in")
    await page.locator("main form button").click()
    await page.wait_for_load_state()


async def letters_about(stage: Stage, case: str) -> set[str]:
    """The kinds of letters that were written about a case."""
    desk = await keyed(stage, "secretariat")
    found = await desk.get("/api/v1/letters", params={"pageSize": 500})
    return {one["kind"] for one in found.json()["items"] if one["letterKey"].startswith(case)}


async def at_farm(office: Office, path: str) -> Page:
    """The farmer's telephone, on the page behind the link."""
    context = await office.browser.new_context(
        base_url=office.stage.web, locale="nl-BE", viewport={"width": 375, "height": 740}
    )
    page = await context.new_page()
    await page.goto(path)
    await expect(page.locator("h1")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 375
    return page


async def proven(page: Page, path: str, number: str, words: str) -> None:
    """The farmer hands in a proof."""
    await page.goto(f"{path}/findings/{number}")
    await page.locator("[name=words]").fill(words)
    await page.locator("main form button[type=submit]").last.click()
    await page.wait_for_url("**thanks**")


async def judged(
    page: Page, audit: str, number: str, *, accepted: bool, reason: str = "", seen: str = "on-paper"
) -> None:
    """The auditor says what they think of it."""
    await page.goto(f"/audits/{audit}/findings/{number}/verdict")
    await page.locator(f"[name=accepted][value={str(accepted).lower()}]").check()
    await page.locator(f"[name=seen][value={seen}]").check()
    await page.locator("[name=reason]").fill(reason)
    await page.locator("main form button[type=submit]").last.click()
    await page.wait_for_url(f"**/audits/{audit}")


async def decide(office: Office, audit: str, result: str) -> Page:
    """Two people review and decide the same; the page of the decision."""
    path = f"/certifications/{audit.replace('periodic-audit', 'certification')}"
    for name in ("decision-maker", "decision-maker-2"):
        page = await office.desk_of(name)
        await pressed(page, path, result)
    return page


async def pressed(page: Page, path: str, result: str) -> None:
    """The result is chosen and recorded, with grounds."""
    await page.goto(path)
    await page.locator(f"[name=result][value={result}]").check()
    await page.locator("[name=reasons]").fill("Het dossier is gelezen.")
    await page.locator("main form[action*=certifications] button").click()
    await page.wait_for_url(f"**{path}")


async def read_back(office: Office, number: str, farm_id: str) -> None:
    """The certificate says what was decided, leads to its public page, and is signed, tagged and made to last."""
    desk = await keyed(office.stage, "secretariat")
    pdf = await made(desk, number)
    document = pypdfium2.PdfDocument(pdf)
    said = document[0].get_textpage().get_text_bounded()
    for words in (number, "Hoeve Ter Linde", "30 november 2028"):
        assert words in said, words
    (code,) = zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())
    assert code.text.endswith(f"/c/{number}")
    (office.pictures / "certificate.png").parent.mkdir(parents=True, exist_ok=True)
    document[0].render(scale=2).to_pil().save(office.pictures / "certificate.png")
    (own,) = load_certs_from_pemder([str(office.stage.var / "signing" / "chain.pem")])
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    assert (await async_validate_pdf_signature(found, ValidationContext(trust_roots=[own]))).bottom_line
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        marks = opened.open_metadata()
        assert (marks.pdfa_status, marks["{http://www.aiim.org/pdfua/ns/id/}part"]) == ("2A", "1")
        assert bool(opened.Root.MarkInfo.Marked)
    visitor = await office.browser.new_page(base_url=office.stage.web)
    await visitor.goto(f"/c/{number}")
    await expect(visitor.locator("main")).to_contain_text("Hoeve Ter Linde")
    assert number in (await desk.get(f"/farms/{farm_id}")).text
    await visitor.close()


async def made(desk: Any, number: str) -> bytes:
    """The post makes and signs it: it is there within a minute."""
    async with asyncio.timeout(60):
        while not (answer := await desk.get(f"/certificates/{number}.pdf")).is_success:
            pass
    return bytes(answer.content)
