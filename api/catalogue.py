"""The catalogues on disk: `locales/<language>/LC_MESSAGES/ikm.po`."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from scheme.language import Language

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"


def path(language: Language) -> Path:
    """Where a language's catalogue stands."""
    return LOCALES / language.value / "LC_MESSAGES" / "ikm.po"


def read(language: Language) -> Catalog:
    """The catalogue as it stands; an empty one where there is no file yet."""
    file = path(language)
    if not file.exists():
        return Catalog(locale=language.value, domain="ikm")
    with file.open("rb") as stream:
        return read_po(stream, locale=language.value, domain="ikm")


def write(catalog: Catalog, language: Language) -> None:
    """Write it back, sorted, without line numbers and dates that would change with every edit."""
    file = path(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        stream.write(_header(catalog).encode())
        write_po(stream, catalog, sort_output=True, no_location=True, width=120, ignore_obsolete=True, omit_header=True)


def _header(catalog: Catalog) -> str:
    lines = (
        f"Language: {catalog.locale_identifier}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalog.plural_forms}",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"
