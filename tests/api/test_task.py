"""Tasks: mine, my group's, late; claimed, given back, given away, put off, closed; substitutes; two at once."""

import asyncio
import uuid
from datetime import date

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import col, select

from records.database import Sessions
from records.queries.person import add_person
from records.trail import TrailEntry
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import Role
from scheme.step import Act
from tests.api.asked import found_house, reach
from tests.api.conftest import PASSWORD, SignIn
from tests.api.tasks import LATE, PLANNING, REFUSED, is_away, open_tasks, the_task
from tests.world import change

SECRETARY, OPERATIONS = "P-0001", "P-0005"


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    """The secretariat, on the day on which three tasks were opened."""
    await reach(app)
    await found_house(made_sessions)
    await open_tasks(made_sessions)
    return await signed_in(Role.SECRETARIAT)


async def listed(browser: httpx.AsyncClient, query: str) -> list[str]:
    return [task["taskId"] for task in (await browser.get(f"/api/v1/tasks?{query}")).json()["items"]]


async def ask(browser: httpx.AsyncClient, task: str, act: str, seen: int = 1, **body: object) -> httpx.Response:
    return await browser.post(f"/api/v1/tasks/{task}/{act}", json=body, headers={"If-Match": f'"{seen}"'})


async def form(browser: httpx.AsyncClient, act: str, revision: int = 1, **more: object) -> httpx.Response:
    values = {"act": act, "revision": revision, "key": str(uuid.uuid4()), **more}
    return await browser.post(f"/tasks/{REFUSED}", data=values)


async def acts(sessions: Sessions) -> list[tuple[str, str]]:
    async with sessions() as session:
        told = select(TrailEntry).where(col(TrailEntry.act).startswith("task:")).order_by(col(TrailEntry.number))
        return [(entry.act, entry.person) for entry in await session.exec(told)]


LISTS = {
    "": [],
    "view=group": [LATE, REFUSED],
    "view=late": [LATE],
    "view=all": [LATE, PLANNING, REFUSED],
    "view=all&role=planner": [PLANNING],
    "view=group&kind=letter-refused": [REFUSED],
    "view=all&farm=F-000001&sort=-due": [REFUSED, PLANNING],
    "view=group&free=true&person=": [LATE, REFUSED],
    "view=closed": [],
}


async def test_lists_and_filters(office: httpx.AsyncClient) -> None:
    found = {query: await listed(office, query) for query in LISTS}
    assert found == LISTS
    shown = {query: (await office.get(f"/tasks?{query}")).text.count('name="task"') for query in LISTS}
    assert shown == {query: len(tasks) for query, tasks in LISTS.items()}


async def test_tasks_open_on_the_nearest_list_that_holds_one(office: httpx.AsyncClient, signed_in: SignIn) -> None:
    overseer, auditor = await signed_in(Role.ADMINISTRATOR), await signed_in(Role.AUDITOR)
    opened = [(await one.get("/tasks")).headers.get("location") for one in (office, overseer, auditor)]
    assert opened == ["/tasks?view=group", "/tasks?view=all", None]
    await ask(office, REFUSED, "claim")
    assert (await office.get("/tasks")).status_code == 200


async def test_lateness_stands_in_words(office: httpx.AsyncClient) -> None:
    page = (await office.get("/tasks?view=group")).text
    assert ("3 dagen te laat" in page, "over 2 dagen" in page) == (True, True)


