"""A ledger row's values as the letter they describe, of whatever kind (records/notice.py wrote them)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from babel.dates import format_date

from press.codes import link_token, typed_code
from press.letter import PHONE, Recipient
from press.notice import Notice, Point
from press.said import AnyLetter
from press.words import day, words
from press.written import House, Ledger, written
from scheme.days import ZONE
from scheme.language import Language
from scheme.letter import LetterKind

_VISIT = ("visit_on", "visit_time", "body", "auditor")
_CERTIFICATE = ("certificate_number", "valid_from", "valid_until", "status_at")


def any_written(row: Ledger, house: House) -> AnyLetter:
    """The letter. Raises CannotTypesetError as `written` does."""
    return written(row, house) if row.kind.about_choice else notice(row, house)


def notice(row: Ledger, house: House) -> Notice:
    """A letter about an audit or a certificate. The code is that of the audit, also where it tells what followed it."""
    if row.kind is LetterKind.STATUS:
        return _status(row, house)
    if row.kind in {LetterKind.EXPIRY, LetterKind.ENDED}:
        return _end(row, house)
    return _of_audit(row, house) if row.kind.about_audit else _extension(row, house)


def _of_audit(row: Ledger, house: House) -> Notice:
    told = row.words
    audit = told["audit"]
    year = audit.split(":")[1]
    token = link_token(house.code_key, audit, row.code_version)
    section, own = _OWN[row.kind](row, house)
    return Notice(
        kind=row.kind,
        section=section,
        language=row.language,
        recipient=_recipient(told),
        farm_id=row.farm_id,
        reference=row.case_id,
        dated=date.fromisoformat(told["dated"]),
        link=f"{house.public_url}/audit/{year}/{row.farm_id}/{token}",
        code=typed_code(house.code_key, audit, row.code_version),
        enter_at=f"{house.public_url}/audit",
        practice=house.practice,
        points=tuple(_point(one, row.language) for one in told.get("findings", ())),
        quote=told.get("reason") or "",
        first=bool(told.get("first")),
        taken=bool(told.get("taken")),
        **own,
    )


def clock_time(moment: datetime, language: Language) -> str:
    """The hour in Brussels as it is written in that language: 9.30 uur, 9 h 30."""
    local = moment.astimezone(ZONE)
    return words(language)["facts"]["oclock"].format(hour=local.hour, minute=f"{local.minute:02}")


def weekday(moment: datetime, language: Language) -> str:
    """The day in Brussels with the name it has in the week."""
    full = format_date(moment.astimezone(ZONE).date(), "full", locale=words(language)["house"]["locale"])
    return language.written(full)


def _visit(row: Ledger, _: House) -> tuple[str, dict[str, Any]]:
    at, language = datetime.fromisoformat(row.words["visit_at"]), row.language
    known = {
        "visit_on": weekday(at, language),
        "visit_time": clock_time(at, language),
        "body": row.words["body"],
        "auditor": row.words["auditor"],
        "audited_on": _day(row, "audited_on"),
    }
    return row.words["occasion"], {"known": known, "facts": _VISIT}


def _report(row: Ledger, _: House) -> tuple[str, dict[str, Any]]:
    found = row.words["findings"]
    section = "clean" if not found else "report" if any(one["due"] for one in found) else "advised"
    return section, {"known": {"body": row.words["body"], "audited_on": _day(row, "audited_on")}}


def _report_back(row: Ledger, _: House) -> tuple[str, dict[str, Any]]:
    return "report_back", {"known": {"body": row.words["body"], "audited_on": _day(row, "audited_on")}}


def _returned(row: Ledger, _: House) -> tuple[str, dict[str, Any]]:
    point = row.words["findings"][0]
    # Its last day may have passed while the proof lay with the body.
    late = point["due"] is not None and point["due"] < row.words["dated"]
    known = {"body": row.words["body"], "number": point["number"], "due": _written(point["due"], row.language)}
    return "returned_late" if late else "returned", {"known": known}


def _due(row: Ledger, _: House) -> tuple[str, dict[str, Any]]:
    first = min((one["due"] for one in row.words["findings"] if one["due"]), default=None)
    return "due", {"known": {"audited_on": _day(row, "audited_on"), "due": _written(first, row.language)}}


def _certificate(row: Ledger, house: House) -> tuple[str, dict[str, Any]]:
    number = row.words["certificate_number"]
    known = {
        "audited_on": _day(row, "audited_on"),
        "certificate_number": number,
        "valid_from": _day(row, "valid_from"),
        "valid_until": _day(row, "valid_until"),
        "status_at": f"{house.public_url}/c/{number}".removeprefix("https://"),
    }
    without = frozenset() if row.words["left"] else frozenset({"left"})
    return "certificate", {"known": known, "facts": _CERTIFICATE, "without": without}


def _refusal(row: Ledger, _: House) -> tuple[str, dict[str, Any]]:
    return "refusal", {"known": {"audited_on": _day(row, "audited_on"), **_appeal(row)}, "without": _no_term(row)}


def _appeal(row: Ledger) -> dict[str, str]:
    """Until when an appeal is taken, and within how many days it is decided."""
    until = _written(row.words.get("appeal_until"), row.language)
    return {"appeal_days": str(row.words["appeal_days"]), "appeal_until": until}


def _no_term(row: Ledger) -> frozenset[str]:
    """Letters of before there was a term say nothing of it."""
    return frozenset() if row.words.get("appeal_until") else frozenset({"term"})


def _extension(row: Ledger, house: House) -> Notice:
    """The last day of the certificate was moved, or goes back; there is nothing to do, so it carries no code."""
    told, language = row.words, row.language
    number = told["certificate_number"]
    known = {
        "certificate_number": number or "",
        "cause": words(language)["cause"][told["cause"]],
        "valid_until_before": _day(row, "valid_until_before"),
        "valid_until": _day(row, "valid_until"),
    }
    facts = ("certificate_number", "valid_until_before", "valid_until")
    public = f"/c/{quote(number, safe='')}" if number else "/directory"
    return Notice(
        kind=row.kind,
        section="extension_back" if told["back"] else "extension",
        language=language,
        recipient=_recipient(told),
        farm_id=row.farm_id,
        reference=f"{told['extension']}:{row.farm_id}",
        dated=date.fromisoformat(told["dated"]),
        link=f"{house.public_url}{public}",
        code="",
        enter_at=f"{house.public_url}{public}",
        practice=house.practice,
        known=known,
        facts=facts if number else facts[1:],
        without=frozenset() if told["suspended"] else frozenset({"left"}),
    )


def _status(row: Ledger, house: House) -> Notice:
    """The certificate is suspended, valid again or withdrawn; the farmer may appeal, and there is no code."""
    told = row.words
    number = told["certificate_number"]
    link = f"{house.public_url}/c/{quote(number, safe='')}" if number else f"{house.public_url}/directory"
    known = {
        "certificate_number": number,
        "decided_on": _day(row, "dated"),
        "suspended_until": _day(row, "suspended_until"),
        **_appeal(row),
    }
    return Notice(
        kind=row.kind,
        section=f"status_{told['wanted']}",
        language=row.language,
        recipient=_recipient(told),
        farm_id=row.farm_id,
        reference=row.case_id,
        dated=date.fromisoformat(told["dated"]),
        link=link,
        code="",
        enter_at=link,
        practice=house.practice,
        known=known,
        facts=tuple(name for name in ("certificate_number", "suspended_until") if told[name]),
        quote=told["reason"],
        without=_no_term(row),
    )


def _end(row: Ledger, house: House) -> Notice:
    """The certificate ends soon, or has ended; how far the farm is on its way to the next one stands in a sentence."""
    told, language = row.words, row.language
    number = told["certificate_number"]
    public = f"/c/{quote(number, safe='')}" if number else "/directory"
    known = {
        "certificate_number": number or "",
        "valid_until": _day(row, "valid_until"),
        "body": told["body"] or "",
        "day": _day(row, "day"),
    }
    facts = ("certificate_number", "valid_until")
    return Notice(
        kind=row.kind,
        section=row.kind.value,
        language=language,
        recipient=_recipient(told),
        farm_id=row.farm_id,
        reference=row.case_id,
        dated=date.fromisoformat(told["dated"]),
        link=f"{house.public_url}{public}",
        code="",
        enter_at=f"{house.public_url}{public}",
        practice=house.practice,
        known={**known, "stage": words(language)["stage"][told["stage"]].format_map({**known, "phone": PHONE})},
        facts=facts if number else facts[1:],
    )


_OWN: Mapping[LetterKind, Callable[[Ledger, House], tuple[str, dict[str, Any]]]] = {
    LetterKind.VISIT: _visit,
    LetterKind.REPORT: _report,
    LetterKind.REPORT_BACK: _report_back,
    LetterKind.RETURNED: _returned,
    LetterKind.DUE: _due,
    LetterKind.CERTIFICATE: _certificate,
    LetterKind.REFUSAL: _refusal,
}


def _recipient(told: Mapping[str, Any]) -> Recipient:
    return Recipient(told["name"], told["street"], told["postcode"], told["city"], told["country"])


def _point(one: Mapping[str, Any], language: Language) -> Point:
    text = one["text"].get(language.value) or one["text"].get(Language.NL.value) or ""
    return Point(one["number"], text, one["grade"], None if one["due"] is None else date.fromisoformat(one["due"]))


def _day(row: Ledger, key: str) -> str:
    return _written(row.words[key], row.language)


def _written(iso: str | None, language: Language) -> str:
    return "" if iso is None else day(date.fromisoformat(iso), language)
