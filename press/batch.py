"""A print batch: many letters as one PDF for the printer (design.md §8)."""

import io
from collections.abc import Sequence

import pikepdf


def bind(pdfs: Sequence[bytes]) -> bytes:
    """The PDFs one after the other; the same PDFs give the same bytes.

    For paper only: the letters' tags and PDF/A marks stay with the single letters.
    Raises ValueError for an empty batch, pikepdf.PdfError for something that is no PDF.
    """
    if not pdfs:
        message = "a print batch holds at least one letter"
        raise ValueError(message)
    bound = io.BytesIO()
    with pikepdf.new() as batch:
        for pdf in pdfs:
            # Pages are copied whole; the source may be closed only after saving, so none is.
            batch.pages.extend(pikepdf.open(io.BytesIO(pdf)).pages)
        batch.save(bound, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return bound.getvalue()
