"""What is typed after `ikm user`: people who sign in."""

import asyncio
from typing import Annotated

import typer

from commands import trail as trails
from commands.people import tell_people

app = typer.Typer(help="People who sign in.", no_args_is_help=True)


@app.command("add")
def user_add(
    sign_in_name: str,
    role: str,
    name: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    body: Annotated[str | None, typer.Option(help="Inspection body of planners and auditors.")] = None,
) -> None:
    """Add a person who may sign in."""
    asyncio.run(trails.add_user(sign_in_name, role, name, password, body))


@app.command("practice")
def user_practice() -> None:
    """Show the people for practice with their passwords, those of bodies that came in meanwhile too."""
    asyncio.run(tell_people())
