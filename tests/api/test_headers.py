"""What goes around every answer."""

import hashlib
import json
import re
from pathlib import Path

import httpx
import pytest
import structlog
from fastapi import FastAPI
from structlog.testing import LogCapture

from api.app import create_app
from api.headers import safe_headers
from api.page import TEMPLATES
from api.static import FOLDER, static
from scheme.people import Role
from settings import Settings
from tests.api.conftest import SignIn

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
# What goes out by mail has no other way to look like something.
PAGES = tuple(path for path in TEMPLATES.rglob("*.html") if "mail" not in path.stem)


async def test_every_answer_carries_the_headers(visitor: httpx.AsyncClient) -> None:
    """Pages, files, errors, health."""
    for path in ("/sign-in", static("ikm.css"), "/nothing", "/api/v1/nothing", "/livez"):
        headers = (await visitor.get(path)).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_over_https_browsers_stay_there() -> None:
    """And only there."""
    assert "Strict-Transport-Security" in safe_headers(Settings(public_url="https://ikm.test"))
    assert "Strict-Transport-Security" not in safe_headers(Settings(public_url="http://ikm.test"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_has_anything_inline(path: Path) -> None:
    """The policy would leave it out, silently."""
    assert INLINE.search(path.read_text()) is None


async def test_the_log_names_the_route_and_nobody(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes stand in paths, names in queries; a probe that finds all well is not told."""
    captured = LogCapture()
    monkeypatch.setattr("api.headers.LOG", structlog.wrap_logger(None, processors=[captured]))
    browser = await signed_in(Role.SECRETARIAT)
    await browser.get("/choices/2025/F-000001/secret-code?by=link")
    await browser.get("/farms", params={"q": "Maes"})
    await browser.get("/nothing/F-000001")
    await browser.get("/livez")
    assert not re.search("secret-code|F-000001|Maes", json.dumps(captured.entries))
    assert [(line["route"], line["status"]) for line in captured.entries] == [
        ("/choices/{year}/{farm_id}/{token}", 404),
        ("/farms", 200),
        ("-", 404),
    ]


async def test_files_are_kept_by_browsers_as_long_as_they_are_the_same(visitor: httpx.AsyncClient) -> None:
    """Asked for with the hash, for good; without it, never."""
    assert "immutable" in (await visitor.get(static("ikm.css"))).headers["cache-control"]
    assert (await visitor.get("/static/ikm.css")).headers["cache-control"] == "no-cache"
    assert (await visitor.get("/sign-in")).headers["cache-control"] == "no-store"
    assert (await visitor.get("/static/../settings.py")).status_code == 404


def test_vendored_files_are_what_the_table_says() -> None:
    """Unchanged since they were fetched."""
    rows = re.findall(r"^\| (\S+) \|.*`([0-9a-f]{64})`", (FOLDER / "vendor/README.md").read_text(), re.MULTILINE)
    files = {path.name for path in (FOLDER / "vendor").iterdir() if path.suffix in {".js", ".css", ".woff2"}}
    assert {name for name, _ in rows} == files
    for name, digest in rows:
        assert hashlib.sha256((FOLDER / "vendor" / name).read_bytes()).hexdigest() == digest


def test_nothing_is_served_that_describes_itself_elsewhere() -> None:
    """FastAPI's own pages of documentation fetch their scripts from a content network."""
    made: FastAPI = create_app(Settings())
    assert (made.docs_url, made.redoc_url, made.openapi_url) == (None, None, None)
