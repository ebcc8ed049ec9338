"""What simulated people do with a browser and a mailbox: sign in, press buttons, open links, fill in forms."""

import email
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from html.parser import HTMLParser
from typing import Any

import httpx

from rehearsal.patience import Patient
from scheme.choice import Channel
from scheme.ids import BodyId, FarmId

PAGE = 200
BATCH = re.compile(r"/print-batches/[\w-]+/pdf")
LINK = re.compile(r"https?://\S+/choices/(\d{4})/(F-\d{6})/(\w+)")
PATIENCE = httpx.Timeout(60)


def patient(address: str) -> httpx.AsyncClient:
    """A browser of somebody who presses the button again when the server was away."""
    return httpx.AsyncClient(base_url=address, timeout=PATIENCE, transport=Patient(httpx.AsyncHTTPTransport()))


class NotUnderstoodError(Exception):
    """Raised when a page is not what a person would expect; says what was looked for."""


@dataclass
class Form(HTMLParser):
    """The page's form whose action ends in `action`: its hidden fields and the values of its radio buttons."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    radios: list[str] = field(default_factory=list)
    found: str | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the fields of the form that was looked for."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = self.found is None and given.get("action", "").endswith(self.action)
            self.found = given["action"] if self._inside else self.found
        if tag == "input" and self._inside:
            if given.get("type") == "radio":
                self.radios.append(given.get("value", ""))
            elif given.get("type") == "hidden":
                self.fields[given.get("name", "")] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        self._inside = self._inside and tag != "form"


def form_of(page: str, action: str) -> Form:
    """The form of a page. Raises NotUnderstoodError when there is none."""
    form = Form(action)
    form.feed(page)
    if form.found is None:
        raise NotUnderstoodError(f"no form {action} on the page")
    return form


@dataclass(frozen=True)
class Secretary:
    """Somebody of the secretariat at work, by the same functions as the pages."""

    web: httpx.AsyncClient
    fetched: set[str] = field(default_factory=set)

    @classmethod
    async def sign_in(cls, address: str, name: str, password: str) -> "Secretary":
        """Sign in. Raises httpx.HTTPStatusError when the password is wrong."""
        web = patient(address)
        begun = await web.post("/api/v1/session", json={"signInName": name, "password": password})
        begun.raise_for_status()
        web.headers["X-CSRF-Token"] = begun.json()["csrf"]
        return cls(web)

    async def start_round(self, year: int) -> None:
        """Press the button of the round."""
        started = await self.web.post("/api/v1/choice-rounds", json={"year": year})
        started.raise_for_status()
        refused = started.json().get("refusedBy")
        if refused:
            raise NotUnderstoodError(f"the round was refused: {refused}")

    async def round(self, year: int) -> dict[str, Any] | None:
        """How far the round is; None before it is started."""
        shown = await self.web.get(f"/api/v1/choice-rounds/{year}")
        if shown.status_code == httpx.codes.NOT_FOUND:
            return None
        shown.raise_for_status()
        return dict(shown.json())

    async def farms(self, year: int) -> list[dict[str, Any]]:
        """Every farm of the round, page by page."""
        found: list[dict[str, Any]] = []
        number = 1
        while True:
            page = await self.web.get(f"/api/v1/choice-rounds/{year}/farms", params={"page": number, "pageSize": PAGE})
            page.raise_for_status()
            found += page.json()["items"]
            if not page.json()["items"] or len(found) >= page.json()["total"]:
                return found
            number += 1

    async def print_letters(self) -> list[bytes]:
        """Print what waits; every PDF in the list of what was printed that was not fetched yet."""
        printed = await self.web.post("/api/v1/print-batches", json={})
        printed.raise_for_status()
        listed = await self.web.get("/print-batches")
        listed.raise_for_status()
        new = [place for place in BATCH.findall(listed.text) if place not in self.fetched]
        pdfs = [await self.web.get(place) for place in new]
        for pdf in pdfs:
            pdf.raise_for_status()
        self.fetched.update(new)
        return [pdf.content for pdf in pdfs]

    async def key_answer(self, year: int, farm: FarmId, body: BodyId, channel: Channel) -> None:
        """Key an answer that came by post."""
        keyed = {"farmId": farm, "year": year, "body": body, "channel": channel.value}
        answer = await self.web.post("/api/v1/paper-answers", json=keyed)
        answer.raise_for_status()

    async def stop_farm(self, farm: FarmId, day: str) -> None:
        """Record that a farm stopped."""
        stopped = await self.web.post(f"/api/v1/farms/{farm}/stop", json={"stoppedOn": day})
        stopped.raise_for_status()

    async def clock(self) -> datetime:
        """Where the practice clock stands."""
        shown = await self.web.get("/api/v1/clock")
        shown.raise_for_status()
        return datetime.fromisoformat(shown.json()["now"])

    async def move_clock(self, until: datetime) -> dict[str, Any]:
        """Move the practice clock by one event, or to `until`."""
        moved = await self.web.post("/api/v1/clock", json={"until": until.isoformat()})
        moved.raise_for_status()
        return dict(moved.json())


@dataclass(frozen=True)
class Farmer:
    """A farmer at home: no account, a browser of their own, and the letter."""

    address: str
    transport: httpx.AsyncBaseTransport

    async def answer_by_link(self, link: str, body: BodyId) -> None:
        """Open the letter's link, mark a body, confirm."""
        async with self.browser() as browser:
            await _choose(browser, link.removeprefix(self.address), body)

    async def answer_by_code(self, farm: FarmId, code: str, body: BodyId) -> None:
        """Type the farm's number and the letter's code, then as by link."""
        async with self.browser() as browser:
            asked = await browser.get("/choices")
            typed = form_of(asked.text, "/choices").fields | {"farm_id": farm, "code": code}
            opened = await browser.post("/choices", data=typed)
            if opened.status_code != httpx.codes.SEE_OTHER:
                raise NotUnderstoodError(f"the code was not taken: {opened.status_code}")
            await _choose(browser, opened.headers["location"], body)

    def browser(self) -> httpx.AsyncClient:
        """A browser of their own, for one visit."""
        return httpx.AsyncClient(
            base_url=self.address, transport=_Shared(self.transport), timeout=PATIENCE, follow_redirects=False
        )


