"""`ikm demo`: the whole of the yearly round on this machine, played by simulated people."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import func
from sqlmodel import col, select
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

from commands.open import Open, opened
from commands.people import password_of, practice_people, show_people
from commands.register import import_files
from commands.say import say, stderr, tell
from records.letter import LetterRow
from records.queries.choice_round import as_json, progress
from records.quiet import waiting
from rehearsal.register import generate, write
from rehearsal.round import Where, agenda, finish, gathered, live, write_letters
from rehearsal.scenario import Scenario, scaled, scenario
from scheme.letter import LetterKind
from scheme.people import Role
from settings import Settings

LOOK_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Wanted:
    """What was asked for. farms None: as many as the scenario has."""

    year: int
    seed: int = 2025
    farms: int | None = None
    leave: bool = False
    json: bool = False


@dataclass
class Timing:
    """Seconds each stage took, in order."""

    stages: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def done(self, stage: str) -> None:
        """A stage ended now."""
        now = time.monotonic()
        self.stages[stage] = round(now - self.began, 1)
        self.began = now


async def demo(settings: Settings, wanted: Wanted) -> int | None:
    """Load the register, play the round, check it; status 0 when all checks hold, None to leave the pages up."""
    timing = Timing()
    played = scenario(str(wanted.year))
    if wanted.farms is not None:
        played = scaled(played, wanted.farms)
    async with opened(settings) as house:
        before = await progress_of(house, wanted.year)
        if before is None or before["state"] != "done":
            await load(house, played, wanted.seed, timing)
            await play_round(house, played, wanted.seed, timing)
        checks = await check(house, played, wanted.year)
        return await report(house, wanted, checks, timing)


async def progress_of(house: Open, year: int) -> dict[str, Any] | None:
    """The round's figures, as `ikm choice-round show` gives them."""
    async with house.sessions() as session:
        found = await progress(session, year)
    return None if found is None else as_json(found)


async def load(house: Open, played: Scenario, seed: int, timing: Timing) -> None:
    """The invented register, through the same door as a real one; then every farm's workflow starts."""
    folder = house.settings.var / "register"
    bodies, farms = generate(played, seed)
    write(folder, bodies, farms)
    done = await import_files(house, folder / "farms.csv", folder / "bodies.csv")
    say(f"Register: {done.added} farms added, {done.changed} changed, {done.unchanged} unchanged.")
    timing.done("register")
    with bars() as shown:
        task = shown.add_task("farms' workflows", total=len(farms))
        left = len(farms)
        while left:
            async with house.sessions() as session:
                left = (await waiting(session)).get("news", 0) + await backlog(house)
            shown.update(task, completed=max(len(farms) - left, 0))
            await asyncio.sleep(LOOK_EVERY_SECONDS)
    timing.done("workflows")


async def backlog(house: Open) -> int:
    """Workflow tasks that wait for a worker, by Temporal's own count."""
    asked = DescribeTaskQueueRequest(
        namespace=house.settings.temporal_namespace,
        task_queue=TaskQueue(name=house.settings.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        report_stats=True,
    )
    answer = await house.client.workflow_service.describe_task_queue(asked)
    return answer.stats.approximate_backlog_count


async def play_round(house: Open, played: Scenario, seed: int, timing: Timing) -> None:
    """The round, with bars on stderr."""
    people = await practice_people(house)
    where = Where(
        f"http://127.0.0.1:{house.settings.web_port}",
        f"http://127.0.0.1:{house.settings.mailbox_port}",
        Role.SECRETARIAT.value,
        password_of(people, Role.SECRETARIAT),
    )
    _, farms = generate(played, seed)
    with bars() as shown:
        tasks = {name: shown.add_task(name, total=None) for name in ("letters", "answers")}

        def told(what: str, done: int, of: int) -> None:
            shown.update(tasks[what], completed=done, total=of)

        async with gathered(where, played, seed, farms, told) as players:
            await write_letters(players)
            timing.done("letters")
            await live(players, agenda(players))
            timing.done("answers and reminders")
            await finish(players)
            timing.done("closing")


def bars() -> Progress:
    """Progress bars on stderr."""
    return Progress(
        TextColumn("{task.description:>18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=stderr
    )


async def check(house: Open, played: Scenario, year: int) -> dict[str, bool]:
    """Every check of the round, by its sentence."""
    figures = await progress_of(house, year) or {}
    asked = played.register.round_farms
    async with house.sessions() as session:
        kinds = select(LetterRow.farm_id, func.count()).where(LetterRow.kind == LetterKind.CHOICE)
        twice = [farm for farm, many in await session.exec(kinds.group_by(LetterRow.farm_id)) if many > 1]
        handed = select(LetterRow.message_id).where(col(LetterRow.handed_over_at).is_not(None))
        message_ids = sorted(await session.exec(handed))
    delivered = sorted(await messages(house.settings))
    return {
        f"{asked} letters of choice": figures.get("letters") == asked,
        "letters = mailed + printed": figures["letters"] == figures["mailed"] + figures["printed"],
        "letters = answered + assigned + stopped": figures["letters"]
        == figures["answered"] + figures["assigned"] + figures["stopped"],
        "none failed": figures["failed"] == 0,
        "the round is done": figures["state"] == "done",
        "no farm twice": not twice,
        "letters handed over and mails in the mailboxes match one to one": message_ids == delivered,
    }


async def messages(settings: Settings) -> list[str]:
    """Message-ID of every mail in the mailboxes."""
    found: list[str] = []
    after = 0
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.mailbox_port}") as mailbox:
        while True:
            page = (await mailbox.get("/messages", params={"after": after, "limit": 1000})).json()["items"]
            if not page:
                return found
            found += [item["messageId"] for item in page]
            after = page[-1]["number"]


async def report(house: Open, wanted: Wanted, checks: dict[str, bool], timing: Timing) -> int | None:
    """The table of choices, the checks, the timing; then leave, or say where the pages are."""
    figures = await progress_of(house, wanted.year) or {}
    if not wanted.json:
        show(figures, checks, timing)
    if wanted.json:
        tell(figures)
    ok = all(checks.values())
    for sentence in [sentence for sentence, holds in checks.items() if not holds]:
        say(f"Does not hold: {sentence}", "bold red")
    if wanted.leave:
        return 0 if ok else 1
    show_people(await practice_people(house))
    say(f"The pages are at {house.settings.public_url} . Ctrl-C stops everything; the state is kept.")
    return None


def show(figures: dict[str, Any], checks: dict[str, bool], timing: Timing) -> None:
    """What the round came to."""
    table = Table("inspection body", "farms", title=f"Choices of {figures['year']}")
    for body, farms in figures["byBody"].items():
        table.add_row(body, str(farms))
    table.add_section()
    for key in ("letters", "mailed", "printed", "reminders", "answered", "assigned", "stopped", "failed"):
        table.add_row(key, str(figures[key]))
    stderr.print(table)
    for sentence, holds in checks.items():
        say(f"{'holds' if holds else 'DOES NOT HOLD'}: {sentence}", "green" if holds else "bold red")
    say("Seconds: " + ", ".join(f"{stage} {seconds}" for stage, seconds in timing.stages.items()))
