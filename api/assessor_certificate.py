"""What an assessor's file tells of a farm's certificates: their versions, what became of them, and the directory."""

from api.assessor_line import Lines, Telling
from api.assessor_path import certificate_path
from api.words import noted, said
from press.assessor_file import FileDocument, FileLine
from records.queries.certificate import CertificateLine
from scheme.certificate import Status
from scheme.clause import Clause


def certificates(telling: Telling) -> Lines:
    """Each certificate: as the directory has it now, its versions, and its turns."""
    for one in telling.held.certificates:
        number = one.number or telling.say("Without a number")
        yield Clause.DIRECTORY, _listed(telling, one, number)
        for version in one.versions:
            path = certificate_path(telling.held.farm.language, number, version.version)
            shown_at = f"/certificates/{number}.pdf?version={version.version}" if version.made else None
            what = telling.say(
                noted("Certificate %(number)s, version %(version)s"), number=number, version=version.version
            )
            document = FileDocument(path, what, version.signed_sha256, shown_at)
            ground = telling.say(
                noted("Valid from %(first)s until %(last)s"), first=one.valid_from, last=one.issued_until
            )
            yield Clause.DOCUMENTS, telling.line(version.from_day, None, what, ground, (document,))
        for turn in one.turns:
            what = telling.say(
                noted("Certificate %(number)s: %(status)s from %(day)s"),
                number=number, status=said(telling.language, turn.status), day=turn.from_day,
            )  # fmt: skip
            grounds = [] if turn.reason is None else [said(telling.language, turn.reason)]
            if turn.valid_until is not None:
                grounds.append(
                    telling.say(
                        "its last day moved from %(before)s to %(after)s",
                        before=turn.valid_until_before, after=turn.valid_until,
                    )
                )  # fmt: skip
            clause = Clause.DOCUMENTS if turn.status is Status.REPLACED else Clause.TURNS
            yield clause, telling.line(turn.decided_at, None, what, " · ".join(grounds))


def _listed(telling: Telling, one: CertificateLine, number: str) -> FileLine:
    status = one.standing.status
    told = noted("Named in the public directory") if status.in_directory else noted("Not named in the public directory")
    what = f"{number}: {said(telling.language, status)}. {telling.say(told)}."
    ground = telling.say(noted("Valid until %(day)s"), day=one.standing.valid_until)
    return telling.line(one.standing.since, None, what, ground)
