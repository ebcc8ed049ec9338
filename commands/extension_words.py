"""What is typed after `ikm extension`."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer

from commands.extension import preview
from commands.option import Json
from scheme.extension import Selection
from scheme.ids import BodyId
from scheme.region import Province

app = typer.Typer(help="Collective extensions of certificates.", no_args_is_help=True)


@app.command("preview")
def extension_preview_command(
    first: Annotated[
        datetime, typer.Argument(formats=["%Y-%m-%d"], help="Certificates that end on this day or later.")
    ],
    last: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="And on this day at the latest.")],
    to: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Their new last day.")],
    province: Annotated[Province | None, typer.Option(help="Only farms there, by postcode.")] = None,
    dairy: Annotated[str | None, typer.Option(help="Only suppliers of this dairy.")] = None,
    body: Annotated[str | None, typer.Option(help="Only farms that this body audited last.")] = None,
    json: Json = False,
) -> None:
    """Which certificates an extension would move, and which stay as they are and why; nothing is changed."""
    chosen = Selection(first.date(), last.date(), province, dairy, None if body is None else BodyId(body))
    asyncio.run(preview(chosen, to.date(), json=json))
