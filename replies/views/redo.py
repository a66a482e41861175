"""Beginning the next answer, and the record of a meeting."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput
from proposals.models import User
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors, confirm_page, sent
from replies.forms.redo import MeetingForm
from replies.models import Redo
from replies.permissions import visible_replies
from replies.permissions_followup import can
from replies.services.redo import record_meeting, start_redo
from replies.views.lookups import person
from replies.workflow_followup import REDO


def _visible(user: User, pk: int) -> Redo:
    """The redo of a reply the person may read, or 404."""
    rows = Redo.objects.filter(reply__in=visible_replies(user).values("pk"))
    return get_object_or_404(rows.select_related("reply__proposal", "reply__bureau", "feedback__proposer"), pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def redo_start(request: HttpRequest, pk: int) -> HttpResponse:
    """重新办理: says what the proposer was not content with, then opens the draft."""
    user = person(request)
    redo = _visible(user, pk)
    if request.method == "POST":
        draft = start_redo(user, redo=redo)
        messages.success(request, "已建立新稿，请按提案者的意见修改。")
        return redirect("reply-edit", pk=draft.pk)
    insist(can(user, "start_redo", redo))
    row, proposal = REDO.get("start_redo"), redo.reply.proposal
    said = f"{redo.feedback.proposer}的意见：{redo.feedback.opinion}" if redo.feedback.opinion else ""
    return confirm_page(
        request,
        title=f"第{redo.reply.answer_round + 1}次办理{proposal.label}？",
        effects=[*filter(None, [said]), row.consequence],
        action_label=row.label,
        cancel_url=reverse("proposal-detail", args=[proposal.pk]),
        proposal=proposal,
    )


@login_required
@require_http_methods(["GET", "POST"])
def redo_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """记录会商."""
    user = person(request)
    redo = _visible(user, pk)
    insist(can(user, "record_meeting", redo))
    form = MeetingForm(sent(request))
    proposal = redo.reply.proposal
    case = reverse("proposal-detail", args=[proposal.pk])
    if request.method == "POST" and form.is_valid():
        try:
            record_meeting(user, redo=redo, meeting=form.meeting())
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "会商情况已记录。")
            return HttpResponseRedirect(f"{case}?tab=rating")
    row = REDO.get("record_meeting")
    return confirm_page(
        request,
        title=f"记录{proposal.label}的会商",
        effects=[row.consequence],
        action_label=row.label,
        cancel_url=case,
        form=form,
        proposal=proposal,
        status=400 if form.errors else 200,
    )
