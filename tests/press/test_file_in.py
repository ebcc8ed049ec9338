"""A file as it comes: what it is by its content, and what a photograph loses."""

from io import BytesIO

import pikepdf
import pytest
from PIL import ExifTags, Image

from press.file_in import file_in
from scheme.stored_file import FileLimits, FileRefusedError, MediaType, WhyNot
from tests.pictures import TAKEN, photo

LIMITS = FileLimits(largest=2_000_000, pixels=1_000_000)


def pdf(**how: object) -> bytes:
    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(made, **how)
    return made.getvalue()


@pytest.mark.parametrize(
    ("form", "media_type"), [("JPEG", MediaType.JPEG), ("PNG", MediaType.PNG), ("WEBP", MediaType.WEBP)]
)
def test_a_photograph_keeps_what_it_shows_and_when_but_not_where_or_whose(form: str, media_type: MediaType) -> None:
    sent = photo(form, comment="Hoeve van An", xmp=b"<x:xmpmeta>51.05 N</x:xmpmeta>")
    kept = file_in(sent, LIMITS)
    assert kept.media_type is media_type
    picture = Image.open(BytesIO(kept.content))
    exif = picture.getexif()
    assert (picture.size, exif.get(ExifTags.Base.Orientation)) == ((48, 64), None)
    assert dict(exif.get_ifd(ExifTags.IFD.GPSInfo)) == {}
    assert dict(exif.get_ifd(ExifTags.IFD.Exif)) == {ExifTags.Base.DateTimeOriginal: TAKEN}
    for private in (b"Janssens", b"SN-123456", b"xmpmeta", b"Hoeve van An"):
        assert private not in kept.content
    assert kept == file_in(sent, LIMITS), "the same photograph is the same file"


def test_a_photograph_without_anything_beside_it_is_taken() -> None:
    plain = BytesIO()
    Image.new("P", (8, 8)).save(plain, "PNG")
    assert file_in(plain.getvalue(), LIMITS).media_type is MediaType.PNG


def test_the_first_of_several_pictures_in_one_file_is_the_picture() -> None:
    made = BytesIO()
    one, other = Image.new("RGB", (8, 6)), Image.new("RGB", (8, 6), (255, 0, 0))
    one.save(made, "MPO", save_all=True, append_images=[other])
    assert file_in(made.getvalue(), LIMITS).media_type is MediaType.JPEG


def test_a_pdf_is_kept_as_it_came() -> None:
    sent = pdf()
    assert file_in(sent, LIMITS).content == sent


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        pytest.param(b"", WhyNot.EMPTY, id="nothing"),
        pytest.param(bytes(2_000_001), WhyNot.TOO_LARGE, id="too large"),
        pytest.param(b"MZ" + bytes(100), WhyNot.UNKNOWN_TYPE, id="a program"),
        pytest.param(b"<svg xmlns='x'><script/></svg>", WhyNot.UNKNOWN_TYPE, id="a drawing with a script"),
        pytest.param(b"\0\0\0\x18ftypheic" + bytes(40), WhyNot.HEIC, id="HEIC"),
        pytest.param(photo(size=(1_200, 900)), WhyNot.TOO_MANY_PIXELS, id="too many pixels"),
        pytest.param(photo(size=(600, 400))[:2_000], WhyNot.DAMAGED, id="half a photograph"),
        pytest.param(b"%PDF-1.7 nothing follows", WhyNot.DAMAGED, id="no PDF"),
        pytest.param(pdf(encryption=pikepdf.Encryption(user="u", owner="o")), WhyNot.PASSWORD, id="a locked PDF"),
    ],
)
def test_what_is_not_taken(sent: bytes, why: WhyNot) -> None:
    with pytest.raises(FileRefusedError) as refused:
        file_in(sent, LIMITS)
    assert refused.value.why is why


# Pillow warns of what it reads all the same.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_photograph_damaged_anywhere_is_taken_or_refused_and_breaks_nothing() -> None:
    sent = photo()
    for place in range(0, len(sent), 3):
        broken = sent[:place] + bytes([sent[place] ^ 0xFF]) + sent[place + 1 :]
        try:
            file_in(broken, LIMITS)
        except FileRefusedError:
            continue
