"""`ikm bench`: what is measured, and how much of it; each imports what it measures only when it is asked."""

import asyncio
from typing import Annotated

import typer

from commands.option import Json

app = typer.Typer(help="What things cost on this machine.", no_args_is_help=True)

Floors = Annotated[bool, typer.Option(help="Measure what it is compared with, too.")]


@app.command("import")
def bench_import(
    farms: Annotated[int, typer.Option(help="So many invented farms.", min=100)] = 3331, json: Json = False
) -> None:
    """Import a register file, the same again, and all of it changed; status 1 when that is slower than accepted."""
    from commands.bench.importing import import_cost

    asyncio.run(import_cost(farms, json=json))


@app.command("choice-round")
def bench_choice_round(
    farms: Annotated[int, typer.Option(help="So many farms that are written to.", min=1)] = 982,
    floors: Floors = True,
    json: Json = False,
) -> None:
    """A round from the button to the last letter and to rest, beside three floors; status 1 when it is too slow."""
    from commands.bench.round import round_cost

    asyncio.run(round_cost(farms, with_floors=floors, json=json))


@app.command("audits")
def bench_audits(
    farms: Annotated[int, typer.Option(help="So many audits.", min=1)] = 200,
    floors: Floors = True,
    json: Json = False,
) -> None:
    """Audits from the plan to the certificate and to rest, beside three floors; status 1 when they are too slow."""
    from commands.bench.year import year_cost

    asyncio.run(year_cost(farms, with_floors=floors, json=json))


@app.command("search")
def bench_search(
    farms: Annotated[int, typer.Option(help="So many invented farms.", min=100)] = 30_000, json: Json = False
) -> None:
    """Search and list a register on a scratch database; status 1 when that is slower than accepted."""
    from commands.bench.search import search

    asyncio.run(search(farms, json=json))


@app.command("pages")
def bench_pages(
    farms: Annotated[int, typer.Option(help="So many invented farms.", min=1000)] = 30_000,
    times: Annotated[int, typer.Option(help="How often each address is asked.", min=2)] = 15,
    json: Json = False,
) -> None:
    """Ask every page and list over HTTP on a full register; status 1 when one is slower than accepted."""
    from commands.bench.pages import pages_cost

    asyncio.run(pages_cost(farms, times=times, json=json))
