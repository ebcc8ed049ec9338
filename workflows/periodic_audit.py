"""The periodic audit, as the office does it (domain.md §1): plan, visit, report, see what was wrong put right."""

from typing import cast

from temporalio import workflow

from scheme.audit_due import fall_due
from scheme.audit_facts import AuditHeard
from scheme.audit_heard import hear
from scheme.inbox import Carried
from scheme.news import News
from scheme.periodic_audit import WORKFLOW, PeriodicAudit
from scheme.step import Submission
from workflows.desk import Desk


@workflow.defn(name=WORKFLOW)
class PeriodicAuditWorkflow:
    """Take what planner, auditor and farmer hand in; act where a day passes; until all is settled and decided."""

    @workflow.init
    def __init__(self, audit: PeriodicAudit, carried: Carried) -> None:
        self.desk = Desk(audit, audit.opened_at, carried)

    @workflow.run
    async def run(self, audit: PeriodicAudit, carried: Carried) -> None:
        """Until the audit is done, its farm stops or chooses another body."""
        while audit.open:
            heard = await self.desk.next(until=audit.next_at)
            if heard is None:
                audit = await self.desk.record(fall_due(audit, self.desk.now))
            else:
                audit = await self.desk.record(hear(audit, cast("Submission[AuditHeard] | News", heard)))
        await self.desk.leave()