async def test_a_task_is_claimed_worked_on_and_closed(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    assert (await form(office, "claim")).status_code == 303
    assert await listed(office, "") == [REFUSED]
    assert (await form(office, "postpone", 2, until="2025-01-16")).status_code == 303
    assert (await listed(office, ""), await listed(office, "view=sleeping")) == ([], [REFUSED])
    assert (await form(office, "note", 3, note="Belt donderdag terug")).status_code == 303
    assert "Belt donderdag terug" in (await office.get(f"/tasks/{REFUSED}")).text
    assert (await form(office, "close", 4, note="Adres verbeterd")).status_code == 303
    row = await the_task(made_sessions, REFUSED)
    assert row.note == "Belt donderdag terug\nAdres verbeterd"
    assert (row.closed_by, row.revision, row.follow_up_on) == (SECRETARY, 5, date(2025, 1, 16))
    told = [Act.TASK_CLAIMED, Act.TASK_POSTPONED, Act.TASK_NOTED, Act.TASK_CLOSED]
    assert await acts(made_sessions) == [(act.value, SECRETARY) for act in told]
    assert "Taak met de hand afgesloten" in (await office.get("/farms/F-000001")).text
    assert "terug" not in str(await acts(made_sessions))


async def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told_who(
    office: httpx.AsyncClient, made_sessions: Sessions, app: FastAPI, signed_in: SignIn
) -> None:
    other = await signed_in(Role.OPERATIONS)
    both = await asyncio.gather(ask(office, REFUSED, "claim"), ask(other, REFUSED, "claim"))
    assert sorted(answer.status_code for answer in both) == [200, 412]
    winner = (await the_task(made_sessions, REFUSED)).person
    loser = next(answer for answer in both if answer.status_code == 412)
    assert ("An 1" if winner == SECRETARY else "An 5") in loser.json()["detail"]
    page = await form(office if winner != SECRETARY else other, "claim")
    assert (page.status_code, ("An 1" if winner == SECRETARY else "An 5") in page.text) == (409, True)
    assert [act for act, _ in await acts(made_sessions)] == ["task:claimed"]


async def test_the_same_request_again_changes_nothing(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    again = {"If-Match": '"1"', "Idempotency-Key": str(uuid.uuid4())}
    first = await office.post(f"/api/v1/tasks/{REFUSED}/claim", headers=again)
    second = await office.post(f"/api/v1/tasks/{REFUSED}/claim", headers=again)
    assert (first.status_code, second.status_code) == (200, 200)
    assert (second.json()["revision"], second.headers["etag"]) == (2, '"2"')
    other = await office.post(f"/api/v1/tasks/{REFUSED}/release", headers=again | {"If-Match": '"2"'})
    assert other.status_code == 422
    assert len(await acts(made_sessions)) == 1


async def test_a_request_without_the_revision_is_refused(office: httpx.AsyncClient) -> None:
    assert (await office.post(f"/api/v1/tasks/{REFUSED}/claim")).status_code == 428
    assert (await office.get(f"/api/v1/tasks/{REFUSED}")).headers["etag"] == '"1"'


async def test_a_task_is_given_away_and_back(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    given = await ask(office, REFUSED, "assignment", person=OPERATIONS)
    assert (given.status_code, given.json()["person"]) == (200, OPERATIONS)
    assert (await ask(office, REFUSED, "release", 2)).json().get("person") is None
    told = [(Act.TASK_ASSIGNED.value, SECRETARY), (Act.TASK_RELEASED.value, SECRETARY)]
    assert await acts(made_sessions) == told
    # A planner of another body, an assessor, nobody at all: said beside the field.
    for person in ("P-0003", "P-0006", "P-9999"):
        refused = await form(office, "assign", 3, person=person)
        assert (refused.status_code, "mag deze taak niet doen" in refused.text) == (422, True), person


async def test_many_are_given_at_once_or_none(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    both = [f"1 {REFUSED}", f"1 {LATE}"]
    values = {"act": "assign", "person": OPERATIONS, "back": "/tasks?view=all"}
    assert (await ask(office, LATE, "claim")).status_code == 200
    refused = await office.post("/task-assignments", data={**values, "task": both, "key": str(uuid.uuid4())})
    assert (refused.status_code, "An 1 heeft deze taak nu" in refused.text) == (409, True)
    assert (await the_task(made_sessions, REFUSED)).person is None
    both[1] = f"2 {LATE}"
    done = await office.post("/task-assignments", data={**values, "task": both, "key": str(uuid.uuid4())})
    assert (done.status_code, done.headers["location"]) == (303, "/tasks?view=all")
    assert [(await the_task(made_sessions, task)).person for task in (REFUSED, LATE)] == [OPERATIONS, OPERATIONS]
    none = await office.post("/task-assignments", data={"act": "claim", "key": str(uuid.uuid4())})
    assert (none.status_code, "Vink minstens één taak aan" in none.text) == (422, True)
    seen = [{"taskId": REFUSED, "revision": 2}, {"taskId": LATE, "revision": 3}]
    told = await office.post("/api/v1/task-assignments", json={"tasks": seen, "person": SECRETARY})
    assert told.json() == {"tasks": 2}


async def test_whoever_may_take_none_of_the_tasks_is_not_offered(office: httpx.AsyncClient) -> None:
    planner, operations = '<option value="P-0003">', f'<option value="{OPERATIONS}">'
    page = (await office.get("/tasks?view=late")).text.partition('<fieldset class="many">')[2]
    assert (planner in page, operations in page) == (False, True)


async def test_a_refusal_keeps_the_list_the_marks_and_the_choice(office: httpx.AsyncClient) -> None:
    values = {"act": "assign", "person": OPERATIONS, "task": f"1 {LATE}", "key": str(uuid.uuid4())}
    assert (await ask(office, LATE, "claim")).status_code == 200
    page = await office.post("/task-assignments?view=late", data=values)
    assert (page.status_code, f'value="2 {LATE}" checked' in page.text) == (409, True)
    assert f'<option value="{OPERATIONS}" selected>' in page.text.partition('<fieldset class="many">')[2]
    assert (REFUSED in page.text, 'name="back" value="/tasks?view=late"' in page.text) == (False, True)
    assert 'action="/task-assignments?view=late"' in page.text


async def test_a_day_that_is_past_is_said_beside_the_field(office: httpx.AsyncClient) -> None:
    await form(office, "claim")
    page = await form(office, "postpone", 2, until="2025-01-15")
    assert (page.status_code, "De dag is voorbij" in page.text) == (422, True)


async def test_a_task_that_closes_by_itself_is_not_closed_by_hand(office: httpx.AsyncClient) -> None:
    refused = await ask(office, LATE, "closure")
    assert (refused.status_code, "sluit vanzelf" in refused.json()["detail"]) == (422, True)


async def test_a_substitute_sees_and_does_the_tasks_of_who_is_away(
    office: httpx.AsyncClient, made_sessions: Sessions, signed_in: SignIn
) -> None:
    async with made_sessions.begin() as session:
        await add_person(
            session, PersonId("P-0008"), "tweede", "Bo Maes", Role.SECRETARIAT, None, Language.NL, PASSWORD
        )
    await ask(office, REFUSED, "claim")
    decider = await signed_in(Role.DECISION_MAKER)
    assert (await decider.get(f"/api/v1/tasks/{REFUSED}")).status_code == 404
    await is_away(made_sessions, SECRETARY, "P-0002")
    assert await listed(decider, "") == [REFUSED]
    assert "U vervangt An 1, die afwezig is." in (await decider.get(f"/tasks/{REFUSED}")).text
    assert "An 2 vervangt" in (await office.get("/tasks?view=all")).text
    closed = (await ask(decider, REFUSED, "closure", 2, outcome="Gebeld")).json()
    assert (closed["substitute"], closed["note"]) == ("P-0002", "Gebeld")
    async with made_sessions() as session:
        entry = (await session.exec(select(TrailEntry).where(TrailEntry.act == "task:closed"))).one()
    assert (entry.person, entry.facts["for"]) == ("P-0002", SECRETARY)
    await change(made_sessions, "UPDATE absence SET cancelled_at = now()")
    assert (await decider.get(f"/api/v1/tasks/{REFUSED}")).status_code == 404


async def test_people_of_a_body_see_tasks_of_their_body_only(
    office: httpx.AsyncClient, made_sessions: Sessions, signed_in: SignIn
) -> None:
    planner, auditor = await signed_in(Role.PLANNER), await signed_in(Role.AUDITOR)
    assert await listed(planner, "view=all") == [PLANNING]
    assert (await planner.get(f"/tasks/{LATE}")).status_code == 404
    assert (await auditor.get("/tasks?view=all")).status_code == 403
    # Even what was given to them is not shown once its farm is another body's.
    await change(made_sessions, "UPDATE farm SET previous_body = 'B-02' WHERE farm_id = 'F-000001'")
    assert (await listed(planner, "view=all"), (await ask(planner, PLANNING, "claim")).status_code) == ([], 404)


async def test_who_may_only_look_has_no_buttons(office: httpx.AsyncClient, signed_in: SignIn) -> None:
    assessor = await signed_in(Role.ASSESSOR)
    assert set(await listed(assessor, "view=all")) == {LATE, PLANNING, REFUSED}
    assert "Wat u kunt doen" not in (await assessor.get(f"/tasks/{REFUSED}")).text
    assert (await ask(assessor, REFUSED, "claim")).status_code == 403
    decider = await signed_in(Role.DECISION_MAKER)
    assert (await ask(decider, REFUSED, "claim")).status_code == 404


async def test_the_farms_page_shows_its_open_tasks(office: httpx.AsyncClient, signed_in: SignIn) -> None:
    assert f'href="/tasks/{REFUSED}"' in (await office.get("/farms/F-000001")).text
    assert f'href="/tasks/{REFUSED}"' not in (await (await signed_in(Role.AUDITOR)).get("/farms/F-000001")).text
