"""All messages of pages and answers, gathered from templates, from `api/` and from the stored words."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from api import keys
from api.catalogue import ROOT, read, write
from scheme.language import Language
from scheme.requirement_example import example_lists
from scheme.rules import DEFAULTS

FOLDERS = frozenset({"api", "templates"})
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "noted": None, "translate": (2,),
}  # fmt: skip


def messages() -> Catalog:
    """The template of the catalogues: every message there is now."""
    found = Catalog(domain="ikm", charset="utf-8")
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    for name, line, message, *_ in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS, directory_filter=_in_our_folders
    ):
        found.add(message, None, [(name, line)])
    for key in keys.every_key():
        found.add(key, None)
    for parameter in DEFAULTS:
        found.add(parameter.source, None)
    for one in example_lists():
        for source in (one.head.source, *(requirement.source.key for requirement in one.requirements)):
            found.add(source, None)
    return found


def _in_our_folders(folder: str) -> bool:
    return Path(folder).relative_to(ROOT).parts[0] in FOLDERS


def update() -> None:
    """Add new messages to the four catalogues and drop those that are gone; English sentences say themselves."""
    template = messages()
    for language in Language:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        if language is Language.EN:
            _say_themselves(catalog)
        write(catalog, language)


def _say_themselves(catalog: Catalog) -> None:
    stored = set(keys.every_key())
    for message in catalog:
        if message.id and message.id not in stored and not any(message.string or ()):
            message.string = message.id
