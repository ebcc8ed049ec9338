"""Codes in letters: HMAC of the case and its version, recomputed for a reprint, never stored (design.md §8).

A choice that comes after another one of the same year is opened by the same code: see scheme.ids.code_case.
The link carries 128 bits, the typed code 60, both in Crockford's alphabet (no I, L, O, U).
"""

import hashlib
import hmac

from scheme.ids import CaseId, code_case

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LINK_CHARACTERS = 26
TYPED_CHARACTERS = 12
GROUP = 4
_FORGIVEN = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})


def link_token(key: bytes, case_id: str, version: int) -> str:
    """The secret part of the link: 26 characters, 128 bits and two to fill up."""
    return _code(key, f"link|{code_case(CaseId(case_id))}|{version}", LINK_CHARACTERS).lower()


def typed_code(key: bytes, case_id: str, version: int) -> str:
    """The code to type, like 7K2M-9QWX-4TBZ."""
    code = _code(key, f"typed|{code_case(CaseId(case_id))}|{version}", TYPED_CHARACTERS)
    return "-".join(code[start : start + GROUP] for start in range(0, TYPED_CHARACTERS, GROUP))


def token_is_right(key: bytes, case_id: str, version: int, token: str) -> bool:
    """Whether the link is this letter's, compared in constant time."""
    return hmac.compare_digest(link_token(key, case_id, version).encode(), token.lower().encode())


def code_is_right(key: bytes, case_id: str, version: int, code: str) -> bool:
    """Whether the typed code is this letter's; blanks, dashes and look-alikes (O, I, L) are forgiven."""
    typed = code.strip().upper().translate(_FORGIVEN)
    right = typed_code(key, case_id, version).replace("-", "")
    return hmac.compare_digest(right.encode(), typed.encode())


def _code(key: bytes, about: str, characters: int) -> str:
    number = int.from_bytes(hmac.digest(key, about.encode(), hashlib.sha256), "big")
    code = ""
    for _ in range(characters):
        number, place = divmod(number, len(ALPHABET))
        code += ALPHABET[place]
    return code
