"""A file as it comes: what it is by its content, and pictures without what tells where and with what they were taken.

Pictures are written anew from their pixels: what a camera put beside them (place, serial number, owner, thumbnail,
a film) is left out, what a report needs (which way is up, when it was taken) stays. PDFs are kept as they came.
"""

import hashlib
from io import BytesIO

from pikepdf import PasswordError, Pdf, PdfError
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from scheme.stored_file import Content, FileLimits, FileRefusedError, MediaType, WhyNot

TAKEN = ("JPEG", "PNG", "WEBP")
# MPO: a JPEG that has others behind it, as some telephones write them; the first is the picture.
FORMATS = {"JPEG": MediaType.JPEG, "MPO": MediaType.JPEG, "PNG": MediaType.PNG, "WEBP": MediaType.WEBP}
# Ours is the limit of pixels; Pillow would warn of its own.
Image.MAX_IMAGE_PIXELS = None
# Seen no worse than as it came, and no larger.
QUALITY = 90
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
MEGAPIXEL = 1_000_000
MEGABYTE = 1_000_000
# ISO 32000: readers accept the header within the first kilobyte.
PDF_HEADER_WITHIN = 1_024
WHEN_TAKEN = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal)


def file_in(sent: bytes, limits: FileLimits) -> Content:
    """The file as it is kept. Raises FileRefusedError."""
    if not sent:
        raise FileRefusedError(WhyNot.EMPTY)
    if len(sent) > limits.largest:
        raise FileRefusedError(WhyNot.TOO_LARGE, limits.largest // MEGABYTE)
    digest = hashlib.sha256(sent).hexdigest()
    if b"%PDF-" in sent[:PDF_HEADER_WITHIN]:
        _check_pdf(sent)
        return Content(sent, MediaType.PDF, digest)
    content, media_type = _picture(sent, limits)
    return Content(content, media_type, digest)


def _check_pdf(sent: bytes) -> None:
    try:
        with Pdf.open(BytesIO(sent)):
            return
    except PasswordError as error:
        raise FileRefusedError(WhyNot.PASSWORD) from error
    except PdfError as error:
        raise FileRefusedError(WhyNot.DAMAGED) from error


def _picture(sent: bytes, limits: FileLimits) -> tuple[bytes, MediaType]:
    if sent[4:8] == b"ftyp" and sent[8:12] in HEIC_BRANDS:
        raise FileRefusedError(WhyNot.HEIC)
    try:
        opened = Image.open(BytesIO(sent), formats=TAKEN)
    except UnidentifiedImageError as error:
        raise FileRefusedError(WhyNot.UNKNOWN_TYPE) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise FileRefusedError(WhyNot.DAMAGED) from error
    with opened as picture:
        if picture.width * picture.height > limits.pixels:
            raise FileRefusedError(WhyNot.TOO_MANY_PIXELS, limits.pixels // MEGAPIXEL)
        media_type = FORMATS[picture.format or ""]
        try:
            return _written_anew(picture, media_type), media_type
        except (OSError, SyntaxError, ValueError) as error:
            raise FileRefusedError(WhyNot.DAMAGED) from error


def _written_anew(picture: Image.Image, media_type: MediaType) -> bytes:
    """Its pixels turned upright, its colours' profile and the moment it was taken; nothing else."""
    when, profile = _when_taken(picture), picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    if upright.mode == "P":
        upright = upright.convert("RGBA")
    plain, written = Image.new(upright.mode, upright.size), BytesIO()
    plain.paste(upright)
    plain.save(written, media_type.value.removeprefix("image/"), quality=QUALITY, exif=when, icc_profile=profile)
    return written.getvalue()


def _when_taken(picture: Image.Image) -> Image.Exif:
    """The moment alone, of all that the camera wrote."""
    kept, taken = Image.Exif(), picture.getexif().get_ifd(ExifTags.IFD.Exif)
    told = {tag.value: taken[tag] for tag in WHEN_TAKEN if isinstance(taken.get(tag), str)}
    if told:
        kept[ExifTags.IFD.Exif] = told
    return kept
