"""Print batches, and the processes that fill them."""

import asyncio
import io

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import typst
import zxingcpp

from press import code128
from press.batch import bind
from press.letter import typeset
from press.pool import PressPool
from scheme.letter import LetterKind
from tests.press.letters import letter_to_smet


def test_a_batch_holds_every_letter_in_order() -> None:
    kinds = [kind for kind in LetterKind if kind.about_choice]
    letters = [typeset(letter_to_smet(kind=kind)) for kind in kinds]
    batch = bind(letters)
    assert batch == bind(letters)
    pages = pypdfium2.PdfDocument(batch)
    heads = [" ".join(page.get_textpage().get_text_range().split()) for page in pages]
    said = ["Kies uw", "Herinnering", "voert uw", "Kies opnieuw", "Rechtzetting"]
    assert [sentence in head for sentence, head in zip(said, heads, strict=True)] == [True] * len(kinds)


def test_an_empty_or_broken_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one letter"):
        bind([])
    with pytest.raises(pikepdf.PdfError):
        bind([b"no letter"])


def test_the_pool_keeps_the_order_and_the_bytes() -> None:
    letters = [letter_to_smet(farm_id=f"F-{number:06d}", kind=LetterKind.ASSIGNMENT) for number in range(10)]
    pool = PressPool(processes=1)
    try:
        pdfs = asyncio.run(pool.typeset(letters))
    finally:
        pool.close()
    assert pdfs == [typeset(letter) for letter in letters]


def test_every_sign_of_code_128_can_be_scanned() -> None:
    signs = "".join(chr(number) for number in range(32, 127))
    for text in (signs[at : at + 24] for at in range(0, len(signs), 24)):
        picture = _drawn(code128.svg(f"|{text}|"))
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"|{text}|"]


@pytest.mark.parametrize("text", ["", "é", "a\nb"])
def test_code_128_refuses_what_it_cannot_write(text: str) -> None:
    with pytest.raises(ValueError, match="Code 128"):
        code128.svg(text)


def _drawn(svg: str) -> object:
    source = (
        b'#set page(width: auto, height: auto, margin: 3mm)\n#image(bytes(sys.inputs.svg), format: "svg", width: 150mm)'
    )
    pdf = typst.compile(source, sys_inputs={"svg": svg})
    assert isinstance(pdf, bytes)
    return pypdfium2.PdfDocument(io.BytesIO(pdf))[0].render(scale=3).to_pil()
