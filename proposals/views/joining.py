"""Signing unasked (附议): the list of texts that are open to all members, and the page of one of them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from panjin_portal.lib.pages import page_by_key
from proposals.errors import InvalidInput
from proposals.forms.cosigning import JoinForm
from proposals.models import Proposal, ProposalProposer
from proposals.permissions import visible_invitations
from proposals.permissions_cosigning import can_see_cosignable, cosignable_by
from proposals.services.joining import join_cosigning
from proposals.services.locking import insist
from proposals.views.access import person
from proposals.views.forms_help import add_service_errors, sent, status_of
from proposals.workflow import PROPOSAL
from proposals.workflow_cosigning import InvitationState

PAGE_SIZE = 20
MOST_SIGNED = 50


@login_required
@require_safe
def cosignable_list(request: HttpRequest) -> HttpResponse:
    """What this member may sign unasked, the newest first; under it what he has signed and is not handed in yet."""
    user = person(request)
    insist(can_see_cosignable(user))
    named = ProposalProposer.objects.select_related("proposer")
    texts = cosignable_by(user).select_related("session", "topic__parent")
    texts = texts.prefetch_related(Prefetch("proposal_proposers", queryset=named))
    page = page_by_key(texts, order=("-id",), key=request.GET.get("key"), size=PAGE_SIZE)
    signed = visible_invitations(user).filter(state=InvitationState.ACCEPTED).select_related("proposal")
    address = reverse("proposal-cosignable")
    context = {
        "proposals": page.items,
        "signed": signed.order_by("-pk")[:MOST_SIGNED],
        "next_url": f"{address}?key={page.next_key}" if page.next_key else "",
        "previous_url": f"{address}?key={page.previous_key}" if page.previous_key else "",
        "crumbs": [{"label": "我的待办", "url": reverse("work")}, {"label": "可附议的提案"}],
    }
    return render(request, "proposals/cosignable.html", context)


def join(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A member reads a text that is open to all, and nothing else of the case, and signs it. ``proposal`` comes out of
    ``cosignable_by``; the address is that of an invitation, for a signature is afterwards what an accepted one is."""
    user = person(request)
    form = JoinForm(sent(request), initial={"version": proposal.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            join_cosigning(user, proposal=proposal, version=data["version"], opinion=data["opinion"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "已附议。发起人提交提案后，您就是联名提案者。")
            return redirect("proposal-cosign", pk=proposal.pk)
    context = {
        "proposal": proposal,
        "asks": proposal.asks.all(),
        "initiators": [row.proposer for row in proposal.proposal_proposers.select_related("proposer")],
        "form": form,
        "transition": PROPOSAL.get("join_cosigning"),
        "crumbs": [
            {"label": "我的待办", "url": reverse("work")},
            {"label": "可附议的提案", "url": reverse("proposal-cosignable")},
            {"label": proposal.title},
        ],
    }
    return render(request, "proposals/join.html", context, status=status_of(form))
