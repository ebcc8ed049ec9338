"""What a mail server answered, or what happened in its place, in words with what can be done (RFC 5321, RFC 3463)."""

import re

from api.words import noted, translate
from scheme.language import Language
from scheme.mail_reply import GIVEN_UP, Mishap

# By the second and third figure of the enhanced code (RFC 3463), which says more than the code itself.
ENHANCED = {
    "1.1": noted("There is no such mailbox. Ask the farm for its mail address."),
    "1.2": noted("Nobody takes mail for what stands after the @. Ask the farm for its mail address."),
    "1.3": noted("The address is not written as a mail address should be. Mend it in the register."),
    "1.6": noted("The mailbox has moved. Ask the farm for its new mail address."),
    "1.7": noted("Our own address was refused. Operations look at IKM_MAIL_SENDER."),
    "1.8": noted("Our own address was refused. Operations look at IKM_MAIL_SENDER."),
    "1.10": noted("Nobody takes mail for what stands after the @. Ask the farm for its mail address."),
    "2.1": noted("The mailbox is closed. Ask the farm for another mail address."),
    "2.2": noted("The mailbox is full. Ask the farm to clear it."),
    "2.3": noted("The letter is too large for this mailbox."),
    "3.2": noted("The mail server takes no mail at the moment."),
    "3.4": noted("The letter is too large for the mail server. Operations ask for more room."),
    "4.1": noted("The farm's mail server does not answer."),
    "4.4": noted("Nobody takes mail for what stands after the @. Ask the farm for its mail address."),
    "4.7": noted("The farm's mail server did not answer for days."),
    "7.0": noted("The mail server does not trust the mail, or not yet."),
    "7.1": noted("The mail server does not trust the mail, or not yet."),
    "7.8": noted("The mail server refused our name or password. Operations look at SMTP_USERNAME and SMTP_PASSWORD."),
}
CODES = {
    "421": noted("The mail server is not available at the moment."),
    "450": noted("The mailbox is busy or blocked at the moment."),
    "451": noted("The mail server could not do its work at the moment."),
    "452": noted("The mailbox is full, or the mail server has no room left."),
    "454": noted("The mail server could not begin an encrypted or signed-in conversation."),
    "530": noted(
        "The mail server wants encryption or a name and password. Operations look at SMTP_TLS and SMTP_USERNAME."
    ),
    "534": noted("The mail server wants another way to sign in. Operations ask its keepers."),
    "535": noted("The mail server refused our name or password. Operations look at SMTP_USERNAME and SMTP_PASSWORD."),
    "538": noted(
        "The mail server wants encryption or a name and password. Operations look at SMTP_TLS and SMTP_USERNAME."
    ),
    "550": noted("There is no such mailbox, or it takes no mail. Ask the farm for its mail address."),
    "551": noted("The mailbox has moved. Ask the farm for its new mail address."),
    "552": noted("The mailbox is full, or the letter too large for it."),
    "553": noted("The address is not written as a mail address should be. Mend it in the register."),
    "554": noted("The mail server regards the mail as unwanted. Operations find out why."),
}
CLASSES = {
    "2": noted("The mail server took the letter."),
    "4": noted("The mail server refused the letter for now."),
    "5": noted("The mail server refused the letter for good."),
}
MISHAPS = {
    Mishap.UNREACHABLE: noted("The mail server does not answer. Operations look whether it runs, and at SMTP_HOST."),
    Mishap.UNTRUSTED: noted(
        "The mail server could not prove that it is the right one, and got no letter. Operations look at its"
        " certificate, SMTP_HOST and SMTP_CA_FILE."
    ),
    Mishap.NO_TLS: noted("The mail server offers no encryption, and got no letter. Operations look at SMTP_TLS."),
    Mishap.NO_SIGN_IN: noted("The mail server lets nobody sign in. Operations look at SMTP_USERNAME and SMTP_TLS."),
    Mishap.LOST: noted("The mail server hung up before it had the letter."),
    Mishap.LOST_AFTER_DATA: noted("The mail server hung up when it had the letter: it may have arrived."),
    Mishap.TOO_SLOW: noted("The mail server was too slow."),
    Mishap.NO_EIGHT_BIT: noted(
        "The mail server takes no address with such letters before the @. Ask the farm for an address in plain letters."
    ),
}
AGAIN = noted("The letter is tried again by itself for a day; then it goes on paper.")
IN_VAIN = noted("It was tried for a day, in vain.")
OTHERWISE = noted("The letter could not be made: the farm's name, address or certificate stands in the way.")
_REPLY = re.compile(r"(?P<code>[245][0-9]{2})(?:[ -][245]\.(?P<enhanced>[0-9]{1,3}\.[0-9]{1,3})\b)?")


def said_reply(language: Language, reply: str) -> str:
    """The reply's meaning, what may be done, and whether it goes again; replies keep their own words beside it."""
    last, given_up = reply.removeprefix(f"{GIVEN_UP}: "), reply.startswith(GIVEN_UP)
    said = [translate(language, _cause(last))]
    if given_up and last != Mishap.LOST_AFTER_DATA:
        said.append(translate(language, IN_VAIN))
    elif not given_up and _goes_again(last):
        said.append(translate(language, AGAIN))
    return " ".join(said)


def said_hold(language: Language, reply: str) -> str:
    """Why failures held a round's letters: of the last one, what it means and what may be done."""
    return translate(language, _cause(reply.removeprefix(f"{GIVEN_UP}: ")))


def _cause(reply: str) -> str:
    if reply in set(Mishap):
        return MISHAPS[Mishap(reply)]
    found = _REPLY.match(reply)
    if found is None:
        return OTHERWISE
    code, enhanced = found["code"], found["enhanced"]
    taken = code.startswith("2")
    return CLASSES["2"] if taken else ENHANCED.get(enhanced) or CODES.get(code) or CLASSES[code[0]]


def _goes_again(reply: str) -> bool:
    return reply.startswith("4") or (reply in set(Mishap) and reply != Mishap.NO_EIGHT_BIT)
