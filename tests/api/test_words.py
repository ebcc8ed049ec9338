"""The catalogues hold every message, whole and in each language (design.md §16)."""

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from babel.messages.catalog import Message

from api import words
from api.catalogue import read
from api.extract import messages
from api.page import TEMPLATES
from api.upload_words import column_said, key_said, mistake_said
from api.written import day, moment, number, percent
from scheme.errors import Refusal, Rule
from scheme.language import Language
from scheme.register import KINDS
from scheme.register_rule import ColumnRule
from scheme.step import Act

Text = str | tuple[str, ...] | list[str]
NOT_FRENCH = re.compile(r"'|(?<!\xa0)([:;?!](?=\s|$|<)|»)|«(?!\xa0)")
PLACE = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def wanted() -> set[Text]:
    """Every message of templates, code and stored words; `python -m api.words update` brings in new ones."""
    return {message.id for message in messages() if message.id}


@pytest.mark.parametrize("language", Language)
def test_every_message_is_there_and_none_is_left_over(language: Language, wanted: set[Text]) -> None:
    """No message is missing, and none is obsolete."""
    assert {message.id for message in _kept(language)} == wanted
    assert not read(language).obsolete


@pytest.mark.parametrize("language", Language)
def test_every_message_is_translated(language: Language) -> None:
    """None is empty, none is marked fuzzy, and none shows a code."""
    empty = [message.id for message in _kept(language) if message.fuzzy or not all(_forms(message.string))]
    assert empty == []


@pytest.mark.parametrize("language", Language)
def test_places_for_values_are_the_same(language: Language) -> None:
    """A sentence of the code keeps its places; plural forms all have them."""
    wrong = [message.id for message in _kept(language) if " " in str(message.id) and not _same_places(message)]
    assert wrong == []


def test_french_is_set_as_french_is() -> None:
    """Curly apostrophes, and a space that does not break before a high sign and inside quotation marks."""
    texts = [text for message in _kept(Language.FR) for text in _forms(message.string)]
    for folder in ("letter", "digest", "certificate", "dairy_digest"):
        texts += _leaves(tomllib.loads((TEMPLATES / folder / "words" / "fr.toml").read_text()))
    assert [text for text in texts if NOT_FRENCH.search(text)] == []


def test_stored_words_have_the_same_places_in_every_language() -> None:
    """Their msgid is a key, so the four sentences are held against each other."""
    sentences = {language: {m.id: m.string for m in _kept(language) if " " not in str(m.id)} for language in Language}
    for key, dutch in sentences[Language.NL].items():
        places = {language: _places(sentences[language][key]) for language in Language}
        assert set(places.values()) == {_places(dutch)}, key


@pytest.mark.parametrize(
    ("language", "written"),
    [
        (Language.NL, "Keuzebrief klaargezet; antwoord mogelijk tot en met 14 februari 2025"),
        (Language.FR, "Lettre de choix préparée\u00a0; réponse possible jusqu’au 14 février 2025 inclus"),
        (Language.DE, "Wahlschreiben bereitgestellt; Antwort möglich bis einschließlich 14. Februar 2025"),
        (Language.EN, "Choice letter prepared; an answer is possible up to and including 14 February 2025"),
    ],
)
def test_a_stored_word_is_said(language: Language, written: str) -> None:
    """With the day written out as the language does."""
    assert words.said(language, Act.CHOICE_ASKED, day=date(2025, 2, 14)) == written


@pytest.mark.parametrize("rule", ColumnRule)
def test_every_mistake_in_a_register_file_has_its_sentence(rule: ColumnRule) -> None:
    assert mistake_said(Language.NL, {"rule": rule.value}) not in {"", mistake_said(Language.EN, {"rule": rule.value})}


def test_every_column_of_a_register_file_is_called_something() -> None:
    names = {name for kind in KINDS.values() for name in kind.names}
    assert [name for name in names if column_said(Language.EN, name) == name] == []


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (
            "F-000051 corrective-action 2024-12-01 2024/1 b",
            "F-000051 · Corrigerende maatregel · 1 december 2024 · 2024/1 b",
        ),
        ("audit-count 2024-01-01 jaarverslag 2024", "Aantal audits · 1 januari 2024 · jaarverslag 2024"),
        ("F-000051", "F-000051"),
    ],
)
def test_a_running_case_is_named_in_words(key: str, shown: str) -> None:
    assert key_said(Language.NL, key) == shown


def test_a_value_that_is_not_given_shows_as_a_dash() -> None:
    """The page comes all the same."""
    assert words.refusal(Language.NL, Refusal(Rule.FARM_STOPPED)).endswith("deelname: –.")


def test_dates_and_numbers_as_people_write_them() -> None:
    """Moments in Brussels time, winter and summer."""
    assert day(datetime(2025, 1, 14, 23, 30, tzinfo=UTC), Language.NL) == "15 januari 2025"
    assert moment(datetime(2025, 7, 1, 12, 3, tzinfo=UTC), Language.FR) == "1er juillet 2025, 14:03"
    assert day(date(2025, 1, 15), Language.DE) == "15. Januar 2025"
    assert [number(3148, language) for language in Language] == ["3.148", "3\u202f148", "3.148", "3.148"]
    assert percent(0.314, Language.NL, 1) == "31,4\xa0%"


def _kept(language: Language) -> Iterator[Message]:
    return (message for message in read(language) if message.id)


def _forms(text: Text | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def _leaves(tree: object) -> list[str]:
    return [leaf for each in tree.values() for leaf in _leaves(each)] if isinstance(tree, dict) else [str(tree)]


def _places(text: Text | None) -> frozenset[str]:
    return frozenset(name for form in _forms(text) for name in PLACE.findall(form))


def _same_places(message: Message) -> bool:
    asked = _places(message.id)
    return all(frozenset(PLACE.findall(form)) == asked for form in _forms(message.string))
