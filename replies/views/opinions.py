"""Pages of the co-handler's opinion: write, hand in, take over."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from panjin_portal.lib.clock import now
from panjin_portal.lib.diff import merge_view
from proposals.errors import EditConflict, InvalidInput, PortalError, WrongStage
from proposals.forms.faults import first_fault
from proposals.forms.fields import is_id
from proposals.models import Assignment
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors
from replies.documents.formats import Format
from replies.forms.opinions import OpinionForm, TakeOverForm
from replies.models import CoHandlerOpinion, Reply
from replies.permissions import can, can_start_opinion, visible_opinions
from replies.queries import load_sections, place
from replies.rules import rule_for
from replies.services.opinions import (
    may_write,
    save_as_typed,
    save_opinion,
    submit_opinion,
    take_over_opinion,
)
from replies.views.lookups import json_login_required, person, visible_assignment
from replies.views.opinion_lines import lines_in_draft, lines_in_letter
from replies.workflow import OPINION, OpinionState

# What can still be done to an opinion that was handed in: action of the table to URL name.
NEXT = {"sign_opinion": "opinion-sign", "withdraw_opinion": "opinion-withdraw"}


@login_required
@require_http_methods(["GET", "POST"])
def opinion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the opinion; once handed in, the same address shows what was handed in and how far it is. Who does not
    write at this bureau reads the draft there: a leader finds what he sent back."""
    assignment = visible_assignment(request, pk)
    opinion = _opinion_of(assignment)
    if request.method == "GET" and opinion is not None and opinion.state != OpinionState.DRAFTING:
        return _read(request, assignment, get_object_or_404(_readable_by(request), pk=opinion.pk))
    decision = may_write(person(request), assignment, opinion)
    if request.method == "GET" and opinion is not None and decision.post is None:
        shown = _readable_by(request).filter(pk=opinion.pk).first()
        if shown is not None:
            return _read(request, assignment, shown)
    insist(decision)
    if request.method == "GET":
        return _show(request, assignment, OpinionForm(initial=_initial(opinion)))
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return _show(request, assignment, form, status=400)
    try:
        save_opinion(person(request), assignment=assignment, **form.cleaned_data)
    except InvalidInput as error:
        add_service_errors(form, error)
        return _show(request, assignment, form, status=400)
    except EditConflict as conflict:
        return _show_conflict(request, assignment, conflict, form)
    messages.success(request, "已保存。", extra_tags=_draft_key(request, assignment))
    return redirect("opinion-submit" if request.POST.get("do") == "submit" else "opinion-edit", pk=assignment.pk)


