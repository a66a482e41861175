"""The page of a second answer: the letter, and what the leader or the clerk does with it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from proposals.errors import InvalidInput
from proposals.models import User
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors, confirm_page, sent
from replies.documents.letter import from_dict
from replies.forms.promises import FollowUpForm, ReturnForm
from replies.models import FollowUp, RenderedDocument
from replies.permissions import visible_documents
from replies.permissions_followup import can, visible_follow_ups
from replies.services.follow_ups import letter_of, resubmit_follow_up, return_follow_up, sign_follow_up
from replies.views.lookups import person
from replies.views.reading import readable
from replies.workflow_followup import FOLLOW_UP

PAGES = {
    "sign_follow_up": "follow-up-sign",
    "return_follow_up": "follow-up-return",
    "resubmit_follow_up": "follow-up-edit",
}


@login_required
@require_safe
def follow_up_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as signed, or as it stands."""
    user = person(request)
    row = _visible(user, pk)
    proposal = row.promise.proposal
    letter = from_dict(row.letter) if row.letter else letter_of(row, proposal)
    files = visible_documents(user).filter(
        reply=row.promise.reply_id, kind=RenderedDocument.Kind.FOLLOW_UP, letter_digest=row.letter_digest
    )
    actions = [
        {"label": one.label, "url": reverse(PAGES[one.action], args=[pk]), "allowed": True, "primary": place == 0}
        for place, one in enumerate(FOLLOW_UP.leaving(row.state))
        if can(user, one.action, row)
    ]
    context = {
        "follow_up": row,
        "promise": row.promise,
        "proposal": proposal,
        "letter": readable(letter),
        "documents": list(files) if row.letter_digest else [],
        "actions": actions,
        "tone": {"issued": "good", "drafting": "warn"}.get(row.state, "info"),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": proposal.label, "url": f"{reverse('proposal-detail', args=[proposal.pk])}?tab=promises"},
            {"label": "承诺", "url": reverse("promise-detail", args=[row.promise_id])},
            {"label": "跟踪答复", "url": ""},
        ],
    }
    return render(request, "replies/promises/follow_up.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """签发跟踪答复."""
    user = person(request)
    row = _visible(user, pk)
    if request.method == "POST":
        try:
            signed = sign_follow_up(user, follow_up=row)
        except InvalidInput as error:
            messages.error(request, error.message)
            return redirect("follow-up-detail", pk=pk)
        messages.success(request, f"已签发{signed.document_number}，提案者会收到通知。")
        return redirect("follow-up-detail", pk=pk)
    insist(can(user, "sign_follow_up", row))
    return _confirm(request, row, "sign_follow_up", None)


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_return(request: HttpRequest, pk: int) -> HttpResponse:
    """退回修改."""
    user = person(request)
    row = _visible(user, pk)
    insist(can(user, "return_follow_up", row))
    form = ReturnForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            return_follow_up(user, follow_up=row, comment=form.cleaned_data["comment"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "已退回经办人修改。")
            return redirect("follow-up-detail", pk=pk)
    return _confirm(request, row, "return_follow_up", form)


@login_required
@require_http_methods(["GET", "POST"])
def follow_up_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """改好再送签发."""
    user = person(request)
    row = _visible(user, pk)
    insist(can(user, "resubmit_follow_up", row))
    form = FollowUpForm(sent(request), initial={"version": row.version, "text": row.text})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            resubmit_follow_up(user, follow_up=row, version=data["version"], text=data["text"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "已再送领导签发。")
            return redirect("follow-up-detail", pk=pk)
    return _confirm(request, row, "resubmit_follow_up", form)


def _visible(user: User, pk: int) -> FollowUp:
    rows = visible_follow_ups(user).select_related(
        "bureau", "promise__proposal__session", "promise__reply__bureau", "written_by", "signed_by"
    )
    return get_object_or_404(rows, pk=pk)


def _confirm(request: HttpRequest, row: FollowUp, action: str, form: forms.Form | None) -> HttpResponse:
    step = FOLLOW_UP.get(action)
    proposal = row.promise.proposal
    effects = [step.consequence]
    if row.returned_comment:
        effects.insert(0, f"领导的意见：{row.returned_comment}")
    named = [f"提案者：{one.proposer}" for one in proposal.proposal_proposers.select_related("proposer")]
    return confirm_page(
        request,
        title=step.label,
        effects=effects,
        recipients=[*named, "市政协提案委、市政府督查室"] if action == "sign_follow_up" else (),
        action_label=step.label,
        cancel_url=reverse("follow-up-detail", args=[row.pk]),
        form=form,
        proposal=proposal,
        status=400 if form is not None and form.errors else 200,
    )
