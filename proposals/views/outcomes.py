"""Pages of the less usual outcomes: 并案, undoing of a decision, 撤案."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput
from proposals.forms.review import MergeForm, UndoForm, WithdrawForm
from proposals.models import Proposal
from proposals.permissions import can
from proposals.services import merging, review, withdrawing
from proposals.services.locking import insist
from proposals.views.access import find_proposal, person
from proposals.views.forms_help import add_service_errors, confirm_page, sent, status_of
from proposals.workflow import PROPOSAL, ProposalState

WORDS_MAX = 60


@login_required
@require_http_methods(["GET", "POST"])
def proposal_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the main proposal out of those of the session that the words find, then merge."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(can(user, "merge", proposal))
    words = str((request.POST if request.method == "POST" else request.GET).get("q", ""))[:WORDS_MAX]
    found = merging.main_candidates(proposal, words).prefetch_related("proposal_proposers__proposer")
    offered = Proposal.objects.filter(session_id=proposal.session_id)
    form = MergeForm(sent(request), found=found, offered=offered)
    if request.method == "POST" and form.is_valid():
        main = form.cleaned_data["main"]
        try:
            merging.merge(user, proposal=proposal, main=main, opinion=form.cleaned_data["opinion"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"已并入{main.label}《{main.title}》，双方提案者会收到通知。")
            return redirect("proposal-detail", pk=pk)
    context = {
        "proposal": proposal,
        "form": form,
        "words": words,
        "is_found": bool(form.fields["main"].choices),  # type: ignore[attr-defined]
        "transition": PROPOSAL.get("merge"),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": str(proposal), "url": reverse("proposal-detail", args=[pk])},
            {"label": "并案"},
        ],
    }
    return render(request, "proposals/merge.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def proposal_undo_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then undo a rejection, a transfer or a merge."""
    user, proposal = person(request), find_proposal(request, pk)
    is_merged = proposal.stage is ProposalState.MERGED
    action = merging.undoing_action(proposal) if is_merged else "undo_decision"
    insist(can(user, action, proposal))
    form = UndoForm(sent(request))
    if request.method == "POST" and form.is_valid():
        undo = merging.undo_merge if is_merged else review.undo_decision
        try:
            done = undo(user, proposal=proposal, opinion=form.cleaned_data["opinion"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"已撤销，提案回到“{PROPOSAL.label_of(done.state)}”。")
            return redirect("proposal-detail", pk=pk)
    transition = PROPOSAL.get(action)
    main = proposal.merged_into
    return confirm_page(
        request,
        title=f"{transition.label}：{proposal}",
        effects=[transition.consequence],
        recipients=["提案者联系人", *([f"主提案{main.label}的提案者联系人"] if main else [])],
        action_label=transition.label,
        proposal=proposal,
        cancel_url=reverse("proposal-detail", args=[pk]),
        form=form,
        danger=True,
        status=status_of(form),
    )


@login_required
@require_http_methods(["GET", "POST"])
def proposal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then end the case."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(can(user, "withdraw_proposal", proposal))
    form = WithdrawForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            withdrawing.withdraw_proposal(user, proposal=proposal, reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "提案已撤案，不再办理。")
            return redirect("proposal-detail", pk=pk)
    transition = PROPOSAL.get("withdraw_proposal")
    told = ["政协提案委工作人员", "其他提案者的联系人", *(["市政府督查室工作人员"] if proposal.number else [])]
    return confirm_page(
        request,
        title=f"撤案：{proposal}",
        effects=[transition.consequence, *([f"第{proposal.number}号作废。"] if proposal.number else [])],
        recipients=told,
        action_label=transition.label,
        proposal=proposal,
        cancel_url=reverse("proposal-detail", args=[pk]),
        form=form,
        danger=True,
        status=status_of(form),
    )
