"""Review by the committee: one page with its outcomes, and undoing a registration."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput
from proposals.forms.review import ReviewForm, UndoForm
from proposals.models import Proposal, User
from proposals.permissions import can
from proposals.review_history import changes_since_return, review_history
from proposals.services import review
from proposals.services.content import title_advice
from proposals.services.formalities import missing_formalities
from proposals.services.locking import insist
from proposals.services.printing import unprintable_places
from proposals.services.review_steps import next_step
from proposals.similar import TellSimilar, said_by
from proposals.views.access import find_proposal, person
from proposals.views.editor import attachment_items
from proposals.views.forms_help import add_service_errors, confirm_page, sent, status_of
from proposals.workflow import PROPOSAL


@login_required
@require_http_methods(["GET", "POST"])
def proposal_review(request: HttpRequest, pk: int, *, tell_similar: TellSimilar | None = None) -> HttpResponse:
    """The proposal to read, and the decision beside it. ``tell_similar`` comes with the address: earlier cases."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(can(user, "register", proposal))
    form = ReviewForm(sent(request), proposal=proposal)
    if request.method == "POST" and form.is_valid():
        try:
            told = _decide(user, proposal, form)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, told)
            return redirect("proposal-detail", pk=pk)
    asks, proposers = list(proposal.asks.all()), list(proposal.proposal_proposers.select_related("proposer"))
    context = {
        "proposal": proposal,
        "asks": asks,
        "proposers": proposers,
        "unprintable": unprintable_places(proposal, asks=asks, proposers=[row.proposer for row in proposers]),
        "suggested": proposal.suggested_bureaus.all(),
        "attachments": attachment_items(proposal),
        "title_advice": title_advice(proposal.title),
        "formalities": missing_formalities(proposal),
        "history": review_history(proposal, with_steps=True),
        "changes": changes_since_return(proposal),
        "next_step": next_step(proposal),
        "similar": tell_similar(user, said_by(proposal)) if tell_similar else [],
        "form": form,
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": proposal.title, "url": reverse("proposal-detail", args=[pk])},
            {"label": "审查"},
        ],
    }
    return render(request, "proposals/review.html", context, status=status_of(form))


def _decide(user: User, proposal: Proposal, form: ReviewForm) -> str:
    """Do what the form says; returns the sentence for the next page."""
    data = form.cleaned_data
    match data["outcome"]:
        case "register":
            done = review.register(user, proposal=proposal, opinion=data["opinion"], topic=data["topic"])
            return f"已立案，编为第{done.number}号，转市政府督查室交办。"
        case "return_for_revision":
            review.return_for_revision(user, proposal=proposal, opinion=data["opinion"])
            return "已退回修改，意见已告知提案者。"
        case "to_suggestion" | "to_public_opinion":
            done = review.transfer(user, proposal=proposal, action=data["outcome"], opinion=data["opinion"])
            return f"已{PROPOSAL.label_of(done.state)}，说明已告知提案者。"
        case _:
            review.reject(user, proposal=proposal, reason=data["reason"], opinion=data["opinion"])
            return "已不予立案，理由已告知提案者。"


@login_required
@require_http_methods(["GET", "POST"])
def proposal_undo_registration(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then undo: the number is void for good."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(can(user, "undo_registration", proposal))
    form = UndoForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            review.undo_registration(user, proposal=proposal, opinion=form.cleaned_data["opinion"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"已撤销立案，第{proposal.number}号作废。")
            return redirect("proposal-detail", pk=pk)
    transition = PROPOSAL.get("undo_registration")
    return confirm_page(
        request,
        title=f"撤销立案：{proposal}",
        effects=[transition.consequence],
        recipients=["提案者联系人"],
        action_label=transition.label,
        proposal=proposal,
        cancel_url=reverse("proposal-detail", args=[pk]),
        form=form,
        danger=True,
        status=status_of(form),
    )
