"""What anybody may know of a certificate, what the house sees of it, and the directory of every day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import httpx
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from api import limit
from records.case import CaseRow
from records.certificate import CertificateVersion
from records.database import Sessions
from records.farm import Dairy, Farm
from records.issuing import issue, set_status
from records.person import StaffMailRow
from scheme.certificate import History, Reason, Status, Turn, standing_on
from scheme.edition import Edition
from scheme.ids import CaseId, CertificateNumber, FarmId, PersonId
from scheme.lastenboek.rule_number import RuleNumber
from scheme.lastenboek.validity import Validity
from scheme.people import Role
from tests.api.conftest import SignIn, farm

AT = datetime(2025, 11, 3, 9, tzinfo=UTC)
DAYS = Validity(date(2025, 11, 3), date(2028, 11, 2), RuleNumber.FROM_THE_DECISION)


async def issued(sessions: Sessions, place: int = 1) -> CertificateNumber:
    case = CaseId(f"certification:2025:F-{place:06}")
    async with sessions.begin() as session:
        session.add(CaseRow(case_id=case, kind="certification", opened_by="test", opened_at=AT, revision=1, state={}))
        await session.flush()
        return await issue(
            session,
            farm_id=FarmId(f"F-{place:06}"),
            case_id=case,
            validity=DAYS,
            edition=Edition.E11_1,
            decided_by=PersonId("P-0002"),
            at=AT,
        )


async def turned(sessions: Sessions, number: CertificateNumber, *turns: Turn) -> None:
    async with sessions.begin() as session:
        for turn in turns:
            await set_status(
                session,
                number,
                turn.status,
                on=turn.from_day,
                case_id=CaseId("certification:2025:F-000001"),
                at=AT,
                reason=Reason.DISPUTE,
                valid_until=turn.valid_until,
            )


async def test_the_page_of_the_code_says_what_holds_and_nothing_of_people(
    visitor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    number = await issued(made_sessions)
    page = (await visitor.get(f"/c/{number.lower()}")).text
    assert "Geldig</strong> Het certificaat is geldig tot en met 2 november 2028." in " ".join(page.split())
    assert "Hoeve F-000001" in page
    assert "Gent" in page
    assert [one for one in ("Piet Maes", "Dorp 1", "9000", 'href="/farms') if one in page] == []
    await turned(
        made_sessions, number, Turn(date(2026, 2, 1), Status.SUSPENDED), Turn(date(2026, 3, 1), Status.WITHDRAWN)
    )
    page = (await visitor.get(f"/c/{number}", headers={"Accept-Language": "fr"})).text
    assert "Le certificat a été retiré le 1er mars 2026 et n’est plus valable." in page


async def test_of_any_day_the_api_tells_status_since_when_and_until_when(
    visitor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    number = await issued(made_sessions)
    await turned(made_sessions, number, Turn(date(2026, 2, 1), Status.SUSPENDED))
    of = f"/api/v1/certificates/{number}/status"
    told = (await visitor.get(of, params={"on": "2026-02-15"})).json()
    assert told == {
        "number": number, "farm": "Hoeve F-000001", "municipality": "Gent", "on": "2026-02-15", "status": "suspended",
        "since": "2026-02-01", "validFrom": "2025-11-03", "validUntil": "2028-11-02",
    }  # fmt: skip
    assert [
        (await visitor.get(of, params={"on": day})).json()["status"]
        for day in ("2025-11-02", "2026-01-31", "2028-11-03")
    ] == ["not-begun", "valid", "expired"]


async def test_an_older_certificate_leads_to_the_one_that_counts(
    visitor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    async with made_sessions.begin() as session:
        await session.execute(update(Farm).where(col(Farm.farm_id) == "F-000001").values(certificate_number="ZW-4711"))
    assert (await visitor.get("/api/v1/certificates/ZW-4711/status", params={"on": "2025-11-02"})).json()[
        "status"
    ] == "valid"
    number = await issued(made_sessions)
    told = (await visitor.get("/api/v1/certificates/ZW-4711/status", params={"on": "2025-11-03"})).json()
    assert (told["status"], told["present"]) == ("replaced", number)
    assert f'href="/c/{number}"' in (await visitor.get("/c/ZW-4711")).text


async def test_a_number_that_none_bears_is_said_so(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/c/IKM-2025-999999<b>")
    assert page.status_code == 404
    assert "Geen certificaat draagt dit nummer" in page.text
    assert "999999&lt;B&gt;" in page.text
    assert (await visitor.get("/api/v1/certificates/IKM-2025-999999/status")).status_code == 404


async def test_the_document_is_for_whoever_may_see_the_farm(
    app: object, signed_in: SignIn, made_sessions: Sessions
) -> None:
    number = await issued(made_sessions)
    office = await signed_in(Role.SECRETARIAT)
    assert (await office.get(f"/certificates/{number}.pdf")).status_code == 409
    page = " ".join((await office.get("/farms/F-000001")).text.split())
    assert "Het document wordt gemaakt." in page
    async with made_sessions.begin() as session:
        await session.execute(update(CertificateVersion).values(signed=b"%PDF-1", signed_sha256="x"))
    got = await office.get(f"/certificates/{number}.pdf")
    assert (got.content, got.headers["content-disposition"]) == (
        b"%PDF-1",
        f'inline; filename="certificaat-{number}-1.pdf"',
    )
    assert f'href="/certificates/{number}.pdf"' in (await office.get("/farms/F-000001")).text
    async with made_sessions.begin() as session:
        await session.execute(update(Farm).where(col(Farm.farm_id) == "F-000001").values(previous_body="B-02"))
    assert (await (await signed_in(Role.AUDITOR)).get(f"/certificates/{number}.pdf")).status_code == 404
    (first, *_) = (await office.get("/api/v1/farms/F-000001")).json()["certificates"]
    assert (first["number"], first["version"], first["made"]) == (number, 1, True)


async def test_the_directory_names_what_is_valid_or_suspended_on_the_day(
    visitor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    """Farm 1 has a certificate of this house, farm 2 what the register says, farm 3 stopped, farm 4 has none."""
    async with made_sessions.begin() as session:
        stopped, none = farm("F-000003", None), farm("F-000004", None)
        stopped.stopped_on, none.expires_on = date(2025, 6, 30), None
        session.add_all([stopped, none])
        await session.execute(
            update(Farm)
            .where(col(Farm.farm_id) == "F-000002")
            .values(certificate_number="IKM-2023-00042", certificate_from=date(2023, 2, 1))
        )
    number = await issued(made_sessions)
    await turned(made_sessions, number, Turn(date(2026, 1, 10), Status.SUSPENDED))

    async def listed(on: str, q: str = "") -> list[tuple[str, str, str]]:
        items = (await visitor.get("/api/v1/directory", params={"on": on, "q": q})).json()["items"]
        return [(item["farm"][-1], item.get("number", ""), item["status"]) for item in items]

    assert await listed("2025-06-30") == [("1", "", "valid"), ("2", "IKM-2023-00042", "valid"), ("3", "", "valid")]
    assert await listed("2026-01-15") == [("1", number, "suspended"), ("2", "IKM-2023-00042", "valid")]
    assert await listed("2026-02-01") == [("1", number, "suspended")]
    assert await listed("2026-01-15", "hoeve gent") == await listed("2026-01-15")
    assert await listed("2026-01-15", "ikm-2023") == [("2", "IKM-2023-00042", "valid")]
    assert [await listed("2026-01-15", q) for q in ("Maes", "9000", "%", "_")] == [[], [], [], []]


@pytest.mark.parametrize(
    "turns",
    [
        (),
        (Turn(date(2026, 2, 1), Status.SUSPENDED), Turn(date(2026, 2, 5), Status.VALID)),
        (Turn(date(2026, 2, 5), Status.VALID), Turn(date(2026, 2, 1), Status.SUSPENDED)),
        (Turn(date(2026, 2, 1), Status.WITHDRAWN),),
        (Turn(date(2026, 2, 1), Status.SUSPENDED, date(2026, 2, 10)), Turn(date(2026, 2, 12), Status.VALID, date(2026, 3, 1))),
    ],
)  # fmt: skip
async def test_the_directory_agrees_with_the_rulebook_on_every_day(
    visitor: httpx.AsyncClient, made_sessions: Sessions, turns: Sequence[Turn]
) -> None:
    number = await issued(made_sessions)
    await turned(made_sessions, number, *turns)
    history = History(DAYS.valid_from, DAYS.valid_until, tuple(turns))
    for day in [
        date(2025, 11, 2),
        date(2025, 11, 3),
        date(2028, 11, 2),
        date(2028, 11, 3),
        *(date(2026, 2, one) for one in range(1, 28)),
    ]:
        items = (await visitor.get("/api/v1/directory", params={"on": day.isoformat(), "q": number})).json()["items"]
        stands = standing_on(history, day)
        said = [(stands.status.value, stands.since.isoformat())] if stands.status.in_directory else []
        assert [(item["status"], item["since"]) for item in items] == said, day


async def test_the_directory_is_a_page_and_a_file(visitor: httpx.AsyncClient, made_sessions: Sessions) -> None:
    number = await issued(made_sessions)
    page = " ".join((await visitor.get("/directory", params={"on": "2026-01-31", "q": number})).text.split())
    assert f"Op 31 januari 2026 heeft 1 bedrijf dat past bij “{number}” een certificaat." in page
    kept = await visitor.get("/directory.csv", params={"on": "2026-01-31", "q": number})
    assert kept.text.splitlines() == [
        "\ufeffCertificaat;Naam;Gemeente;Status;Geldig tot en met",
        f"{number};Hoeve F-000001;Gent;Geldig;2028-11-02",
    ]


async def test_the_whole_file_is_not_for_a_program_gone_wild(visitor: httpx.AsyncClient) -> None:
    limit.forget()
    assert {(await visitor.get("/directory.csv")).status_code for _ in range(20)} == {200}
    refused = await visitor.get("/directory.csv")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "600")
    assert (await visitor.get("/directory")).status_code == 200


async def test_a_dairys_page_shows_what_it_was_told(signed_in: SignIn, made_sessions: Sessions) -> None:
    async with made_sessions.begin() as session:
        session.add(Dairy(dairy_id="D-001", name="Melkerij Ten Bos", language="nl", email="bos@dairy.example"))
        await session.flush()
        mail = {
            "mail_id": "x",
            "dairy_id": "D-001",
            "kind": "dairy-digest",
            "day": date(2026, 1, 10),
            "words": {"total": 2},
            "state": "failed",
            "message_id": "<x>",
            "planned_at": AT,
            "attempts": 30,
            "smtp_reply": "550 no such mailbox",
        }
        session.add(StaffMailRow(**mail))
    page = " ".join((await (await signed_in(Role.SECRETARIAT)).get("/dairies/D-001")).text.split())
    assert (
        '10 januari 2026</time>: de certificaten van 2 leveranciers <span class="state state-failed">Niet aangekomen</span>'
        in page
    )
    assert "550 no such mailbox" in page


async def test_another_address_is_a_new_version_and_another_holder_a_decision_makers(
    signed_in: SignIn, made_sessions: Sessions
) -> None:
    number = await issued(made_sessions)
    office, decider = await signed_in(Role.SECRETARIAT), await signed_in(Role.DECISION_MAKER)
    path = f"/farms/F-000001/certificates/{number}/versions"
    assert (await office.post(f"/api/v1{path}")).status_code == 422
    await register_says(made_sessions, street="Dorp 2")
    assert "Het register heeft intussen een andere waarde voor: straat en nummer." in await farm_page(office)
    for _ in range(2):
        assert (await office.post(path)).headers["location"] == "/farms/F-000001"
    (told, *_) = (await office.get("/api/v1/farms/F-000001")).json()["timeline"]
    assert (told["act"], told["person"]) == ("certificate:revised", "An 1")
    await register_says(made_sessions, holder="Els Claes")
    assert path not in await farm_page(office)
    assert (await office.post(f"/api/v1{path}")).json()["type"] == "urn:problem-type:ikm:rule:notAllowed"
    assert (await decider.post(f"/api/v1{path}")).json() == {"number": number, "version": 3}
    async with made_sessions() as session:
        rows = (await session.execute(select(CertificateVersion).order_by(col(CertificateVersion.version)))).scalars()
        assert [(row.why, row.words["street"], row.words["holder"]) for row in rows] == [
            ("issued", "Dorp 1", "Piet Maes"),
            ("address", "Dorp 2", "Piet Maes"),
            ("holder", "Dorp 2", "Els Claes"),
        ]
    assert (await decider.post(path.replace("F-000001", "F-000002"))).status_code == 404


async def register_says(sessions: Sessions, **columns: str) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Farm).where(col(Farm.farm_id) == "F-000001").values(columns))


async def farm_page(browser: httpx.AsyncClient) -> str:
    return " ".join((await browser.get("/farms/F-000001")).text.split())
