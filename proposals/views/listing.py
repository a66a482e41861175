"""The list of proposals: filter, pages by key, one row per case."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from panjin_portal.lib.pages import page_by_key
from proposals.filters import ProposalFilter
from proposals.models import Assignment, Proposal
from proposals.permissions import can_file, visible_proposals
from proposals.queries import NearestDeadline, for_list, nearest_deadline
from proposals.workflow import ProposalState

PAGE_SIZE = 20
COUNTED_UP_TO = 500

TONES = {
    ProposalState.SUBMITTED: "info",
    ProposalState.RETURNED: "warn",
    ProposalState.REJECTED: "bad",
    ProposalState.REGISTERED: "info",
    ProposalState.ASSIGNED: "info",
    ProposalState.ANSWERED: "good",
    ProposalState.IMPORTED: "done",
}


@dataclass(frozen=True)
class ListRow:
    """One case as the list shows it; ``helpers`` are the co-handling bureaus."""

    proposal: Proposal
    url: str
    proposer: str
    lead: str
    helpers: tuple[str, ...]
    tone: str
    deadline: NearestDeadline | None


@login_required
@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Proposals the person may know of, filtered by the address, twenty at a time."""
    found = ProposalFilter(request.GET or None, queryset=for_list(visible_proposals(request.user)))
    page = page_by_key(found.qs, order=found.order(), key=request.GET.get("key"), size=PAGE_SIZE)
    counted = found.qs.order_by().values("pk")[: COUNTED_UP_TO + 1].count()
    context = {
        "filter": found,
        "form": found.form,
        "rows": [list_row(proposal) for proposal in page.items],
        "next_url": _address(request, page.next_key),
        "previous_url": _address(request, page.previous_key),
        "note": f"超过 {COUNTED_UP_TO} 件" if counted > COUNTED_UP_TO else f"共 {counted} 件",
        "is_filtered": any(request.GET.get(name) for name in found.filters),
        "may_file": can_file(request.user).allowed,
        "reset_url": reverse("proposal-list"),
    }
    return render(request, "proposals/list.html", context)


def list_row(proposal: Proposal) -> ListRow:
    """A row of ``queries.for_list`` made ready to show."""
    in_force: list[Assignment] = getattr(proposal, "in_force", [])
    count = getattr(proposal, "proposer_count", 0)
    name = getattr(proposal, "first_proposer", None) or "（未选）"
    return ListRow(
        proposal=proposal,
        url=reverse("proposal-detail", args=[proposal.pk]),
        proposer=f"{name}等{count}位" if count > 1 else name,
        lead="、".join(row.bureau.short_name for row in in_force if row.is_answering),
        helpers=tuple(row.bureau.short_name for row in in_force if not row.is_answering),
        tone=TONES.get(proposal.stage, "neutral"),
        deadline=nearest_deadline(proposal),
    )


def _address(request: HttpRequest, key: str | None) -> str:
    """The address of another page of the same filter; "" where there is none."""
    if key is None:
        return ""
    query = request.GET.copy()
    query["key"] = key
    return f"?{query.urlencode()}"