@json_login_required
@require_POST
def opinion_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Store an open opinion page; answers as ``static/js/autosave.js`` expects."""
    assignment = visible_assignment(request, pk)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"message": first_fault(form)}, status=400)
    try:
        opinion, lacking = save_as_typed(person(request), assignment=assignment, **form.cleaned_data)
    except EditConflict as conflict:
        # The words are in the browser's copy; the page they are put back into answers with both texts.
        url = reverse("opinion-edit", args=[assignment.pk])
        return JsonResponse({"conflict_url": url, "message": conflict.told_about("会办意见")}, status=409)
    except PortalError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    told = {"version": opinion.version, "saved_at": f"{now():%H:%M}"}
    return JsonResponse(told | ({"message": f"发文字号没有保存：{lacking}"} if lacking else {}))


@login_required
@require_http_methods(["GET", "POST"])
def opinion_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the opinion in: to the leader, or where the rule demands no signature to the lead bureau."""
    assignment = visible_assignment(request, pk)
    opinion = _opinion_of(assignment)
    if request.method == "POST":
        raw = request.POST.get("version", "")
        seen = None if not raw else int(raw) if is_id(raw) else 0  # 0: no text anybody has read
        try:
            sent = submit_opinion(person(request), assignment=assignment, seen_version=seen)
        except InvalidInput as error:
            form = OpinionForm(initial=_initial(opinion), data=_initial(opinion))
            form.is_valid()
            add_service_errors(form, error)
            return _show(request, assignment, form, status=400)
        told = "会办意见已送本单位领导签发。" if sent.state == OpinionState.SIGNING else "会办意见已送主办单位。"
        messages.success(request, told)
        return redirect("proposal-detail", pk=assignment.proposal_id)
    if opinion is None or not opinion.body.strip():
        insist(can_start_opinion(person(request), assignment))
        messages.error(request, "会办意见还没有写，请先写好再送主办单位。")
        return redirect("opinion-edit", pk=assignment.pk)
    opinion.assignment = assignment
    insist(can(person(request), "submit_opinion", opinion))
    is_signed = rule_for(assignment.proposal).opinion_signed
    context = {
        "assignment": assignment,
        "opinion": opinion,
        "lines": lines_in_letter(opinion, whole=is_signed),
        "proposal": assignment.proposal,
        "is_signed": is_signed,
    }
    return render(request, "replies/drafting/opinion_submit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def opinion_take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a handed-in opinion into the lead's draft."""
    opinions = visible_opinions(person(request)).select_related("assignment__bureau", "assignment__proposal")
    opinion = get_object_or_404(opinions, pk=pk)
    insist(can(person(request), "take_over", opinion))
    reply = _draft_for(opinion)
    insist(can(person(request), "draft", reply))
    placed = place(load_sections(reply), reply.scheme)
    form = TakeOverForm(request.POST or None, placed=placed)
    status = 200
    if request.method == "POST" and (form.is_valid() or not form.is_bound):
        under = form.cleaned_data["under"] if form.is_bound else None
        try:
            new = take_over_opinion(person(request), opinion=opinion, reply=reply, under=under)
        except InvalidInput as error:
            form.add_error("under", error.message)
        else:
            messages.success(request, f"已采用{opinion.assignment.bureau.short_name}的会办意见，请核对并改好文字。")
            return redirect(reverse("reply-edit", args=[reply.pk]) + (f"#s{new[0].pk}" if new else ""))
    if form.is_bound and form.errors:
        status = 400
    context = {"opinion": opinion, "reply": reply, "form": form, "lines": lines_in_draft(opinion)}
    return render(request, "replies/drafting/take_over.html", context, status=status)


def _readable_by(request: HttpRequest) -> QuerySet[CoHandlerOpinion]:
    joined = ("assignment__proposal__session", "assignment__bureau", "written_by", "sent_by", "signed_by")
    return visible_opinions(person(request)).select_related(*joined)


def _read(request: HttpRequest, assignment: Assignment, shown: CoHandlerOpinion) -> HttpResponse:
    rows = (row for row in OPINION.leaving(shown.state) if row.action in NEXT)
    actions = [row for row in rows if can(person(request), row.action, shown)]
    context = {
        "opinion": shown,
        "assignment": assignment,
        "proposal": assignment.proposal,
        "lines": lines_in_letter(shown, whole=shown.is_letter),
        "document": shown.documents.filter(format=Format.PDF).defer("letter").first(),
        "actions": [(row.label, reverse(NEXT[row.action], args=[assignment.pk])) for row in actions],
    }
    return render(request, "replies/drafting/opinion_read.html", context)


def _draft_for(opinion: CoHandlerOpinion) -> Reply:
    """The latest reply of the lead bureau; WrongStage when none was begun."""
    reply = Reply.objects.filter(proposal=opinion.assignment.proposal, assignment__isnull=False).first()
    if reply is None:
        raise WrongStage("还没有答复稿，请先拟写答复，再采用会办意见。")
    return reply


def _opinion_of(assignment: Assignment) -> CoHandlerOpinion | None:
    return CoHandlerOpinion.objects.filter(assignment=assignment).first()


def _returned_with(assignment: Assignment) -> str:
    """What the leader sent it back with; "" when he did not."""
    rows = CoHandlerOpinion.objects.filter(assignment=assignment)
    return rows.values_list("returned_with", flat=True).first() or ""


def _initial(opinion: CoHandlerOpinion | None) -> dict[str, object]:
    if opinion is None:
        return {"version": 0, "document_number": "", "heading": "", "body": ""}
    return {name: getattr(opinion, name) for name in ("version", "document_number", "heading", "body")}


def _draft_key(request: HttpRequest, assignment: Assignment) -> str:
    return f"opinion-{assignment.pk}-{request.user.pk}"


def _show(request: HttpRequest, assignment: Assignment, form: OpinionForm, *, status: int = 200) -> HttpResponse:
    proposal = assignment.proposal
    context = {
        "assignment": assignment,
        "proposal": proposal,
        "asks": proposal.asks.all(),
        "returned_with": _returned_with(assignment),
        "form": form,
        "draft_key": _draft_key(request, assignment),
        "crumbs": [
            {"label": proposal.label, "url": reverse("proposal-detail", args=[proposal.pk])},
            {"label": "会办意见", "url": ""},
        ],
    }
    return render(request, "replies/drafting/opinion_edit.html", context, status=status)


def _show_conflict(
    request: HttpRequest, assignment: Assignment, conflict: EditConflict, form: OpinionForm
) -> HttpResponse:
    mine = form.cleaned_data
    context = {
        "title": "会办意见有两份文字",
        "lines": merge_view(conflict.mine, conflict.theirs),
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "is_own": conflict.is_own,
        "form": OpinionForm(initial={**mine, "version": conflict.version}),
        "action_url": reverse("opinion-edit", args=[assignment.pk]),
        "cancel_url": reverse("opinion-edit", args=[assignment.pk]),
    }
    return render(request, "replies/drafting/opinion_conflict.html", context, status=409)
