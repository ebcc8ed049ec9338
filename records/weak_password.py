"""Passwords that somebody would try first (NIST SP 800-63B, 3.1.1.2).

No rule asks for signs of some kind: what counts is what is left once words that everybody uses, the person's own,
repetitions and rows of keys are taken away.
"""

import re
from collections.abc import Iterable

# The words of lists of stolen passwords, in the languages of the house, and the house's own.
_COMMON = (
    "password passwort passwoord wachtwoord motdepasse motpasse kennwort parola contrasena changeme default geheim "
    "secret toegang welcome welkom willkommen bienvenue bonjour goedendag hallo hello letmein login signin aanmelden "
    "administrator admin beheerder root user gebruiker test demo guest master superman batman pokemon dragon monkey "
    "football voetbal baseball princess sunshine iloveyou ikhouvanjou jetaime trustno starwars whatever freedom "
    "michael charlie jordan computer internet samsung iphone google facebook microsoft windows office "
    "belgium belgie belgique belgien vlaanderen flandre antwerpen brussel bruxelles gent leuven brugge "
    "lente zomer herfst winter spring summer autumn januari februari maart april juni juli augustus september oktober "
    "november december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag "
    "ikmvlaanderen ikm qfl qmk melk milk lait milch koe koeien zuivel dairy hoeve boerderij secretariaat secretariat"
)
_KEYS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "azertyuiop", "qwertzuiop", "asdfghjkl",
         "qsdfghjklm", "zxcvbnm", "wxcvbn", "yxcvbnm")  # fmt: skip
_ROWS = tuple(row for keys in _KEYS for row in (keys, keys[::-1]))
_SHORTEST_ROW = 3
_SHORTEST_WORD = 3
_DISGUISES = {"a": "a4@", "e": "e3€", "i": "i1!", "l": "l1|", "o": "o0", "s": "s5$", "t": "t7+"}
_YEAR = re.compile(r"(?:19|20)\d\d")
_AGAIN = re.compile(r"(.+?)\1+")
# What must be left; four ordinary words leave far more.
LEAST_LEFT = 6


def weak(password: str, own: Iterable[str] = ()) -> bool:
    """Whether too little is left of it. own: names of the person and of what they sign in to."""
    left = password.casefold()
    words = {part for name in own for part in re.split(r"\W+", name.casefold()) if len(part) >= _SHORTEST_WORD}
    for word in sorted({*_COMMON.split(), *words}, key=len, reverse=True):
        left = re.sub("".join(_in_disguise(letter) for letter in word), "", left)
    left = _AGAIN.sub(r"\1", _without_rows(_YEAR.sub("", left)))
    return len(set(left)) < LEAST_LEFT


def _in_disguise(letter: str) -> str:
    return f"[{re.escape(_DISGUISES[letter])}]" if letter in _DISGUISES else re.escape(letter)


def _without_rows(text: str) -> str:
    """The text without three or more keys that lie beside each other or follow each other."""
    kept, start = [], 0
    while start < len(text):
        end = start + 1
        while end < len(text) and any(text[start : end + 1] in row for row in _ROWS):
            end += 1
        kept.append("" if end - start >= _SHORTEST_ROW else text[start:end])
        start = end
    return "".join(kept)
