"""The buttons of the case page about supervision and archiving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.permissions_supervision import may_issue_slip, may_urge
from proposals.services.urging import HANDLING
from replies.archive_rule import ENDED
from replies.permissions_archive import can, visible_packages
from replies.services.archiving import open_matters
from replies.views.casefile.loading import CaseFile
from replies.views.casefile.statements import still_open
from replies.workflow_archive import SHELF


@dataclass(frozen=True)
class Aside:
    """A button that is never the main one; with a ``reason`` it cannot be used now."""

    label: str
    url: str
    icon: str = ""
    reason: str = ""


def supervision(case: CaseFile) -> Iterator[Aside]:
    """催办, while a bureau owes something that can be urged; 发督办单, once bureaus are at work."""
    if not may_urge(case.user):
        return
    if may_issue_slip(case.user, case.proposal):
        yield Aside("发督办单", reverse("proposal-slip", args=[case.proposal.pk]))
    running = (row for row in case.deadlines if row.bureau_id and row.met_at is None and row.cancelled_at is None)
    if any(row.kind in HANDLING or row.due_on < today() for row in running):
        yield Aside("催办", f"{reverse('urging-new')}?p={case.proposal.pk}")


def shelf(case: CaseFile) -> Iterator[Aside]:
    """归档 of a case that has ended, or what it waits for; of an archived one its package and 重新打开 (one query, for
    the offices)."""
    proposal = case.proposal
    if proposal.archived_at is None:
        if proposal.stage in ENDED and can(case.user, "archive", proposal):
            url = reverse("proposal-archive", args=[proposal.pk])
            yield Aside(SHELF.get("archive").label, url, reason=_not_yet(case))
        return
    main = proposal.merged_into_id or proposal.pk
    package = visible_packages(case.user).filter(proposal=main, reopened_at=None).only("pk").first()
    if package is not None:
        yield Aside("归档包", reverse("package-detail", args=[package.pk]), icon="file")
    if can(case.user, "reopen_archive", proposal):
        yield Aside(SHELF.get("reopen_archive").label, reverse("proposal-reopen", args=[proposal.pk]))


def _not_yet(case: CaseFile) -> str:
    """All that keeps the case from being archived, each with whose it is; "" for nothing (one query)."""
    row = still_open.get(case.proposal.pk)
    return "".join(open_matters(row, case.deadlines))
