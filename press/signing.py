"""PAdES signatures on certificates: an update after the page's own bytes, which stay as they were set.

The page keeps its marks of PDF/A and PDF/UA: the field of the signature has no size and lies outside the page, is
named for those who hear the page read, and carries no picture.
"""

import io
from datetime import UTC, datetime

from pyhanko.keys import load_certs_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from press.letter import HOUSE
from press.signing_key import NoSigningKeyError, SigningKey
from scheme.certificate import Trouble

FIELD = "Certificate"
# Beside every page: nobody sees it there, and what no eye can see needs no place in the order of reading.
_OUTSIDE = (-1, -1, -1, -1)


class _Update(IncrementalPdfFileWriter):
    """What is added after the page; the library alone would write the page's metadata anew, in a manner of its own."""

    def _update_meta(self) -> None:
        """The metadata stay byte for byte."""


def sign(pdf: bytes, key: SigningKey, described: str) -> bytes:
    """The page with its signature (PAdES B-B), after which nothing may be changed; the page's own bytes come first.

    described: what those hear to whom the field is read. Not for a running loop. Raises NoSigningKeyError.
    """
    signer, update = _signer(key), _Update(io.BytesIO(pdf))
    _add_field(update, described)
    what = PdfSignatureMetadata(
        field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", name=HOUSE, certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )  # fmt: skip
    out = PdfSigner(what, signer).sign_pdf(update, existing_fields_only=True)
    return _checked(bytes(out.getbuffer()), signer)


def _checked(signed: bytes, signer: SimpleSigner) -> bytes:
    """What was signed, once a reader of it agrees: a key that is not its certificate's signs without complaint."""
    (made,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    if not validate_pdf_signature(made, ValidationContext(trust_roots=[signer.signing_cert])).bottom_line:
        raise NoSigningKeyError(Trouble.KEY_MISMATCH)
    return signed


def _signer(key: SigningKey) -> SimpleSigner:
    if key.key_file is None or key.chain_file is None:
        raise NoSigningKeyError(Trouble.NO_KEY)
    try:
        own, *others = load_certs_from_pemder([str(key.chain_file)])
        private = load_private_key_from_pemder(str(key.key_file), key.passphrase.encode() or None)
    except (OSError, ValueError, TypeError) as error:
        raise NoSigningKeyError(Trouble.KEY_UNREADABLE) from error
    if own.not_valid_after < datetime.now(UTC):
        raise NoSigningKeyError(Trouble.KEY_ENDED)
    return SimpleSigner(own, private, SimpleCertificateStore.from_certs(others))


def _add_field(update: IncrementalPdfFileWriter, described: str) -> None:
    append_signature_field(update, SigFieldSpec(FIELD))
    made = update.root["/AcroForm"]["/Fields"][0]
    made[pdf_name("/TU")] = generic.pdf_string(described)
    made[pdf_name("/Rect")] = generic.ArrayObject(map(generic.NumberObject, _OUTSIDE))
