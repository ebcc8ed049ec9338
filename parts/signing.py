"""The key with which a practice house signs its certificates: made once by itself, trusted by nobody else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from records.private_file import write_private
from settings import Settings

SIGNER = "IKM-Vlaanderen vzw (OEFENING, EXERCICE, ÜBUNG, PRACTICE)"
_YEARS = timedelta(days=7_300)


def with_practice_key(settings: Settings) -> Settings:
    """The settings with a signing key: in practice one of its own, unless told; otherwise as they are."""
    return with_own_key(settings) if settings.practice and settings.signing_key_file is None else settings


def with_own_key(settings: Settings) -> Settings:
    """The settings with a signing key of this folder's own, made when it is first needed."""
    folder = settings.var.resolve() / "signing"
    key, chain = folder / "key.pem", folder / "chain.pem"
    if not (key.exists() and chain.exists()):
        _make(key, chain)
    return settings.model_copy(update={"signing_key_file": key, "signing_chain_file": chain})


def _make(key: Path, chain: Path) -> None:
    private, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SIGNER)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    own = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, SHA256())
    )
    write_private(chain, own.public_bytes(Encoding.PEM).decode())
    write_private(key, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
