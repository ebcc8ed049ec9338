"""`ikm register reconcile` and `export`: a spreadsheet beside the register, and the register as a spreadsheet."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from commands.open import opened
from commands.register import planned_of
from commands.say import fail, say, stdout, tell
from press.sheet import csv_bytes, xlsx_bytes
from records.intake import HOLDERS
from scheme.reconciliation import Discrepancy, reconciled
from scheme.register import FileKind

HEADER = ("gap", "line", "key", "name", "column", "theirs", "ours")


async def reconcile(file: Path, of: FileKind | None, out: Path | None, *, json: bool) -> None:
    """Name every difference, on the screen or into a file; status 1 when there is one."""
    async with opened() as house, house.sessions() as session:
        planned = await planned_of(session, file, of)
    found = reconciled(planned.holder.kind, planned.read, planned.before)
    if out is not None:
        write_file(out, "reconciliation", HEADER, [list(vars(one).values()) for one in found])
    if json:
        tell({"kind": planned.report.kind.value, "differences": [vars(one) for one in found]})
    elif out is None:
        for one in found:
            stdout.print(_line(one), soft_wrap=True)
    say(f"{len(found)} differences.")
    if found:
        raise SystemExit(1)


async def export(file: Path, of: FileKind) -> None:
    """The register in the import's own columns: imported again it changes nothing."""
    holder = HOLDERS[of]
    async with opened() as house, house.sessions() as session:
        lines = (await holder.there(session)).values()
    names = holder.kind.names
    write_file(file, of.value, names, [[getattr(line, name) for name in names] for line in lines])
    say(f"{len(lines)} lines are in {file}.")


def write_file(path: Path, title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the rows as the name of the file says; ends the command where that cannot be."""
    match path.suffix.lower():
        case ".csv":
            content = csv_bytes(header, rows)
        case ".xlsx":
            content = xlsx_bytes(title, header, rows)
        case _:
            fail(f"{path}: the name of a file ends in .csv or .xlsx.")
    try:
        path.write_bytes(content)
    except OSError as error:
        fail(f"{path}: {error.strerror}; make the folder first, or name another file.")


def _line(one: Discrepancy) -> str:
    where = "" if one.line is None else f"line {one.line}, "
    values = f'; {one.column}: theirs "{one.theirs}", ours "{one.ours}"' if one.column else ""
    return f"{where}{one.key} {one.name}: {one.gap.value}{values}"
