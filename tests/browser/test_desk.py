"""Daily work in a real browser, at a desk and on a phone, with work that is really there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from scheme.language import Language
from tests.browser.desk import Office, desk, leads_nowhere_forbidden, mark
from tests.browser.looking import CHROMIUM, PHONE, browsing, picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.timeout(400),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
LISTS = {view: f"/tasks?view={view}" for view in ("group", "late", "all")}
ROLES = ("secretariat", "decision-maker", "operations", "assessor", "administrator", "planner-b-01", "auditor-b-01")
ANSWER_DAYS = "/parameters/choice-answer-days"
REFUSED = "/tasks/letter-refused:choice:2024:F-000013:assignment:1"
LATE = "/tasks/matter-late:matter:F-000012:1"
# A finger needs so many pixels.
THUMB = 40


@pytest_asyncio.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    """One house for all of these."""
    folder, wanted = tmp_path_factory.mktemp("desk"), request.config.getoption("--pictures")
    languages = (Language.NL, Language.FR) if wanted else (Language.NL,)
    async with desk(folder / "var") as stage, browsing() as browser:
        yield Office(stage, browser, Path(wanted or folder) / "desk", languages)


async def test_tasks_pass_from_hand_to_hand(office: Office) -> None:
    """Claimed, given back, given to a colleague, put off, closed with what came of it; done by who stands in."""
    password = await colleague(office)
    page = await office.desk_of("secretariat")
    await office.look(page, "tasks", {**LISTS, "refused": REFUSED, "late-matter": LATE})
    await page.goto("/tasks?view=group")
    await printed(page, office.pictures / "tasks-printed.png")
    await mark(page, 2)
    await page.locator("button[name=act][value=claim]").click()
    await expect(page.locator(".lists [aria-current] + a, .lists a").first).to_contain_text("2")
    await page.goto("/tasks?view=group&free=true")
    await mark(page, 3)
    await page.locator("fieldset select[name=person]").select_option(label="Els Claes (secretariaat)")
    await page.locator("button[name=act][value=assign]").click()
    await expect(page).to_have_url(f"{office.stage.web}/tasks?view=group&free=true")
    await page.goto("/tasks")
    await page.locator("tbody th a").first.click()
    await page.locator("#release button").click()
    await expect(page.locator("dl.facts")).to_contain_text("nog niemand")
    await put_off_and_close(office, page)
    await stand_in(office, page, password)


async def printed(page: Page, file: Path) -> None:
    """The list on paper: its lines, and nothing that can only be pressed."""
    await page.emulate_media(media="print")
    await expect(page.locator("tbody tr").first).to_be_visible()
    for pressed in ("button", "nav", "select"):
        assert not [one for one in await page.locator(pressed).all() if await one.is_visible()], pressed
    await picture(page, file)
    await page.emulate_media(media="screen")


async def test_the_first_page_says_what_waits_and_what_runs(office: Office) -> None:
    """For each role its own; what runs is not empty for anybody."""
    for name in ROLES:
        page = await office.desk_of(name)
        await leads_nowhere_forbidden(page)
        await office.look(page, "home", {name: "/"})
        await page.goto("/")
        await expect(page.locator("a[href='/farms?runs=anything']")).to_be_visible()
        await expect(page.locator("#runs li").first).to_be_visible()
        await page.context.close()


async def test_a_letter_is_looked_at(office: Office) -> None:
    """One that a mail server refused, with what it said; one that went out, as its reader sees it."""
    page = await office.desk_of("secretariat")
    await page.goto("/letters?refused=true&kind=choice")
    await page.locator("tbody td a[href^='/letters/']").first.click()
    await expect(page.locator("h1")).to_contain_text("Keuzebrief")
    await expect(page.locator("dl.facts")).to_contain_text("Deze mailbox bestaat niet")
    refused = page.url.removeprefix(office.stage.web)
    await page.goto("/letters?state=handed-over&kind=choice")
    await page.locator("tbody td a[href^='/letters/']").first.click()
    mail = page.frame_locator("iframe.mail")
    await expect(mail.locator("body")).to_contain_text("14 februari 2025")
    sent = page.url.removeprefix(office.stage.web)
    await office.look(page, "letter", {"refused": refused, "sent": sent, "letters": "/letters"})
    # A browser does not draw a frame that nobody has scrolled to.
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.goto(sent)
    await page.locator("iframe.mail").scroll_into_view_if_needed()
    await expect(mail.locator("body")).to_contain_text("14 februari 2025")
    await page.screenshot(path=office.pictures / "letter" / "nl" / "mail-phone.png")


async def test_a_filter_is_shared_by_link(office: Office) -> None:
    """Saved by one, opened by another who can neither rename nor remove it, removed by the first."""
    page, other = await office.desk_of("secretariat"), await office.desk_of("operations")
    await page.goto("/letters?refused=true")
    await page.locator("details.saved summary").click()
    await page.locator("#filter-name").fill("Geweigerd door de mailserver")
    await page.locator("details.saved [name=shared]").check()
    await page.locator("details.saved button").click()
    await other.goto("/letters")
    await other.locator("details.saved summary").click()
    await other.get_by_role("link", name="Geweigerd door de mailserver").click()
    await expect(other.locator("[name=refused]")).to_be_checked()
    await other.goto("/filters")
    await expect(other.locator("main section form")).to_have_count(0)
    for who, shown in {"own": page, "others": other}.items():
        await office.look(shown, "filter", {who: "/filters"})
    await page.goto("/filters")
    await page.locator("form[action$='/removal'] button").click()
    await expect(page.locator("main section")).to_have_count(0)
    await other.reload()
    await expect(other.locator("main section")).to_have_count(0)


async def test_a_parameter_takes_two_people(office: Office) -> None:
    """Whoever proposes can only withdraw; a second agrees; the case that runs keeps its day."""
    page, second = await office.desk_of("secretariat"), await office.desk_of("administrator")
    await page.goto(ANSWER_DAYS)
    await page.locator("main details summary").click()
    await page.locator("[name=value]").fill("45")
    await page.locator("[name=valid_from]").fill("2025-02-01")
    await page.locator("[name=source]").fill("Beslissing van het bestuur, 20 januari 2025")
    await page.locator("form[action$='/proposals'] button").click()
    await expect(page.locator("button[name=accepted][value=true]")).to_have_count(0)
    await expect(page.locator("button[name=accepted][value=false]")).to_be_visible()
    await office.look(page, "parameter", {"proposed": ANSWER_DAYS})
    await second.goto("/")
    await second.locator("main a[href='/parameters']").first.click()
    await second.locator("main .note a").first.click()
    await office.look(second, "parameter", {"to-agree": ANSWER_DAYS, "waiting": "/parameters"})
    await second.goto(ANSWER_DAYS)
    await second.locator("button[name=accepted][value=true]").click()
    await expect(second.locator("main tbody").first).to_contain_text("1 februari 2025")
    await office.look(second, "parameter", {"agreed": ANSWER_DAYS, "list": "/parameters"})
    await page.goto("/letters?year=2025&kind=choice&state=handed-over")
    await page.locator("main tbody a[href^='/farms/']").first.click()
    await expect(page.locator("main .lead").first).to_contain_text("14 februari 2025")


async def colleague(office: Office) -> str:
    """The administrator adds a second person of the secretariat; their password."""
    page = await office.desk_of("administrator")
    await page.goto("/people/new")
    await page.locator("[name=sign_in_name]").fill("els")
    await page.locator("main [name=name]").fill("Els Claes")
    await page.locator("select[name=role]").select_option("secretariat")
    await page.locator("main form.sheet button").click()
    password = await page.locator("[role=status] code").inner_text()
    await page.goto("/people?role=secretariat&active=true")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await office.look(page, "people", {"list": "/people", "secretariat": "/people?role=secretariat"})
    await page.context.close()
    return password


async def put_off_and_close(office: Office, page: Page) -> None:
    """One sleeps until a day; one is done, and its page and the farm's say what came of it."""
    await page.goto(LATE)
    await page.locator("#postpone [name=until]").fill("2025-01-30")
    await page.locator("#postpone button").click()
    await expect(page.locator("dl.facts")).to_contain_text("30 januari 2025")
    await page.goto("/tasks?view=sleeping")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.goto(REFUSED)
    await page.locator("#close [name=note]").fill("Gebeld: het adres was een tikfout, brief opnieuw verstuurd.")
    await page.locator("#close button").click()
    await expect(page.locator("dl.facts")).to_contain_text("tikfout")
    await office.look(page, "tasks", {"closed": REFUSED, "sleeping": "/tasks?view=sleeping"})
    await page.goto("/farms/F-000013")
    await page.locator("ol.timeline a[href^='/tasks/']").first.click()
    await expect(page.locator("dl.facts")).to_contain_text("tikfout")


async def stand_in(office: Office, page: Page, password: str) -> None:
    """The secretary is away; whoever stands in has both people's tasks, on a phone with a thumb."""
    await page.goto("/account")
    await page.locator("[name=away_until]").fill("2025-01-31")
    await page.locator("[name=substitute]").select_option(label="Els Claes")
    await page.locator("form[action='/account/absences'] button").click()
    await expect(page.locator("#absences")).to_contain_text("Els Claes vervangt")
    els = await office.desk_of("els", password)
    await els.goto("/tasks")
    await expect(els.locator("tbody tr")).to_have_count(4)
    await els.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for part in ("tbody .mark label", "tbody tr:first-child small .late", "fieldset.many button[value=release]"):
        box = await els.locator(part).first.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= PHONE["width"], part
    box = await els.locator("tbody .mark label").first.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= THUMB
    await office.look(els, "substitute", {"home": "/", "tasks": "/tasks"})
    await els.get_by_role("row").filter(has_text="Oefening secretariat").locator("th a").first.click()
    await expect(els.locator("main .note")).to_contain_text("U vervangt Oefening secretariat")
    await els.context.close()
