"""What a problem is called, and what to do about it; the words are translated where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.words import noted


@dataclass(frozen=True)
class Kind:
    """A problem: its type in the JSON API, and what a person reads (title, and what to do)."""

    type: str
    title: str
    advice: str


KINDS: Mapping[int, Kind] = {
    400: Kind("badRequest", noted("This request is not complete."), noted("Go back, check what you filled in and send it again.")),  # noqa: E501
    401: Kind("noAccessToken", noted("You are not signed in."), noted("Sign in and try again.")),
    403: Kind("missingPermission", noted("You may not do this."), noted("Ask the secretariat if you need to.")),
    404: Kind("resourceNotFound", noted("This page does not exist."), noted("Check the address, or begin from the first page.")),  # noqa: E501
    405: Kind("methodNotAllowed", noted("This page cannot be used in that way."), noted("Begin from the first page.")),
    409: Kind("conflict", noted("This cannot be done at this moment."), noted("Load the page again: something changed meanwhile, or somebody else is doing the same.")),  # noqa: E501
    410: Kind("resourceNotFound", noted("This page is no longer in use."), noted("Use the latest letter you received, or ask the secretariat.")),  # noqa: E501
    412: Kind("preconditionFailed", noted("Somebody changed this meanwhile."), noted("Load the page again, look at what is there now, and make your change once more.")),  # noqa: E501
    413: Kind("payloadTooLarge", noted("What you sent is too large."), noted("Send a smaller file.")),
    422: Kind("badRequest", noted("This cannot be taken as it stands."), noted("Go back, check what you filled in and send it again.")),  # noqa: E501
    428: Kind("preconditionRequired", noted("This request is not complete."), noted("Say which revision you saw: send its ETag in the header If-Match.")),  # noqa: E501
    429: Kind("tooManyRequests", noted("Too many attempts."), noted("Try again in %(minutes)s min; until then nothing you send from here is looked at.")),  # noqa: E501
    500: Kind("internalServerError", noted("Something went wrong on our side."), noted("Nothing you sent before is lost. Try again; if it stays, tell the secretariat the number below.")),  # noqa: E501
    503: Kind("serviceUnavailable", noted("The house does not answer for a moment."), noted("Try again in a minute. If you were filling in a form, go back: what you typed is still there.")),  # noqa: E501
}  # fmt: skip
TITLES: Mapping[str, str] = {
    "stale-form": noted("This form was not taken."),
    "foreign-site": noted("This form was not taken."),
}
ADVICE: Mapping[str, str] = {
    "reason-missing": noted("Say why: the field `reason` or `reasons` is empty, and the farmer reads it."),
    "grounds-missing": noted("Say on what grounds: the field `reasons` is empty, and whoever decides reads it."),
    "no-such-person": noted(
        "Nobody who audits, plans audits or decides has that number: give `personId` of one who does."
    ),
    "register-mistakes": noted("The file has mistakes: correct them in the file and upload it again."),
    "requirement-file": noted("The file has mistakes and nothing was kept: correct them in it and send it again."),
    "register-line": noted("Each value that the register cannot take is named with its rule."),
    "not-taken-here": noted("This operation does not take %(names)s; nothing was done."),
    "file-unscanned": noted("This file was not looked at for viruses yet: try again in a minute."),
    "file-infected": noted("The virus scanner found something in this file: nobody is shown it. Ask for another one."),
    "file-refused": noted("The file is not taken: which one and why stands beside it."),
    "report-met": noted("Another device changed this answer meanwhile: both are told; choose one and send it again."),
    "report-incomplete": noted("The report is not complete: each item that lacks something is named."),
    "report-closed": noted("This report was handed in: nothing in it is changed any more."),
    "key-reused": noted("This was sent before with other content. Load the page again and send it once more."),
    "clock-never-back": noted("The practice clock never goes back: `until` is where it stands, or later."),
    "clock-busy": noted("Somebody else is moving the clock. Wait until that is done, and try again."),
    "cannot-typeset": noted("This letter cannot be printed with the values it has. The ledger says why."),
    "wrong-mail-address": noted("This is not a mail address: write it like name@example.be."),
    "wrong-code": noted("The code is not right, or it was used before. Wait for the next one."),
    "no-code-awaited": noted(
        "No code is awaited: sign in with name and password first; the code follows within ten minutes."
    ),
    "weak-password": noted(
        "Somebody would try this password among the first: choose other words, not your own name or the house's."
    ),
    "wrong-own-password": noted("This is not your present password."),
    "factor-unreadable": noted(
        "Your second factor cannot be read any more. An administrator can take it away; then set it up again."
    ),
    "factor-not-offered": noted("There is no secret to confirm: begin to set up the second factor first."),
    "factor-is-set": noted("A second factor is set already: take it away first."),
    "wrong-password": noted("Name and password do not belong together."),
    "task-none-marked": noted("Mark one task at least; then say what is to be done with it."),
    "task-taken": noted("%(person)s has this task now. Nothing of yours was recorded."),
    "task-released": noted("Somebody gave this task back meanwhile. Nothing of yours was recorded."),
    "task-closed": noted("This task was closed meanwhile. Nothing of yours was recorded."),
    "task-not-yours": noted("This task is somebody else’s. Who hands out tasks can give it to you."),
    "task-day-passed": noted("The day lies in the past: name a day after today, or none."),
    "task-not-for-them": noted("This person may not do this task: it is for another role or inspection body."),
    "task-not-by-hand": noted("This task closes by itself, with the fact it is about."),
    "stale-form": noted("The form was open for too long. Go back, load the page again and send it once more."),
    "foreign-site": noted("The form was sent from another site than ours. Open our own page and send it from there."),
}
