"""`ikm register import`: the register's one door, for the demo and for the user alike."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.open import Open
from commands.say import fail, say, tell
from press.sheet_in import table_in
from records.intake import Plan, commit, plan
from records.mapping import kind_for, mapping_for, remember
from records.register_work import begin
from records.registering import Imported
from scheme.people import THE_HOUSE
from scheme.register import FileKind
from scheme.register_file import Table
from scheme.register_meant import ReadAs
from scheme.register_report import Difference, Effect, Entry, Report
from scheme.register_rule import OF_THE_HEADER, Problem
from scheme.register_wording import read_so, remedy, sentence


async def import_files(
    house: Open,
    file: Path,
    bodies: Path | None = None,
    *,
    of: FileKind | None = None,
    dry_run: bool = False,
    json: bool = False,
) -> Imported:
    """Read the files, name every mistake, and only when there is none write everything in one transaction.

    bodies: a file of inspection bodies that comes first; of: the kind of `file`, as its header says unless told.
    dry_run: nothing is written; what would be is told line by line.
    """
    asked = [(bodies, FileKind.BODIES)] if bodies else []
    done = Imported(0, 0, 0)
    async with house.sessions() as session:
        work = await begin(session, THE_HOUSE, practice=house.settings.practice)
        for path, word in (*asked, (file, of)):
            found = table_of_file(path)
            chosen = word or await kind_for(session, found.header)
            mapping = await mapping_for(session, chosen, found.header)
            planned = await plan(session, chosen, found, mapping)
            _tell(path, planned.report, json=json, whole=dry_run)
            done = await commit(work, planned)
            await remember(session, chosen, found.header, mapping)
        await (session.rollback() if dry_run else session.commit())
    return done


async def planned_of(session: AsyncSession, path: Path, of: FileKind | None) -> Plan[Any]:
    """What the file would do, its columns read as their names say."""
    found = table_of_file(path)
    word = of or await kind_for(session, found.header)
    return await plan(session, word, found, await mapping_for(session, word, found.header))


def table_of_file(path: Path) -> Table:
    """The file's table; ends the command where there is no such file."""
    try:
        return table_in(path.read_bytes())
    except OSError as error:
        fail(f"{path}: {error.strerror}")


def as_json(report: Report) -> dict[str, object]:
    """The report as one object."""
    counts = {effect.value: report.count(effect) for effect in Effect}
    lines = [_entry(entry) for entry in report.entries if entry.effect is not Effect.UNCHANGED]
    problems, read_as = [_problem(one) for one in report.problems], [_read_as(one) for one in report.read_as]
    return {"kind": report.kind.value, **counts, "lines": lines, "problems": problems, "readAs": read_as}


def _tell(path: Path, report: Report, *, json: bool, whole: bool) -> None:
    if json and (whole or report.problems):
        tell(as_json(report))
    if not json:
        _say(path, report, whole=whole)
    if report.problems:
        fail(f"Mistakes: {len(report.problems)}. Nothing was written.")


def _say(path: Path, report: Report, *, whole: bool) -> None:
    if any(problem.rule in OF_THE_HEADER for problem in report.problems):
        say(f"{path}: this is read as a file of {report.kind.value}; --of names another kind.")
    for problem in report.problems:
        say(f"{path}: {sentence(problem)}")
    for one in report.read_as if whole else ():
        say(f"{path}: {read_so(one)}")
    for entry in report.entries if whole else ():
        if entry.effect is not Effect.UNCHANGED:
            said = f"line {entry.line}, {entry.key} {entry.name}: {entry.effect.value}"
            say(f"{path}: {said}{_changes(entry.differences)}")


def _changes(differences: Sequence[Difference]) -> str:
    return "".join(f'; {one.column}: "{one.before}" → "{one.after}"' for one in differences)


def _entry(entry: Entry) -> Mapping[str, object]:
    changes = [vars(one) for one in entry.differences]
    return {"line": entry.line, "key": entry.key, "effect": entry.effect.value, "differences": changes}


def _read_as(one: ReadAs) -> Mapping[str, object]:
    return {"line": one.line, "column": one.column, "value": one.value, "readAs": one.read_as}


def _problem(problem: Problem) -> Mapping[str, object]:
    told = {"sentence": sentence(problem), "remedy": remedy(problem)}
    return {"line": problem.line, "column": problem.column, "value": problem.value, "rule": problem.rule.value, **told}
