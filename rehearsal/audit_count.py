"""What the audits of a year came to, counted from the API as anybody of the secretariat may."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import httpx

from rehearsal.desks import everything, read

# What happens at least once in a year that was played to its end.
OUTCOMES = (
    "decisions.three-years",
    "decisions.eighteen-months",
    "decisions.refusal",
    "refusals.bad-surroundings",
    "refusals.finding-a-open",
    "findings.accepted",
    "findings.overdue",
    "proofs.returned",
    "reminders.corrective-actions",
    "follow-ups.on-site",
    "audits.stopped",
)
ENDED = ("done", "stopped", "cancelled")


async def counted(web: httpx.AsyncClient, played: Collection[str]) -> dict[str, int]:
    """How many of each, by dotted key; what never happened counts nothing. played: the audits of the year's choices.

    While they run on into the next year other farms choose, or are given a body: their audits are another year's.
    """
    audits = [await read(web, f"audits/{case_id}") for case_id in played]
    decisions = await everything(web, "certifications", ended="true")
    reminders = await everything(web, "letters", kind="due")
    count = Counter(dict.fromkeys(OUTCOMES, 0))
    count["audits.opened"] = len(audits)
    for audit in audits:
        count += _of_audit(audit)
    count.update(f"decisions.{one.get('result', one['state'])}" for one in decisions)
    count["reminders.corrective-actions"] = len(reminders)
    return {key: count[key] for key in sorted({*count, *OUTCOMES})}


def holds(figures: Mapping[str, int], bodies_known: int) -> dict[str, bool]:
    """Every check of the year, by its sentence. bodies_known: choices that ended with a body."""
    ended = sum(figures.get(f"audits.{state}", 0) for state in ENDED)
    decided = sum(figures[f"decisions.{result}"] for result in ("three-years", "eighteen-months", "refusal"))
    checks = {
        "every choice led to an audit": figures["audits.opened"] == bodies_known,
        "every audit came to its end": ended == figures["audits.opened"],
        "every audit that was held was decided about": decided == figures.get("audits.done", 0),
    }
    return checks | {f"{key} happened": figures[key] > 0 for key in OUTCOMES}


def _of_audit(audit: Mapping[str, Any]) -> Counter[str]:
    count = Counter([f"audits.{audit['state']}"])
    findings = audit["findings"]
    count.update(f"findings.{one['state']}" for one in findings)
    count["proofs.handed-in"] += sum(one["proofs"] for one in findings)
    count["proofs.returned"] += sum(one["returned"] for one in findings)
    count["follow-ups.on-site"] += "followUpAt" in audit
    count["refusals.bad-surroundings"] += audit.get("surroundings") == "bad"
    count["refusals.finding-a-open"] += any(one["grade"] == "A" and one["state"] == "overdue" for one in findings)
    return count
