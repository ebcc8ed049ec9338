"""The mailbox as its users meet it: letters in over SMTP, out over HTTP, still there after a kill."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from parts.letters import Folder
from parts.processes import free_port
from parts.refusals import Refusals

CRLF = EmailMessage().policy.clone(linesep="\r\n")


@contextmanager
def mailbox(directory: Path) -> Iterator[tuple[int, httpx.Client, subprocess.Popen[bytes]]]:
    smtp, http = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "parts.mailbox", "--smtp-port", str(smtp), "--http-port", str(http),
         "--directory", str(directory)],
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    with httpx.Client(base_url=f"http://127.0.0.1:{http}", trust_env=False) as client:
        wait_for(client)
        yield smtp, client, process
    process.kill()
    process.wait()


def wait_for(client: httpx.Client) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            client.get("/health").raise_for_status()
        except httpx.TransportError:
            continue
        return
    message = "the mailbox did not start"
    raise TimeoutError(message)


def letter(subject: str, text: str = "Beste,\n.een regel met een punt\n") -> bytes:
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = subject, "<choice@ikm.example>"
    message["To"] = "Hof ter Beke <hof@farm.example>"
    message.set_content(text)
    return message.as_bytes(policy=CRLF)


def test_a_letter_comes_out_as_it_went_in_and_outlives_a_kill(tmp_path: Path) -> None:
    sent = letter("Uw keuze 2026: één instelling")
    with mailbox(tmp_path) as (port, _, _), smtplib.SMTP("127.0.0.1", port) as smtp:
        assert smtp.sendmail("ikm@ikm.example", ["hof@farm.example"], sent) == {}
        smtp.sendmail("ikm@ikm.example", ["other@farm.example"], letter("Tweede"))
    with mailbox(tmp_path) as (port, client, _):
        page = client.get("/messages", params={"to": "HOF@farm.example"}).json()
        assert page["last"] == 2
        (item,) = page["items"]
        assert (item["number"], item["to"], item["from"]) == (1, ["hof@farm.example"], "ikm@ikm.example")
        assert (item["subject"], item["messageId"]) == ("Uw keuze 2026: één instelling", "<choice@ikm.example>")
        assert item["size"] == len(sent)
        shown = client.get("/messages/1")
        assert (shown.headers["content-type"], shown.content) == ("message/rfc822", sent)
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.sendmail("ikm@ikm.example", ["hof@farm.example"], letter("Derde"))
        assert [each["number"] for each in client.get("/messages?after=1&limit=1").json()["items"]] == [2]
        assert [each["subject"] for each in client.get("/messages?after=2").json()["items"]] == ["Derde"]


def test_what_is_asked_wrongly_is_refused(tmp_path: Path) -> None:
    with mailbox(tmp_path) as (port, client, _):
        assert client.get("/messages/1").status_code == 404
        assert client.get("/messages?after=first").status_code == 400
        assert client.put("/refusals/hof@farm.example", content="yes").status_code == 400
        assert client.get("/messages", headers={"Host": "elsewhere.example"}).status_code == 400
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.ehlo()
            assert smtp.docmd("DATA")[0] == 503
            smtp.mail("ikm@ikm.example")
            smtp.rcpt("hof@farm.example")
            assert smtp.data(b"x" * 2_000)[0] == 500
            assert client.get("/health").json() == {"last": 0}


def test_commands_sent_together_are_taken_one_by_one(tmp_path: Path) -> None:
    with mailbox(tmp_path) as (port, client, _), smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.ehlo()
        smtp.mail("ikm@ikm.example")
        smtp.rcpt("hof@farm.example")
        assert smtp.docmd("DATA")[0] == 354
        smtp.send(b".\r\nMAIL FROM:<ikm@ikm.example>\r\nRCPT TO:<a@farm.example>\r\n")
        assert [smtp.getreply()[0] for _ in range(3)] == [250, 250, 250]
        assert smtp.data(b"Subject: a\r\n\r\n..\r\n")[0] == 250
        assert client.get("/messages/1").content == b""
        assert client.get("/messages/2").content == b"Subject: a\r\n\r\n..\r\n"


def test_an_address_is_refused_until_told_otherwise(tmp_path: Path) -> None:
    with mailbox(tmp_path) as (port, client, _), smtplib.SMTP("127.0.0.1", port) as smtp:
        assert client.put("/refusals/hof@farm.example", content="550 5.1.1 No such mailbox").status_code == 204
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.sendmail("ikm@ikm.example", ["Hof@farm.example"], letter("Een"))
        assert refused.value.recipients == {"Hof@farm.example": (550, b"5.1.1 No such mailbox")}
        smtp.sendmail("ikm@ikm.example", ["other@farm.example"], letter("Twee"))
        assert client.delete("/refusals/hof@farm.example").status_code == 204
        smtp.sendmail("ikm@ikm.example", ["hof@farm.example"], letter("Drie"))
        assert [each["subject"] for each in client.get("/messages").json()["items"]] == ["Twee", "Drie"]


@pytest.mark.parametrize("answer", ["250 OK", "550", "550 No\r\nDATA", "550 één"])
def test_what_no_server_answers_is_not_kept(answer: str) -> None:
    refusals = Refusals()
    with pytest.raises(ValueError, match="a code from 400 to 599"):
        refusals.refuse("hof@farm.example", answer)
    assert refusals.answers == {}


def test_a_half_written_letter_does_not_count(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("ikm@ikm.example", ("hof@farm.example",), letter("Een"))
    (tmp_path / "00000002.partial").write_bytes(b"X-Mailbox: {")
    again = Folder(tmp_path)
    assert again.last == 1
    assert again.put("ikm@ikm.example", ("hof@farm.example",), letter("Twee")).number == 2
