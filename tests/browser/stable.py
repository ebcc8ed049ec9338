"""A web process that can be killed, on a database with a planned audit, and telephones that visit it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from playwright.async_api import Browser, BrowserContext, Page

from parts.postgres import Running
from parts.processes import free_port
from records.database import Sessions
from tests.api.conftest import PASSWORD, people_and_farms
from tests.browser.looking import PHONE
from tests.reports import AUDIT, plan_audit
from tests.stage import ROOT, eventually

REPORT = f"/audits/{AUDIT}/report"


@dataclass
class Stable:
    """The web process at one address, alive or not; sessions: the database behind it."""

    browser: Browser
    sessions: Sessions
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    web: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """Where it is, also while it is dead."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Bring the web process up."""
        words = ("-m", "uvicorn", "--factory", "api.app:create_app", "--port", str(self.port), "--log-level", "warning")
        self.web = await asyncio.create_subprocess_exec(
            sys.executable, *words, cwd=ROOT, env=self.environment, stdout=asyncio.subprocess.DEVNULL
        )
        await eventually(self._answers, "the web process does not answer")

    async def kill(self) -> None:
        """Without a word to anybody."""
        assert self.web is not None
        self.web.send_signal(signal.SIGKILL)
        await self.web.wait()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/livez").is_success
        except httpx.TransportError:
            return False

    async def telephone(self, name: str = "auditor", *, script: bool = True) -> BrowserContext:
        """A telephone of its own, on which somebody signed in."""
        context = await self.browser.new_context(
            base_url=self.address,
            viewport=PHONE,
            locale="nl-BE",
            java_script_enabled=script,  # type: ignore[arg-type]
        )
        page = await context.new_page()
        await page.goto("/sign-in")
        await page.locator("[name=sign_in_name]").fill(name)
        await page.locator("[name=password]").fill(PASSWORD)
        await page.locator("main form button").click()
        await page.wait_for_url(f"{self.address}/")
        await page.close()
        return context


@asynccontextmanager
async def stable(cluster: Running, database: str, sessions: Sessions, browser: Browser) -> AsyncIterator[Stable]:
    """The audit of F-000001 is planned for the auditor; the web process runs."""
    await people_and_farms(sessions)
    await plan_audit(sessions)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("IKM_", "DATABASE_", "CLAMD_"))}
    told = {
        "DATABASE_URL": cluster.url("ikm_app", database), "TEMPORAL_ADDRESS": "127.0.0.1:1",
        "IKM_CODE_KEY": "A" * 43, "IKM_PAYLOAD_KEY": "A" * 43,
    }  # fmt: skip
    house = Stable(browser, sessions, kept | told)
    await house.start()
    house.environment["IKM_PUBLIC_URL"] = house.address
    try:
        yield house
    finally:
        if house.web is not None and house.web.returncode is None:
            await house.kill()


async def tap(page: Page, item: str, value: str) -> None:
    """The button of a value, under the thumb."""
    await page.locator(f"[name='value-{item}'][value='{value}']").check()


async def write(page: Page, item: str, words: str) -> None:
    """What was seen, letter by letter."""
    await page.locator(f"[name='words-{item}']").press_sequentially(words)
