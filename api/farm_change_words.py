"""What the page of something that happened to a farm says of it, by what it was."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.keys import key
from api.words import noted
from scheme.farm_change import Change, Effect


@dataclass(frozen=True)
class Wording:
    """first_day: of the day; effects: what can be decided; decided: what was, with its decider in it.

    other: what the other farm is to this one, where there is one.
    """

    first_day: str
    effects: Mapping[Effect, str]
    decided: Mapping[Effect, str]
    other: str = ""


WORDING: Mapping[Change, Wording] = {
    Change.TAKEOVER: Wording(
        noted("First day of the new holder"),
        {one: key(one) for one in Effect},
        {
            Effect.PASSES: noted(
                "Decided by %(decider)s: the certificate passes to the new holder, with its number and its last day."
            ),
            Effect.NEW_AUDIT: noted("Decided by %(decider)s: the certificate has ended, and a new audit is needed."),
        },
    ),
    Change.MOVE: Wording(
        noted("First day at the new site"),
        {
            Effect.PASSES: noted("the certificate goes on, with the new site"),
            Effect.NEW_AUDIT: noted("the certificate runs on, an audit of the new site is needed"),
        },
        {
            Effect.PASSES: noted(
                "Decided by %(decider)s: the certificate goes on with the new site, with its number and its last day."
            ),
            Effect.NEW_AUDIT: noted(
                "Decided by %(decider)s: an audit of the new site is needed; the certificate runs on."
            ),
        },
    ),
    Change.MERGER: Wording(
        noted("First day as one farm"),
        {
            Effect.PASSES: noted("the certificate goes on, for the farm as it is now"),
            Effect.NEW_AUDIT: noted("the certificate runs on, an audit of the farm as it is now is needed"),
        },
        {
            Effect.PASSES: noted(
                "Decided by %(decider)s: the certificate goes on for the farm as it is now, with its number and its "
                "last day."
            ),
            Effect.NEW_AUDIT: noted(
                "Decided by %(decider)s: an audit of the farm as it is now is needed; the certificate runs on."
            ),
        },
        noted("Farm that was merged into it"),
    ),
    Change.SPLIT: Wording(
        noted("First day as two farms"),
        {
            Effect.PASSES: noted("the certificate goes on, for the farm that remains"),
            Effect.NEW_AUDIT: noted("the certificate runs on, an audit of the farm that remains is needed"),
        },
        {
            Effect.PASSES: noted(
                "Decided by %(decider)s: the certificate goes on for the farm that remains, with its number and its "
                "last day."
            ),
            Effect.NEW_AUDIT: noted(
                "Decided by %(decider)s: an audit of the farm that remains is needed; the certificate runs on."
            ),
        },
        noted("New farm"),
    ),
}
# What can have run for the other farm, by the first word of a case's id.
KINDS: Mapping[str, str] = {
    "periodic-audit": noted("Periodic audit"),
    "certification": noted("Decision about the certificate"),
    "status-change": noted("Suspend, lift or withdraw the certificate"),
}
