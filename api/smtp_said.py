"""What a mail server answered, in words: the codes of RFC 5321 that a secretariat meets."""

import re

from api.words import noted, translate
from scheme.language import Language

SENTENCES = {
    "421": noted("The mail server is not available for a moment; the letter is tried again."),
    "450": noted("The mailbox is busy or blocked for a moment; the letter is tried again."),
    "452": noted("The mailbox is full for now; the letter is tried again."),
    "550": noted("There is no such mailbox, or it takes no mail."),
    "552": noted("The mailbox is full."),
    "553": noted("The address is not written as a mail address should be."),
    "554": noted("The mail server regards the mail as unwanted."),
}
CLASSES = {
    "2": noted("The mail server took the letter."),
    "4": noted("The mail server refused the letter for now; it is tried again."),
    "5": noted("The mail server refused the letter for good."),
}
OTHERWISE = noted("The letter could not be made: the farm's name, address or certificate stands in the way.")
_CODE = re.compile(r"([245][0-9]{2})\b")


def said_reply(language: Language, reply: str) -> str:
    """The reply's meaning; replies keep their own words beside it."""
    found = _CODE.match(reply)
    if found is None:
        return translate(language, OTHERWISE)
    return translate(language, SENTENCES.get(found[1], CLASSES[found[1][0]]))
