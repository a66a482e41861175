"""The page that tells one case."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from proposals.workflow import PROPOSAL, ProposalState
from replies.views.casefile.actions import actions_of
from replies.views.casefile.loading import find_case, load_case
from replies.views.casefile.next_step import next_step
from replies.views.casefile.tabs import TABS, tabs
from replies.views.lookups import person

TONES = {
    ProposalState.DRAFT: "neutral",
    ProposalState.RETURNED: "warn",
    ProposalState.REJECTED: "bad",
    ProposalState.SUGGESTION: "done",
    ProposalState.OPINION: "done",
    ProposalState.WITHDRAWN: "done",
    ProposalState.SUSPENDED: "warn",
    ProposalState.ANSWERED: "good",
    ProposalState.IMPORTED: "done",
}


@login_required
@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: where it stands, what comes next, and everything this person may read of it, by tabs."""
    user = person(request)
    case = load_case(user, find_case(user, pk))
    asked = request.GET.get("tab", "")
    tab = asked if asked in TABS else "overview"
    _, fill = TABS[tab]
    is_archived = case.proposal.archived_at is not None
    context = {
        "case": case,
        "proposal": case.proposal,
        "state_label": "已归档" if is_archived else PROPOSAL.label_of(case.proposal.state),
        "state_tone": "done" if is_archived else TONES.get(case.proposal.stage, "info"),
        "next_step": next_step(case),
        "actions": actions_of(case),
        "tabs": tabs(tab),
        "tab_template": f"replies/case/{tab}.html",
        "crumbs": [{"label": "提案", "url": reverse("proposal-list")}, {"label": case.proposal.label, "url": ""}],
        **fill(case),
    }
    return render(request, "replies/case/detail.html", context)
