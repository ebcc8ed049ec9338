"""A server that speaks TLS to callers it knows and plainly to Temporal, as Temporal Cloud's front does; and its papers."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "house.temporal.test"
# The codes of some letters in the compression of HTTP/2 headers (RFC 7541, appendix B).
CODES = {
    "B": "1011101", " ": "010100", "r": "101100", "0": "00000", "1": "00001", "2": "00010", "a": "00011", "c": "00100",
    "e": "00101", "i": "00110", "o": "00111", "s": "01000", "t": "01001",
}  # fmt: skip


@dataclass(frozen=True)
class Papers:
    """Files: the authority's certificate, the server's and the caller's with their keys."""

    authority: Path
    server: Path
    server_key: Path
    caller: Path
    caller_key: Path


@dataclass
class Front:
    """Where it listens, and all that callers sent."""

    port: int
    heard: bytearray = field(default_factory=bytearray)


def papers(folder: Path) -> Papers:
    """An authority of our own, and what it signed."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    authority = _signed(name, name, authority_key, authority_key, is_authority=True)
    made = Papers(*(folder / file for file in ("ca.pem", "server.pem", "server.key", "caller.pem", "caller.key")))
    made.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    for who, certificate, key_file in ((NAME, made.server, made.server_key), ("ikm", made.caller, made.caller_key)):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)])
        signed = _signed(subject, name, key, authority_key, is_authority=False)
        certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        kind, shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        key_file.write_bytes(key.private_bytes(kind, shape, serialization.NoEncryption()))
    return made


@asynccontextmanager
async def fronting(made: Papers, port: int) -> AsyncIterator[Front]:
    """Let only callers with a certificate through to the server at this port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.server, made.server_key)
    context.load_verify_locations(made.authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["h2"])
    front, open_ways = Front(0), set[asyncio.StreamWriter]()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ways.add(writer)
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pass(reader, behind_writer, front.heard), _pass(behind_reader, writer, bytearray()))

    server = await asyncio.start_server(served, "127.0.0.1", 0, ssl=context)
    front.port = server.sockets[0].getsockname()[1]
    try:
        yield front
    finally:
        server.close()
        for writer in open_ways:
            writer.close()
        await server.wait_closed()


def in_a_header(text: str) -> bytes:
    """The text as it stands in a header of HTTP/2."""
    bits = "".join(CODES[letter] for letter in text)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray) -> None:
    try:
        while piece := await reader.read(65_536):
            heard += piece
            writer.write(piece)
            await writer.drain()
    except OSError:
        # Either side hung up.
        pass
    finally:
        writer.close()


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    )
    return builder.sign(signer, hashes.SHA256())
