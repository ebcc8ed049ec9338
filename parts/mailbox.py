"""The mailbox: takes in every letter over SMTP, delivers none, and lets them be read over HTTP (loopback only).

`python -m parts.mailbox --smtp-port 1025 --http-port 8025 --directory var/mailbox`

`PUT /refusals/{address}` with an answer such as "550 5.1.1 No such mailbox" refuses that address until `DELETE`.
"""

import argparse
import asyncio
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from parts.letters import Folder
from parts.processes import LOOPBACK
from parts.refusals import Refusals

LARGEST_LETTER_BYTES = 64 * 1024 * 1024
LONGEST_LINE_BYTES = 998
LARGEST_PAGE = 1_000
PIECE_BYTES = 64 * 1024


class Conversation(SMTP):
    """An SMTP conversation that takes a letter in big pieces: line by line, as inherited, cost 2.5 times the time."""

    # The reader holds twice this at most; commands have their own limit.
    line_length_limit = PIECE_BYTES

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take the letter and answer what the slot says (RFC 5321, 4.1.1.4)."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if self.session is None or self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._content()
        if len(content) > LARGEST_LETTER_BYTES:
            status = "552 Error: Too much mail data"
        elif max(map(len, content.split(b"\r\n"))) > LONGEST_LINE_BYTES:
            status = "500 Line too long (see RFC5321 4.5.3.1.6)"
        else:
            self.envelope.content = content
            status = await self.event_handler.handle_DATA(self, self.session, self.envelope)
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(status)

    async def _content(self) -> bytes:
        # Read to the lone dot; what stands behind it is the next command and goes back to the reader.
        taken = bytearray(b"\r\n")
        end = -1
        while end < 0:
            piece = await self._reader.read(4 * PIECE_BYTES)
            searched = max(len(taken) - 4, 0)
            taken += piece
            end = taken.find(b"\r\n.\r\n", searched)
            if not piece or (end < 0 and len(taken) > 2 * LARGEST_LETTER_BYTES):
                raise ConnectionResetError
        if rest := taken[end + 5 :]:
            self._reader.feed_data(bytes(rest))
        return bytes(taken[: end + 2]).replace(b"\r\n.", b"\r\n")[2:]


class Slot:
    """Where the SMTP server drops a letter: it says 250 only when the folder holds it."""

    def __init__(self, folder: Folder, lock: asyncio.Lock, refusals: Refusals) -> None:
        """Drop into this folder, one letter at a time, but for the addresses that are refused."""
        self._folder = folder
        self._lock = lock
        self.handle_RCPT = refusals.handle_RCPT

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the letter; a full disk is the sender's "try again later"."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            # The disk's time is the other conversations' time: hence the thread.
            async with self._lock:
                letter = await asyncio.to_thread(
                    self._folder.put, envelope.mail_from or "", tuple(envelope.rcpt_tos), content
                )
        except OSError:
            return "452 4.3.1 The letter could not be kept"
        return f"250 2.0.0 Kept as {letter.number}"


def create_app(folder: Folder, refusals: Refusals) -> Starlette:
    """Return the pages that list and show letters, and those that refuse an address or take it again."""

    async def messages(request: Request) -> JSONResponse:
        after, limit = _number(request, "after", 0), _number(request, "limit", 100)
        items = folder.page(after, min(limit, LARGEST_PAGE), request.query_params.get("to"))
        return JSONResponse({"items": [letter.json() for letter in items], "last": folder.last})

    async def message(request: Request) -> Response:
        number = int(request.path_params["number"])
        if not 1 <= number <= folder.last:
            raise HTTPException(404, f"There is no letter {number}; the last is {folder.last}")
        return Response(folder.content(number), media_type="message/rfc822")

    async def refuse(request: Request) -> Response:
        try:
            refusals.refuse(request.path_params["address"], (await request.body()).decode("ascii", "replace"))
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return Response(status_code=204)

    async def accept(request: Request) -> Response:
        refusals.accept(request.path_params["address"])
        return Response(status_code=204)

    async def health(_request: Request) -> JSONResponse:
        return JSONResponse({"last": folder.last})

    return Starlette(
        routes=[
            Route("/messages", messages),
            Route("/messages/{number:int}", message),
            Route("/refusals/{address}", refuse, methods=["PUT"]),
            Route("/refusals/{address}", accept, methods=["DELETE"]),
            Route("/health", health),
        ],
        # Letters hold codes: a page of another site must not reach them by a name that points here.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])],
    )


async def serve(smtp_port: int, http_port: int, directory: Path) -> None:
    """Take in and show letters until SIGINT or SIGTERM."""
    folder, refusals = Folder(directory), Refusals()
    lock = asyncio.Lock()

    def conversation() -> SMTP:
        return Conversation(
            Slot(folder, lock, refusals),
            data_size_limit=LARGEST_LETTER_BYTES,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="ikm",
        )

    smtp = await asyncio.get_running_loop().create_server(conversation, LOOPBACK, smtp_port)
    config = uvicorn.Config(
        create_app(folder, refusals), host=LOOPBACK, port=http_port, log_level="warning", timeout_graceful_shutdown=3
    )
    try:
        await uvicorn.Server(config).serve()
    finally:
        smtp.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="parts.mailbox", description=__doc__)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    wishes = parser.parse_args()
    asyncio.run(serve(wishes.smtp_port, wishes.http_port, wishes.directory))


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, str(otherwise))
    if not text.isdecimal():
        raise HTTPException(400, f"{name} must be a whole number")
    return int(text)


if __name__ == "__main__":
    main()
