"""What follows in a farm's life when one of its cases has come far enough: its workflow alone opens the next."""

from scheme.application import Apply
from scheme.farmer import Farmer, Standing
from scheme.news import AuditNeeded, AuditReady, CaseClosed, News
from scheme.opening import OpenApplied, OpenAudit, OpenCertification


def next_case(farmer: Farmer, news: News) -> OpenAudit | OpenCertification | OpenApplied | None:
    """What this news of a case leads to; nothing for a farm that stopped."""
    if farmer.standing is Standing.STOPPED:
        return None
    match news.what:
        case CaseClosed(choice, _, audit=True):
            return OpenAudit(farmer.farm_id, choice, news.at, news.id)
        case CaseClosed(waiting=str() as choice):
            return OpenAudit(farmer.farm_id, choice, news.at, news.id)
        case AuditReady(audit):
            return OpenCertification(farmer.farm_id, audit, news.at, news.id)
        case AuditNeeded(_, applied_on, body, moved_on):
            return OpenApplied(farmer.farm_id, news.at, news.id, Apply(applied_on, body, moved_on))
        case _:
            return None