class _Shared(httpx.AsyncBaseTransport):
    """One pool of connections under many browsers; closing a browser leaves it open."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        return


async def _choose(browser: httpx.AsyncClient, path: str, body: BodyId) -> None:
    page = await browser.get(path)
    page.raise_for_status()
    place = path.partition("?")[0]
    form = form_of(page.text, place)
    if body not in form.radios:
        raise NotUnderstoodError(f"{body} is not among the bodies of the page")
    confirm = await browser.post(place, data=form.fields | {"body": body}, follow_redirects=True)
    confirm.raise_for_status()
    sure = form_of(confirm.text, place + "/answer")
    answered = await browser.post(place + "/answer", data=sure.fields)
    if answered.status_code != httpx.codes.SEE_OTHER:
        raise NotUnderstoodError(f"the answer was not taken: {answered.status_code}")


@dataclass(frozen=True)
class Mail:
    """A mail as it lies in a farmer's mailbox."""

    number: int
    message_id: str
    message: Message

    @property
    def text(self) -> str:
        """Its plain text."""
        for part in self.message.walk():
            if part.get_content_type() == "text/plain":
                content = part.get_payload(decode=True)
                return content.decode() if isinstance(content, bytes) else ""
        return ""

    @property
    def link(self) -> tuple[int, FarmId, str] | None:
        """Year, farm and address of the choice it asks for, if it does."""
        found = LINK.search(self.text)
        return None if found is None else (int(found[1]), FarmId(found[2]), found[0])


@dataclass(frozen=True)
class Mailbox:
    """Everybody's mailboxes, over the wire."""

    web: httpx.AsyncClient

    @classmethod
    def at(cls, address: str) -> "Mailbox":
        """The mailbox server at this address."""
        return cls(patient(address))

    async def after(self, number: int) -> list[dict[str, Any]]:
        """Head lines of all mails after this number."""
        found: list[dict[str, Any]] = []
        while True:
            page = await self.web.get("/messages", params={"after": number, "limit": 1000})
            page.raise_for_status()
            items = page.json()["items"]
            if not items:
                return found
            found += items
            number = items[-1]["number"]

    async def read(self, item: dict[str, Any]) -> Mail:
        """One mail, whole."""
        raw = await self.web.get(f"/messages/{item['number']}")
        raw.raise_for_status()
        return Mail(item["number"], item["messageId"], email.message_from_bytes(raw.content))
